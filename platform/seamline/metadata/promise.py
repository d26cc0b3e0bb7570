"""A promise: from what a line can be promised, by when, and what it takes while it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seamline.text import Text

from .field import Condition

SELF = "_self"  # stands for the record itself where its form is the one of the items
DayCount = Literal["working", "calendar"]


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """Whose lines are promised: a form, or the rows of one of its sub-tables.

    `wanted` are date fields, of which the first that is filled counts. The promised day goes into
    the field `into`, why it is that day into `reason`. A line takes what it was promised as long
    as `open` is true of its record (None: until a final state). At the steps `again` every line
    is promised anew.
    """

    form: str
    item: str
    qty: str
    into: str
    table: str = ""
    wanted: tuple[str, ...] = ()
    reason: str = ""
    open: Condition | None = None
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseFlow:
    """Records (or rows of a sub-table) that add to an item, or take from it.

    `on` is the day it happens, none for what is there already; `as_of` says how old the figure
    is. What arrives can be promised `days` working days later.
    """

    form: str
    item: str
    qty: str
    table: str = ""
    on: str = ""
    as_of: str = ""
    where: Condition | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class PromiseLead:
    """How long it takes to get more of an item: a number of days, or the item's field with it."""

    days: int | str
    count: DayCount = "working"


@dataclass(frozen=True, slots=True)
class Promise:
    """Everything that decides what can be promised of the records of the form `item`."""

    id: str
    title: Text
    item: str
    lines: tuple[PromiseLine, ...]
    stock: tuple[PromiseFlow, ...] = ()
    arrivals: tuple[PromiseFlow, ...] = ()
    demand: tuple[PromiseFlow, ...] = ()
    lead: PromiseLead | None = None
    note: Text | None = None
