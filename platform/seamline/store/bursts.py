"""Group commit: writers that wait for one another share one transaction and one flush to disk."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar


class Transaction(Protocol):
    """What a burst needs of a transaction: a part of it that can be undone alone."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Open such a part."""


T = TypeVar("T")
U = TypeVar("U", bound=Transaction)
MOST = 16  # pieces of work in one transaction: keeps the first of them from waiting long


class _Job(Generic[U, T]):
    """One piece of work, and what came of it."""

    __slots__ = ("context", "done", "error", "value", "work")

    def __init__(self, work: Callable[[U], T]) -> None:
        self.work = work
        self.context = contextvars.copy_context()
        self.done = False
        self.value: T | None = None
        self.error: BaseException | None = None

    def run(self, unit: U) -> None:
        self.value = self.context.run(self.work, unit)


class Bursts(Generic[U]):
    """Runs pieces of work in the order they came, as many as wait in one transaction.

    Nothing is answered before the transaction is on disk. Each piece has a savepoint of its own:
    one that raises leaves nothing behind and takes no other with it.
    """

    def __init__(self, unit: Callable[[], AbstractContextManager[U]]) -> None:
        self._unit = unit
        self._waiting: deque[_Job[U, Any]] = deque()
        self._lead = threading.Lock()

    def run(self, work: Callable[[U], T]) -> T:
        """Return what `work` returns once it is on disk; raise what it raises."""
        job: _Job[U, T] = _Job(work)
        self._waiting.append(job)
        with self._lead:
            # Whoever led while we waited may have done our work along with its own.
            while not job.done:
                self._run([self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))])
        if job.error is not None:
            raise job.error
        return job.value  # type: ignore[return-value]  # set where there is no error

    def _run(self, jobs: list[_Job[U, Any]]) -> None:
        try:
            with self._unit() as unit:
                if len(jobs) == 1:
                    jobs[0].run(unit)
                else:
                    for job in jobs:
                        _run_apart(job, unit)
        except BaseException as error:
            # The transaction is gone, and with it every piece of work that was in it.
            for job in jobs:
                job.error = job.error or error
        finally:
            for job in jobs:
                job.done = True


def _run_apart(job: _Job[U, Any], unit: U) -> None:
    try:
        with unit.savepoint():
            job.run(unit)
    except Exception as error:
        job.error = error
