"""The versions of things as the engines see them: plain, frozen, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from .span import ALWAYS, Span


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a version: `quantity` of a thing in one, `scrap` percent more, on some days.

    `row` is the id of the row, or of the record where each record is one.
    """

    thing: str
    quantity: Decimal
    scrap: Decimal = Decimal(0)
    span: Span = ALWAYS
    row: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a thing: when and for which groups (empty: for all) it may be used.

    `name` is empty where a thing has no versions, only rows that count on some days.
    """

    id: str
    thing: str
    name: str = ""
    span: Span = ALWAYS
    groups: frozenset[str] = frozenset()
    released: bool = True
    parts: tuple[Part, ...] = ()

    def serves(self, group: str | None) -> bool:
        """Say whether it is made for a group; None asks for no group in particular."""
        return group is None or not self.groups or group in self.groups

    def on(self, day: date) -> Iterable[Part]:
        """Return the rows that count on a day."""
        return (part for part in self.parts if part.span.holds(day))


Library: TypeAlias = Mapping[str, tuple[Version, ...]]  # by thing, oldest first


def fitting(
    versions: Iterable[Version], day: date, group: str | None = None
) -> tuple[Version, ...]:
    """Return the versions that may be used on a day for a group, in their order."""
    return tuple(
        one for one in versions if one.released and one.span.holds(day) and one.serves(group)
    )
