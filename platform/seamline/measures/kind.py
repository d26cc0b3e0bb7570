"""What a formula is: its settings, how they are checked and said, and how it reckons a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple, Protocol

from seamline.conditions.node import names
from seamline.conditions.parse import parse, timely
from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.scope import Scope
from seamline.text import Text

from .periods import Span
from .selection import Selection

Through = Literal["record", "tracking"]


class Happening(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class Counted:
    """A selection that a formula counts, and the fields of the record that it reads beside."""

    of: Selection
    fields: tuple[str, ...] = ()

    def read(self, scope: Scope) -> frozenset[str]:
        """Return the names of the record that are read as it stands now."""
        found = {*self.fields, *named(self.of.by)}
        if self.of.where is not None:
            found |= names(parse(self.of.where, scope))
        return frozenset(found)

    def moves(self, scope: Scope) -> bool:
        """Whether its condition on the record asks how far off a moment is."""
        return self.of.where is not None and timely(parse(self.of.where, scope))

    def seen(self, scope: Scope) -> frozenset[str]:
        """Return the names that are read of the facts a verdict saw."""
        return names(parse(self.of.seen, scope)) if self.of.seen is not None else frozenset()


class History(Protocol):
    """What a formula may ask of the journal."""

    def happened(
        self, of: Selection, since: datetime, until: datetime, fields: Collection[str] = ()
    ) -> Iterator[Happening]:
        """Yield the entries of a selection in the order of time, with some fields of the record."""

    def tally(
        self, selections: Sequence[Selection], group: str, since: datetime, until: datetime
    ) -> list[Counter[str]]:
        """Return how many entries each selection has, by a field of the record or all under ''."""

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

    `counts` says what it counts: who may not read those forms whole does not see the measure.
    A formula without `periods` has one figure, that of the present.
    """

    name: str
    title: Text
    settings: Mapping[str, Any]
    required: tuple[str, ...]
    read: Callable[[Data], Any]
    check: Callable[[Data, Path, Names], None]
    counts: Callable[[Any], tuple[Counted, ...]]
    reckon: Callable[[Any, History, Span], Sample]
    words: Callable[[Any, Words], Text]
    periods: bool = True

    def forms(self, settings: Any) -> frozenset[str]:
        """Return the forms whose entries it counts."""
        return frozenset(counted.of.form for counted in self.counts(settings))


def share(part: int, whole: int) -> Decimal | None:
    """Return part of whole in percent; None where there is nothing to divide."""
    return Decimal(100 * part) / Decimal(whole) if whole else None


def named(*fields: str) -> tuple[str, ...]:
    """Return those of some fields that are named at all."""
    return tuple(name for name in fields if name)
