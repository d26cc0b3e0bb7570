"""Explosions against the long way round, 10,000 random ones and AdventureWorks'; CPU of large ones.

The long way round is that of the tests (`tests/versioning/brute.py`): its own days, groups and
exact fractions. Any difference ends the run.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from seamline.versioning import Library, Part, Span, Version, differing, explode
from stand import table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/versioning"))
from brute import DAYS, GROUPS, START, amounts, world  # noqa: E402  # it lies among the tests

DAY = date(2026, 1, 1)
LEVELS, ROWS = 5, 500


def main() -> None:
    """Compare, then measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--boms", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=30)
    wanted = asked.parse_args()
    found = [("random versions with dates", *drawn(wanted.boms)), ("AdventureWorks", *bicycles())]
    table(["", "explosions", "parts", "otherwise"], [[*map(str, one), "0"] for one in found])
    print()
    first, second = (tall(change) for change in (0, 1))
    one, other = (explode(library, top, DAY) for library, top in (first, second))
    changes, same = differing(one, other)
    rows = [
        [f"explode {LEVELS} levels, {len(one)} rows", spent(lambda: explode(*first, DAY), wanted)],
        [f"compare two of {len(one)} rows: {len(changes)} differ, {same} do not",
         spent(lambda: differing(one, other), wanted)],
    ]  # fmt: skip
    table(["", "CPU ms, median"], rows)


def same_as_the_long_way(
    library: Library, top: Version, day: date, group: str | None = None
) -> int:
    """Return how many parts an explosion has; end the run where the long way round says another."""
    nodes = explode(library, top, day, group)
    told = [(node.level, node.part.row, Fraction(node.amount)) for node in nodes]
    if told != amounts(library, top, day, group):
        sys.exit(f"{top.thing} {top.name} on {day} for {group}: not as the long way round")
    return len(nodes)


def drawn(most: int) -> tuple[int, int]:
    """Explode random versions, circles among them, on random days for random groups."""
    explosions = parts = seed = 0
    while explosions < most:
        dice = random.Random(seed)
        library = world(dice, circles=seed % 2 == 1)
        seed += 1
        for top in (one for versions in library.values() for one in versions):
            day = START + timedelta(dice.randrange(DAYS))
            parts += same_as_the_long_way(library, top, day, dice.choice((None, *GROUPS)))
            explosions += 1
    return explosions, parts


def bicycles() -> tuple[int, int]:
    """Explode every assembly of AdventureWorks on each day on which a row begins or ends."""
    made: dict[str, list[Part]] = {}
    days: set[date] = set()
    file = ROOT / "examples/bike_factory/data/BillOfMaterials.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            start, end = (_day(row[name]) for name in ("StartDate", "EndDate"))
            days |= {one for one in (start, end) if one is not None}
            part = Part(row["ComponentID"], Decimal(row["PerAssemblyQty"]), Decimal(0),
                        Span(start, end), row["BillOfMaterialsID"])  # fmt: skip
            made.setdefault(row["ProductAssemblyID"], []).append(part)
    library = {thing: (Version(thing, thing, parts=tuple(parts)),) for thing, parts in made.items()}
    found = [
        same_as_the_long_way(library, versions[0], day)
        for day in sorted(days)
        for versions in library.values()
    ]
    return len(found), sum(found)


def _day(text: str) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def tall(change: int) -> tuple[Library, Version]:
    """Return a version of five levels whose explosion has 500 rows, some otherwise by `change`."""
    wide = ROWS // (LEVELS * 10)
    library: dict[str, tuple[Version, ...]] = {}
    for line in range(wide):
        for level in range(LEVELS - 1):
            parts = [_part(f"{line}-{level}-{row}", row + 2 + change * (row == 3 + line % 3))
                     for row in range(9 if level < LEVELS - 2 else 19)]  # fmt: skip
            if level < LEVELS - 2:
                parts.append(_part(f"{line}-{level + 1}", 2))
            name = f"{line}-{level}"
            library[name] = (Version(name, name, "V1.0", parts=tuple(parts)),)
    tops = tuple(_part(f"{line}-0", 1) for line in range(wide))
    return library, Version("top", "top", "V1.0", parts=tops)


def _part(thing: str, quantity: int) -> Part:
    return Part(thing, Decimal(quantity), Decimal("1.5"), Span(date(2025, 1, 1)), thing)


def spent(act: Callable[[], object], wanted: argparse.Namespace) -> str:
    """Return the CPU that an act takes, the median of some rounds."""
    found = []
    for _ in range(wanted.rounds):
        begun = time.process_time()
        act()
        found.append((time.process_time() - begun) * 1000)
    return f"{statistics.median(found):.1f}"


if __name__ == "__main__":
    main()
