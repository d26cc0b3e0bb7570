"""How far a mirror has read and how it fares, and when it is read next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from seamline.connector import Retry, Setback
from seamline.metadata import Mirror
from seamline.problems import Refused
from seamline.store import MirrorState

COMPARE_EVERY = timedelta(hours=1)
LONGEST_WAIT = timedelta(minutes=15)
PATIENCE = 5  # a system that took a second is left alone for five times as long
REFUSED_KEPT = 50
ROWS_KEPT = 50
AWAY = 5  # failures in a row before somebody is told of a system that may come back by itself


@dataclass(frozen=True, slots=True)
class Drift:
    """What full comparisons of a day found: how much was compared, and what was not as it should.

    `missing` were not here, `different` stood otherwise, `gone` are no longer there. `rows` are the
    newest of them: key, field, what stood here, what stands there, and when that was found.
    """

    day: str = ""
    comparisons: int = 0
    compared: int = 0
    missing: int = 0
    different: int = 0
    gone: int = 0
    rows: Sequence[Sequence[str]] = ()

    def plus(
        self,
        day: str,
        compared: int,
        missing: int,
        different: int,
        gone: int,
        rows: Sequence[Sequence[str]] = (),
    ) -> Drift:
        """Return the day's sums with one more comparison."""
        was = self if self.day == day else Drift(day)
        return Drift(
            day, was.comparisons + 1, compared, was.missing + missing,
            was.different + different, was.gone + gone, [*was.rows, *rows][-ROWS_KEPT:],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """The plain data kept of a mirror between two readings.

    `cursors` are the connector's, by entity; `refused` are things that could not be taken over,
    by key, and why; `compared_at` is when everything was compared. `told` are the codes of what
    somebody has been told of since it was last read.
    """

    cursors: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, Any] = field(default_factory=dict)
    failures: int = 0
    compared_at: str = ""
    drift: Drift = Drift()
    told: Sequence[str] = ()

    @classmethod
    def of(cls, state: MirrorState) -> Progress:
        """Return the progress kept in a state."""
        raw = dict(state.progress)
        return cls(**{**raw, "drift": Drift(**raw.get("drift", {}))})

    def kept(self, state: MirrorState) -> MirrorState:
        """Return the state with this progress in it."""
        return replace(state, progress=asdict(self))

    def with_refused(self, refused: Mapping[str, Any], mended: set[str]) -> Progress:
        """Return the progress with what was refused now, and without what was taken over since."""
        stands = {key: why for key, why in self.refused.items() if key not in mended}
        return replace(self, refused=dict([*{**stands, **refused}.items()][-REFUSED_KEPT:]))

    def failed(self, error: Setback | Refused) -> tuple[Progress, bool]:
        """Return the progress after a failure, and whether somebody is to hear of that one.

        Of one that only a person ends they hear at once, also after others that passed; of one
        that may pass after some in a row; of each once. What our own database did is none.
        """
        if of_ours(error):
            return self, False
        problem = error.problem if isinstance(error, Setback) else error.problems[0]
        failures = self.failures + 1
        lasts = failures >= AWAY or not isinstance(error, Retry)
        if not lasts or problem.code in self.told:
            return replace(self, failures=failures), False
        return replace(self, failures=failures, told=[*self.told, problem.code]), True

    def compare_due(self, at: datetime) -> bool:
        """Return whether everything is to be compared again."""
        then = self.compared_at
        return not then or at - datetime.fromisoformat(then) >= COMPARE_EVERY


def of_ours(error: Setback | Refused) -> bool:
    """Return whether it was our own database that stayed busy or went away."""
    return isinstance(error, Refused) and error.status == 503


def wait(mirror: Mirror, took: float, more: bool) -> timedelta:
    """Return how long to wait after a reading: longer where the other system was slow."""
    if more:
        return timedelta()
    return timedelta(seconds=max(mirror.every, took * PATIENCE))


def wait_after_failure(mirror: Mirror, failures: int, asked: timedelta | None) -> timedelta:
    """Return how long to wait after a failure: twice as long after each, or what was asked."""
    doubled = timedelta(seconds=mirror.every * (1 << min(failures, 10)))
    return max(min(doubled, LONGEST_WAIT), timedelta(seconds=mirror.every), asked or timedelta())
