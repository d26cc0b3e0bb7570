"""A correlated rule: several records that belong together, and what follows while they do."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.text import Text

from .field import Condition


@dataclass(frozen=True, slots=True)
class CorrelatedFact:
    """One of the records of a correlation, under the name `alias`.

    With `table` it is one row of that sub-table, seen together with its record. `where` says
    which records (or rows) count; None means all that are not archived.
    """

    alias: str
    form: str
    table: str = ""
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class CorrelationLock:
    """Which record to lock for what: `record` is an alias, or a reference of one (`line.material`).

    The lock stands as long as one match asks for it.
    """

    record: str
    act: str


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rule over several records; `on` compares their values: (relation, left, right).

    A value is `alias.name`; the right side may be a moment: `now`, `now + 48h`, `now - 2d`.
    `event` is told to whoever listens when a match appears and when it ends.
    """

    id: str
    title: Text
    facts: tuple[CorrelatedFact, ...]
    say: Text
    on: tuple[tuple[str, str, str], ...] = ()
    event: str = ""
    lock: CorrelationLock | None = None
    enabled: bool = True
