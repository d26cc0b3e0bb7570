"""Writers that wait for one another share a transaction, and nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seamline.store import Store, Unit, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store on SQLite."""
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    opened.upgrade()
    return opened


def crowd(store: Store, failing: frozenset[int]) -> list[int | str]:
    """Let 24 writers wait behind one, then run; the ones that fail raise after having written."""
    held, go = threading.Event(), threading.Event()

    def first(unit: Unit) -> int:
        held.set()
        go.wait(10)
        return unit.sequences.next("n")

    def later(number: int) -> int | str:
        def work(unit: Unit) -> int:
            taken = unit.sequences.next("n")
            if number in failing:
                raise ValueError(f"no {number}")
            return taken

        try:
            return store.together(work)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(25) as pool:
        leader = pool.submit(store.together, first)
        held.wait(10)
        waiting = [pool.submit(later, number) for number in range(24)]
        go.set()
        return [leader.result(10), *(job.result(10) for job in waiting)]


def test_every_writer_gets_its_own_answer(store: Store) -> None:
    assert sorted(crowd(store, frozenset())) == list(range(1, 26))
    store.close()


def test_one_that_fails_leaves_nothing_and_takes_nobody_with_it(store: Store) -> None:
    answers = crowd(store, frozenset({3, 11, 23}))
    assert [answer for answer in answers if isinstance(answer, str)] == ["no 3", "no 11", "no 23"]
    taken = sorted(answer for answer in answers if isinstance(answer, int))
    assert taken == list(range(1, 23))
    with store.unit() as unit:
        assert unit.sequences.next("n") == 23
    store.close()


def test_an_error_of_a_lone_writer_is_raised_to_it(store: Store) -> None:
    def work(unit: Unit) -> None:
        unit.sequences.next("n")
        raise ValueError("alone")

    with pytest.raises(ValueError, match="alone"):
        store.together(work)
    assert store.together(lambda unit: unit.sequences.next("n")) == 1
    store.close()
