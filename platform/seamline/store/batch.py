"""Many acts in one transaction: what they read is fetched ahead, what they write goes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, event

from seamline.problems import Refused

K = TypeVar("K", bound=Hashable)
AT_ONCE = 500  # keys in one statement
Write = Callable[[list[Any]], None]
# What is known ahead, by what it is about: an entry is dropped as soon as a write touches it.
DECIDED, FOLLOWERS, FREE, HEAD, HELD, NAMED, NUMBERS, RECORDS, SPEAKING, STANDING = (
    "decided", "followers", "free", "head", "held", "named", "numbers", "records", "speaking",
    "standing",
)  # fmt: skip


class BatchFailed(Exception):
    """A row of many was refused by the database: nothing of the transaction is to be kept.

    Done again one by one, the one that is refused says so itself.
    """


class Batch:
    """What one transaction knows ahead, and the rows that wait to be written together.

    While it is open, rows wait until any other statement is about to run: so no question is ever
    answered without them, and whoever asks need not know that there is a batch.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: dict[Hashable, tuple[Write, list[Any]]] = {}
        self._known: dict[str, dict[Any, Any]] = defaultdict(dict)
        self.open = False

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Let rows wait inside the block; a block in another one changes nothing."""
        if self.open:
            yield
            return
        listening = (
            ("before_cursor_execute", self._before),
            ("rollback_savepoint", self._undone),
        )
        for name, act in listening:
            event.listen(self._connection, name, act)
        self.open = True
        try:
            yield
            self.flush()
        except Refused:
            self.flush()  # what came before the refusal is the caller's, who may go on
            raise
        finally:
            self.open = False
            self._forget()
            for name, act in listening:
                event.remove(self._connection, name, act)

    def add(self, kind: Hashable, write: Write, *rows: Any) -> None:
        """Write rows together with others of their kind; at once where nothing is gathered."""
        if not self.open:
            write([*rows])
            return
        kept = self._waiting.get(kind)
        if kept is None:
            kept = self._waiting[kind] = write, []
        kept[1].extend(rows)

    def flush(self) -> None:
        """Write what waits, in the order in which each kind came first.

        Raises BatchFailed where one of the rows is refused: whose it is cannot be told any more.
        """
        waiting, self._waiting = self._waiting, {}
        try:
            for write, rows in waiting.values():
                write(rows)
        except Refused as refused:
            raise BatchFailed from refused

    def known(self, about: str) -> dict[Any, Any]:
        """Return what is known ahead; it is filled only while the batch is open."""
        return self._known[about]

    def lacking(self, about: str, keys: Collection[K]) -> list[K]:
        """Return the keys of which nothing is known yet."""
        known = self.known(about)
        return [key for key in dict.fromkeys(keys) if key not in known]

    def drop(self, about: str, key: object) -> None:
        """Forget what a write makes untrue."""
        if self.open:
            self.known(about).pop(key, None)

    def _before(self, *_told: Any) -> None:
        if self._waiting:
            self.flush()

    def _undone(self, *_told: Any) -> None:
        self._forget()

    def _forget(self) -> None:
        self._waiting.clear()
        self._known.clear()
