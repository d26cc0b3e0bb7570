"""Explosion, gaps, overlaps and circles told the long way round, to hold the engines against."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from seamline.versioning import Library, Part, Span, Version

START = date(2026, 1, 1)
DAYS = 40
GROUPS = ("east", "north", "west")


def world(dice: random.Random, things: int = 12, rows: int = 4, circles: bool = False) -> Library:
    """Return random versions of random things; a thing is made of later ones unless `circles`."""
    library: dict[str, tuple[Version, ...]] = {}
    for number in range(things):
        versions = []
        for index in range(dice.choice((0, 1, 1, 2, 3))):
            lowest = 0 if circles else number + 1
            parts = tuple(
                Part(
                    f"t{dice.randrange(lowest, things)}",
                    Decimal(dice.randrange(1, 40)) / 8,
                    Decimal(dice.choice((0, 0, 5, 2))) / 2,
                    _span(dice),
                    f"{number}/{index}/{row}",
                )
                for row in range(dice.randrange(0, rows) if lowest < things else 0)
            )
            groups = frozenset(dice.sample(GROUPS, dice.choice((0, 0, 1, 2))))
            versions.append(
                Version(
                    f"{number}/{index}", f"t{number}", f"V{index}", _span(dice), groups,
                    dice.random() < 0.9, parts,
                )
            )  # fmt: skip
        if versions:
            library[f"t{number}"] = tuple(versions)
    return library


def _span(dice: random.Random) -> Span:
    first, length = dice.randrange(DAYS), dice.randrange(-2, DAYS)
    start = START + timedelta(first) if dice.random() < 0.5 else None
    end = START + timedelta(first + length) if dice.random() < 0.5 else None
    return Span(start, end)


def lies(span: Span, day: date) -> bool:
    """Say whether a day lies in a span."""
    return not (span.start is not None and day < span.start) and not (
        span.end is not None and day > span.end
    )


def amounts(library: Library, top: Version, day: date, group: str | None) -> list[tuple]:
    """Return every part below a version with its level and its exact amount."""
    found: list[tuple] = []

    def go(version: Version, amount: Fraction, way: list[str]) -> None:
        for part in version.parts:
            if not lies(part.span, day):
                continue
            needed = amount * Fraction(part.quantity) * (1 + Fraction(part.scrap) / 100)
            found.append((len(way), part.row, needed))
            if part.thing in way:
                continue
            fits = [
                one
                for one in library.get(part.thing, ())
                if one.released
                and lies(one.span, day)
                and (group is None or not one.groups or group in one.groups)
            ]
            if fits:
                go(fits[-1], needed, [*way, part.thing])

    go(top, Fraction(1), [top.thing])
    return found
