"""Versions: records that are versions of one thing, their days, what differs, what it is of."""

from __future__ import annotations

from dataclasses import dataclass

from .field import Condition


@dataclass(frozen=True, slots=True)
class Validity:
    """When a version may be used, and for whom.

    `start` and `end` are fields with the first and the last day (empty: without bound), `groups`
    the field with the groups it is made for (empty: everybody). `when` has to be true of a version
    that is released. `reason` and `attachments` are fields that say why it came to be.
    """

    start: str
    end: str
    groups: str = ""
    when: Condition | None = None
    reason: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """How two versions are told apart, line by line.

    Records with equal values in `of` are versions of one thing, in the order of `by`; `name` is how
    one is called. Rows of the sub-table `lines` are the same line where their `match` is equal; the
    columns `compare` tell whether such a line has changed. `fields` are compared beside them.
    With `valid` they are in force between two days.
    """

    of: tuple[str, ...]
    by: tuple[str, ...]
    name: str
    lines: str
    match: tuple[str, ...]
    compare: tuple[str, ...]
    fields: tuple[str, ...] = ()
    valid: Validity | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """What a thing is made of: `quantity` of each `part` in one `parent`, `scrap` percent more.

    The parts are rows of the sub-table `lines`, or each record is one where that is empty. `start`
    and `end` are the first and the last day on which a row counts. `parent` and `part` refer to
    records of the same form, so that parts have parts.
    """

    parent: str
    part: str
    quantity: str
    lines: str = ""
    scrap: str = ""
    start: str = ""
    end: str = ""

    def column(self, name: str) -> str:
        """Return the path of one of its columns: `components.part`, or `part`."""
        return f"{self.lines}.{name}" if self.lines else name
