"""The store: one transaction for writing, one for reading, everything else hangs on them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from seamline.text import Text

from .bursts import Bursts
from .engine import DialectName, Engines, hurried, open_engines
from .patience import patient
from .unit import Unit

T = TypeVar("T")
# So many rows of each index are looked at, which a large table answers in a moment; every table
# is considered, not only those that this connection has asked.
TUNING = ("analysis_limit = 400", "optimize = 0x10002")


class Store:
    """One workspace's database and files; safe to share between threads.

    `notes` tell an operator what is not as it should be (an old SQLite, say).
    """

    def __init__(self, engines: Engines, files: Path | None) -> None:
        self.engines = engines
        self.files = files
        # SQLite has one writer; waiting for it here is fair, waiting inside SQLite is not.
        self._turn = threading.Lock() if engines.dialect == "sqlite" else None
        self._holder = 0
        self._bursts = Bursts(self.unit)
        self._moment = threading.local()

    @property
    def dialect(self) -> DialectName:
        """`sqlite` or `postgresql`."""
        return self.engines.dialect

    @property
    def notes(self) -> tuple[Text, ...]:
        """What an operator should know about this database."""
        return self.engines.notes

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Open a transaction that writes: kept where the block ends, undone where it raises.

        Raises Refused 503 where the database stayed busy or went away, and RuntimeError where this
        thread holds such a transaction already.
        """
        with self._my_turn(), patient(), self.engines.write.begin() as connection:
            yield Unit(connection, self.files, writes=True)

    def together(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction that it may share with others who write at this moment.

        Returns once it is on disk. On PostgreSQL it has a transaction of its own: there the
        server groups commits, and holding the head of the journal for others could lock them out.
        """
        if self._turn is not None:
            return self._bursts.run(work)
        with self.unit() as unit:
            return work(unit)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Open a transaction that only reads, and sees one moment of the database throughout.

        Raises Refused 503 where the database went away.
        """
        held: Unit | None = getattr(self._moment, "unit", None)
        if held is not None:
            yield held
            return
        with patient(), self.engines.read.connect() as connection:
            yield Unit(connection, self.files, writes=False)

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Let all that this thread reads inside the block see the same moment, at one go.

        For what puts a page together from many parts and writes nothing: it would not see it.
        """
        with self.reading() as unit:
            outer = getattr(self._moment, "unit", None)
            self._moment.unit = unit
            try:
                yield
            finally:
                self._moment.unit = outer

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError("this thread holds a write transaction already")
        with self._turn:
            self._holder = me
            try:
                yield
            finally:
                self._holder = 0

    def upgrade(self) -> None:
        """Bring the platform's own tables up to this version of the product."""
        from .upgrade import upgrade

        with self._my_turn():
            upgrade(self.engines)

    def tune(self) -> None:
        """Let SQLite look again at tables that have grown, so that it chooses among indexes by what
        they hold; PostgreSQL does so by itself."""
        if self.dialect != "sqlite":
            return
        with self.unit() as unit:
            for pragma in TUNING:
                unit.connection.exec_driver_sql(f"PRAGMA {pragma}")
        self.engines.read.dispose()  # what was found is read on connecting

    def hurry(self) -> None:
        """Let SQLite not wait for the disk: for a workspace that nobody will miss."""
        if self.dialect == "sqlite":
            hurried(self.engines)

    def close(self) -> None:
        """Close every connection; the store is not to be used afterwards."""
        self.engines.close()


def open_store(url: str, files: Path | None = None) -> Store:
    """Open a workspace's database by URL; `files` is the folder of its stored files.

    Raises Refused for an unknown kind of database.
    """
    return Store(open_engines(url), files)
