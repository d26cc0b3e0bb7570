"""One part of a run at work, in the durable engine's terms: what is kept when, and taken up again.

Keeping costs two transactions. So the results of steps are kept several at a time: before the
next effect, with what ends the part, or after a while. Whether a part was begun before is found
out when its results are kept for the first time, before its first effect: nearly all are new, and
an engine that is asked to keep what it has kept already answers with that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from .run import Ask, Effect, Interpreter, Trace, Turn

T = TypeVar("T")
KEPT = "kept"  # the step of the engine under which results of ours are kept
TOOK = "took"  # those that are kept with what the part returned
MOST = 50  # results not yet kept
LONGEST = 2.0  # seconds that one is not kept: a person watches the run


class Book(Protocol):
    """Where runs stand written."""

    def enqueue(self, asks: Iterable[Ask]) -> None:
        """Ask for parts of runs."""

    def steps(self, part: str) -> Sequence[Mapping[str, Any]]:
        """Return the engine's own steps of a part."""

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Take a step of the part at work in this thread, or return what came of it before."""

    def note(self, part: str, about: Mapping[str, Any]) -> None:
        """Add to what lists say of a part."""


class _BegunBefore(BaseException):  # nobody on the way takes it for an error
    """A part turns out to have been begun by another process: it goes on where that one ended."""


class PartTurn(Turn):
    """A part of a run, in the process that does it."""

    def __init__(self, part: str, engine: Book) -> None:
        self._part = part
        self._engine = engine
        self._before: dict[str, Any] = {}
        self._known = False  # whether it has been found out what was kept before
        self._rest: list[dict[str, Any]] = []
        self._since = time.monotonic()

    @property
    def id(self) -> str:
        """Return the id of this part."""
        return self._part

    def taken(self, interpret: Interpreter, body: Mapping[str, Any]) -> Any:
        """Do the part; return what is to be kept of it."""
        try:
            return self._taken(interpret, body)
        except _BegunBefore:
            return self._taken(interpret, body)

    def _taken(self, interpret: Interpreter, body: Mapping[str, Any]) -> Any:
        try:
            came = interpret(self, body)
        except Exception:
            self._keep()
            raise
        return {"came": came, TOOK: self._rest}

    def _take_up(self, taken: int) -> bool:
        """Find what was kept when the last process that did this part ended, but for the steps of
        the engine that were `taken` already; return whether there was anything."""
        self._known = True
        steps = self._engine.steps(self._part)
        for step in steps[taken:]:
            # Taken from the engine one by one, for it counts the steps of a part.
            self._remember(self._engine.step(step["function_name"], _done_already))
        return bool(steps)

    def _remember(self, results: Sequence[Mapping[str, Any]]) -> None:
        self._before |= {one["name"]: one["result"] for one in results}

    def step(self, name: str, work: Callable[[], T], effect: Effect = "none") -> T:
        """Do something, or return what came of it where it was done already."""
        if name in self._before:
            known: T = self._before[name]
            return known
        if effect != "none":
            self._keep()
            if not self._known and self._take_up(0):
                raise _BegunBefore
        began = _milliseconds()
        result = work()
        self._rest.append(
            {"name": name, "result": result, "began": began, "ended": _milliseconds()}
        )
        late = time.monotonic() - self._since > LONGEST
        if effect == "outside" or late or len(self._rest) >= MOST:
            self._keep()
        return result

    def follow(self, ask: Ask) -> None:
        """Ask for the part of the run that comes after this one."""
        self._keep()
        self._engine.enqueue([ask])
        self.mark({"followed": True})

    def mark(self, about: Mapping[str, Any]) -> None:
        """Add to what lists say of this part."""
        self._keep()
        self._engine.note(self._part, about)

    def _keep(self) -> None:
        """Keep what has not been kept; fails where another process does this part by now."""
        rest, self._rest, self._since = self._rest, [], time.monotonic()
        if not rest:
            return
        kept = self._engine.step(KEPT, lambda: rest)
        if kept is not rest:
            self._remember(kept)
            self._take_up(1)
            raise _BegunBefore
        self._known = True


def traces_of(part: str, steps: Sequence[Mapping[str, Any]], output: Any) -> Iterator[Trace]:
    """Yield the steps that a part has taken: those kept on the way, then those kept at its end."""
    for step in steps:
        times = step["started_at_epoch_ms"], step["completed_at_epoch_ms"]
        for name, came, began, ended in _results(step["function_name"], step["output"], *times):
            yield Trace(part, name, came, moment(began), moment(ended))
    if isinstance(output, dict):
        for name, came, began, ended in _results(KEPT, output.get(TOOK, ())):
            yield Trace(part, name, came, moment(began), moment(ended))


def _results(
    step: str, output: Any, began: int | None = None, ended: int | None = None
) -> Iterator[tuple[str, Any, int | None, int | None]]:
    """Yield the results that one step of the engine holds, with their milliseconds."""
    if step == KEPT:
        for one in output:
            yield one["name"], one["result"], one["began"], one["ended"]
    elif not step.startswith("DBOS."):
        yield step, output, began, ended


def moment(milliseconds: int | None) -> datetime | None:
    """Return a moment of the engine, which counts milliseconds."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _milliseconds() -> int:
    return int(time.time() * 1000)


def _done_already() -> Any:
    raise AssertionError("a step that was kept is not done again")
