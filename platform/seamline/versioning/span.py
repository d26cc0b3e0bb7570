"""Days from one to another, both of them included; without an end on either side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` to `end`; None is without bound."""

    start: date | None = None
    end: date | None = None

    @property
    def first(self) -> date:
        """The first day, the first there is where it has no bound."""
        return self.start or date.min

    @property
    def last(self) -> date:
        """The last day, the last there is where it has no bound."""
        return self.end or date.max

    @property
    def empty(self) -> bool:
        """Whether no day lies in it: it ends before it begins."""
        return self.first > self.last

    def holds(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return self.first <= day <= self.last

    def within(self, other: Span) -> Span:
        """Return the days that lie in both; empty where there are none."""
        start, end = max(self.first, other.first), min(self.last, other.last)
        return Span(
            None if start == date.min else start,
            None if end == date.max else end,
        )


ALWAYS = Span()
