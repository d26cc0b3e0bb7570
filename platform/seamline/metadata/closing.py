"""Closed records: a library of what ended elsewhere, states in which nothing is written any more,
and the day from which new records are ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Closed:
    """Records that nobody writes any more; `mark` is stamped on them wherever they are shown.

    Records in one of `states` are closed; without states all of them are: the form is a library,
    which only a migration fills. `tracking` is the field of a library that holds the tracking
    code of a record, under which everything that follows from it is found.
    """

    mark: Text
    states: tuple[str, ...] = ()
    tracking: str = ""

    @property
    def library(self) -> bool:
        """Whether the form holds nothing but closed records."""
        return not self.states

    def covers(self, state: str) -> bool:
        """Whether a record in `state` is closed."""
        return not self.states or state in self.states


@dataclass(frozen=True, slots=True)
class Cutover:
    """The day from which new records of a form are ours, by the date in `field`.

    One dated before belongs to the system called `earlier`, and is found in `library`.
    """

    field: str
    day: date
    earlier: Text
    library: str = ""


def mark_of(closed: Closed | None, state: str) -> Text | None:
    """Return what is stamped on a record in `state`; None on one that is not closed."""
    return closed.mark if closed is not None and closed.covers(state) else None
