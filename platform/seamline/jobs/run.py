"""Runs as the product speaks of them: what is asked for, how far it has come, what it left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from seamline.problems import Problem

State = Literal["waiting", "running", "done", "stopped", "cancelled"]
STATES: tuple[State, ...] = ("stopped", "running", "waiting", "done", "cancelled")
# What a step leaves: nothing; something in our own database, which knows it by its key when it is
# done again; something anywhere else.
Effect = Literal["none", "ours", "outside"]
QUEUE = "runs"
# What follows a run's id in the ids of its later parts: a retry, a wait that is over, a resumption.
PART = "~"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to be run once: `id` names it for good, however often it is asked for.

    `body` is plain JSON. `about` are a few words for lists of runs (form, record, code). With a
    `delay` (seconds) it waits; a lower `priority` goes first.
    """

    id: str
    body: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    queue: str = QUEUE
    delay: float = 0.0
    priority: int = 0

    @property
    def run(self) -> str:
        """The id of the run that this is a part of."""
        return self.id.partition(PART)[0]


@dataclass(frozen=True, slots=True)
class Run:
    """A run by its newest part: `body` is what that was given, empty where not asked for.

    `about` holds what was said at the start and, of a stopped run, why it stopped.
    """

    id: str
    part: str
    state: State
    queue: str
    at: datetime
    ended: datetime | None
    due: datetime | None
    about: Mapping[str, Any]
    body: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """One step that a run has taken, in which part of it, and what came of it."""

    part: str
    name: str
    result: Any
    began: datetime | None
    ended: datetime | None


class Turn(Protocol):
    """One part of a run while it is at work; what its steps return is plain JSON, kept for good."""

    @property
    def id(self) -> str:
        """Return the id of this part."""

    def step(self, name: str, work: Callable[[], T], effect: Effect = "none") -> T:
        """Do something, or return what came of it where it was done already.

        It is done again where the process ended before its result was kept. What earlier steps
        came to is kept before anything that has an effect is begun, so that nothing an effect
        rests on comes out otherwise the second time; the result of an effect outside is kept
        at once, other results with the next that is.
        """

    def follow(self, ask: Ask) -> None:
        """Ask for the part of the run that comes after this one."""

    def mark(self, about: Mapping[str, Any]) -> None:
        """Add to what lists say of this part."""


class Stopped(Exception):
    """Ends a run until a person does something; `why`, in both languages, is kept in its steps."""

    def __init__(self, say: str, why: Mapping[str, Any] | None = None) -> None:
        super().__init__(say)
        self.why = why or {}


# Does one part of a run. What it returns is kept; `Stopped` leaves it to a person.
Interpreter = Callable[[Turn, Mapping[str, Any]], Any]


def part_after(part: str) -> str:
    """Return the id of the part that comes after `part`."""
    run, mark, number = part.partition(PART)
    return f"{run}{PART}{int(number) + 1 if mark else 1}"


def plain(problem: Problem) -> dict[str, Any]:
    """Return a problem as plain facts, for a run to keep."""
    said: dict[str, Any] = {
        "code": problem.code, "zh": problem.say.zh, "en": problem.say.en,
        "path": problem.place.path,
    }  # fmt: skip
    if problem.hint is not None:
        said["hint"] = {"zh": problem.hint.zh, "en": problem.hint.en}
    return said
