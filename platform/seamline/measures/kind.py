"""What a formula is: its settings, how they are checked and said, and how it reckons a period."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Protocol

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from .periods import Span
from .selection import Selection

Through = Literal["record", "tracking"]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the journal as a formula sees it; `values` holds the fields it asked for."""

    record: str
    tracking: str
    at: datetime
    actor: str
    via: str
    body: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """Shares over all rules at present; None where there is nothing to divide."""

    enabled: Decimal | None
    adopted: Decimal | None
    missed: Decimal | None
    judged: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What a formula found for one period: the figure (None: nothing to reckon), from how many.

    `missing` counts cases that belong in but could not be measured. `parts` are the same by group.
    """

    value: Decimal | None
    count: int
    missing: int = 0
    parts: Mapping[str, Sample] = field(default_factory=dict)


class History(Protocol):
    """What a formula may ask of the journal."""

    def happened(
        self, of: Selection, since: datetime, until: datetime, fields: Collection[str] = ()
    ) -> Iterator[Happening]:
        """Yield the entries of a selection in the order of time, with some fields of the record."""

    def count(self, of: Selection, since: datetime, until: datetime) -> int:
        """Return how many entries a selection has from one moment until before another."""

    def first(self, of: Selection, keys: Collection[str], through: Through) -> dict[str, datetime]:
        """Return when each record (or tracking code) of `keys` first met a selection."""

    def working(self, since: datetime, until: datetime) -> timedelta:
        """Return the working time between two moments; all of it where there is no calendar."""

    def rules(self, days: int) -> RuleFigures:
        """Return the shares over all rules of the last days."""


class Words(Protocol):
    """What a formula may ask when it says itself in a sentence."""

    def selection(self, of: Selection) -> Text:
        """Return what a selection chooses, in words."""

    def field(self, of: Selection, name: str) -> Text:
        """Return the label of a field of the form of a selection."""


@dataclass(frozen=True, slots=True)
class FormulaKind:
    """One kind of formula: what stands under its name in a measure, and what it does with it.

    `forms` names the forms it counts: who may not read them whole does not see the measure.
    A formula without `periods` has one figure, that of the present.
    """

    name: str
    title: Text
    settings: Mapping[str, Any]
    required: tuple[str, ...]
    read: Callable[[Data], Any]
    check: Callable[[Data, Path, Names], None]
    forms: Callable[[Any], frozenset[str]]
    reckon: Callable[[Any, History, Span], Sample]
    words: Callable[[Any, Words], Text]
    periods: bool = True


def share(part: int, whole: int) -> Decimal | None:
    """Return part of whole in percent; None where there is nothing to divide."""
    return Decimal(100 * part) / Decimal(whole) if whole else None
