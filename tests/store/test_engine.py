"""How the databases are set up."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from seamline.problems import Refused
from seamline.store import Store, open_store
from seamline.testing.store_contract import event


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}")) as store, store.unit() as unit:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
        for name, value in wanted.items():
            found = unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            assert found == value, name


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        open_store("mysql://somewhere/x")
    assert "postgresql" in refused.value.problems[0].sentence("en")


def test_a_thread_that_would_wait_for_itself_is_told(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'a.db'}")) as store:
        with pytest.raises(RuntimeError), store.unit(), store.unit():
            pass
        with store.unit():  # and the turn was given back
            pass


def test_tuning_tells_readers_what_the_indexes_hold(store: Store) -> None:
    with store.unit() as unit:
        for _ in range(300):
            unit.journal.append(event())
    with store.reading() as open_meanwhile:
        store.tune()
        assert open_meanwhile.journal.head()[0] == 300
    with store.reading() as unit:
        assert unit.journal.head()[0] == 300
        if store.dialect == "sqlite":
            known = unit.connection.exec_driver_sql("SELECT DISTINCT tbl FROM sqlite_stat1")
            assert "seam_events" in set(known.scalars())


def test_readers_see_one_moment_and_never_wait(store: Store) -> None:
    with store.reading() as before:
        assert before.journal.head()[0] == 0
        with store.unit() as unit:
            unit.journal.append(event())
        assert before.journal.head()[0] == 0
    with store.reading() as after:
        assert after.journal.head()[0] == 1


def test_writers_and_readers_together_lose_nothing(store: Store) -> None:
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not stop.is_set():
            with store.reading() as unit:
                seen.append(len(unit.journal.after(0, 1000)) - unit.journal.head()[0])

    def write() -> None:
        for _ in range(25):
            with store.unit() as unit:
                unit.journal.append(event())

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write) for _ in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    with store.reading() as unit:
        assert unit.journal.head()[0] == 100
        assert unit.journal.verify().sound
    assert set(seen) == {0}


def test_all_that_a_thread_reads_in_one_moment_is_the_same_moment(store: Store) -> None:
    with store.one_moment():
        with store.reading() as first, store.reading() as second:
            assert first is second  # one transaction for the whole page
        assert heads(store) == 0
        with store.unit() as unit:
            unit.journal.append(event())
        other: list[int] = []
        beside = threading.Thread(target=lambda: other.append(heads(store)))
        beside.start()
        beside.join()
        assert other == [1]  # another thread is not held
        with pytest.raises(ZeroDivisionError), store.one_moment():
            assert heads(store) == 0  # a moment within a moment is the outer one
            raise ZeroDivisionError
        assert heads(store) == 0
    assert heads(store) == 1


def heads(store: Store) -> int:
    """Return the number of the last entry, read in a transaction of its own."""
    with store.reading() as unit:
        return unit.journal.head()[0]
