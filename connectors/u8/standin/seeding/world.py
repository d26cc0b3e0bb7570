"""What the company consists of while it is told: rows by table, truth labels, shared choices."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SEED = 20260201
REFERENCE = datetime(2025, 12, 1)  # the stand-in's midnight: everything earlier has happened
MAKERS = ("王敏", "李强", "张艳", "刘洋", "陈静", "赵磊")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many sales orders a month there are: the rest of the company is the same."""

    usual: int
    surge: int


FULL = Sizes(usual=2_950, surge=11_700)
SMALL = Sizes(usual=100, surge=400)


@dataclass(slots=True)
class Batch:
    """Rows of one table with the columns they fill; the rowversion is given on loading."""

    table: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Material:
    """What later chapters have to know of a material."""

    code: str
    name: str
    group: str  # finished, semi, treated, bought, raw
    number: int
    cost: float
    price: float
    lead: int
    safety: int = 0
    stopped: str = ""


@dataclass(slots=True)
class Line:
    """A line of a sales order while risks may still be put into it."""

    id: int
    order: Order
    row: int
    material: Material
    qty: int
    price: float
    due: datetime
    shipped: int = 0
    invoiced: int = 0
    closed: str = ""


@dataclass(slots=True)
class Order:
    """A sales order while risks may still be put into it."""

    id: int
    code: str
    at: datetime
    customer: int
    po: str
    agreement: str
    lines: list[Line] = field(default_factory=list)
    verified: bool = True
    closed: datetime | None = None
    changed: datetime | None = None
    memo: str = ""

    @property
    def open(self) -> bool:
        """Return whether the order still runs."""
        return self.closed is None


@dataclass(slots=True)
class Customer:
    """What later chapters have to know of a customer; `standing` says how its credit shall be."""

    code: str
    name: str
    standing: str = ""  # over, near, free, child, parent
    parent: str = ""
    stopped: str = ""
    days: int = 60
    orders: list[Order] = field(default_factory=list)


class World:
    """The company as told so far."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.batches: dict[str, Batch] = {}
        self.truth: list[tuple[str, str, str]] = []
        self.materials: list[Material] = []
        self.customers: list[Customer] = []
        self.orders: list[Order] = []
        self.lines = 0
        self.alerts: set[str] = set()
        self.arriving: list[Material] = []
        self.unbuildable: set[str] = set()
        self.overlapping: set[str] = set()
        self.current_boms: dict[str, int] = {}
        self.overdue: set[str] = set()

    def random(self, topic: str) -> random.Random:
        """Return the dice of one chapter: another chapter's size does not move them."""
        return random.Random(f"{SEED}:{topic}")

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Keep rows of a table; every call for a table names the same columns."""
        batch = self.batches.setdefault(table, Batch(table, tuple(columns)))
        if batch.columns != tuple(columns):
            raise ValueError(table)
        batch.rows.extend(rows)

    def label(self, table: str, pk: object, label: str) -> None:
        """Say what is wrong with a row."""
        self.truth.append((table, str(pk), label))

    def by(self, *groups: str) -> list[Material]:
        """Return the materials of groups."""
        return [one for one in self.materials if one.group in groups]


def text(moment: datetime) -> str:
    """Return a moment as the database holds it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def day(offset: float, hours: float = 0) -> datetime:
    """Return the moment so many days and hours after the reference."""
    return REFERENCE + timedelta(days=offset, hours=hours)
