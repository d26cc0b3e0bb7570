"""The invented U8 company's bills of material as a library, and what is wrong in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from seamline.connectors.u8.standin.seeding import SMALL, seed
from seamline.versioning import Library, Part, Span, Version

Labels = dict[str, set[str]]


@cache
def company() -> tuple[Library, Labels]:
    """Return its versions by the code of the material, and its labels by what they say."""
    world = seed(SMALL)
    labels: Labels = defaultdict(set)
    for _table, pk, label in world.truth:
        labels[label].add(pk)
    codes = {one.number: one.code for one in world.materials}
    parents = {row["BomId"]: codes[row["ParentId"]] for row in _rows(world, "bom_parent")}
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in _rows(world, "bom_opcomponent"):
        parts[row["BomId"]].append(
            Part(
                codes[row["ComponentId"]],
                Decimal(str(row["BaseQtyN"])) / Decimal(str(row["BaseQtyD"])),
                Decimal(str(row["CompScrap"])),
                _span(row["EffBegDate"], row["EffEndDate"]),
                str(row["OpComponentId"]),
            )
        )
    library: dict[str, list[Version]] = defaultdict(list)
    for row in _rows(world, "bom_bom"):
        library[parents[row["BomId"]]].append(
            Version(
                str(row["BomId"]),
                parents[row["BomId"]],
                row["VersionDesc"],
                _span(row["VersionEffDate"], row["VersionEndDate"]),
                released=row["Status"] == 3,
                parts=tuple(parts[row["BomId"]]),
            )
        )
    return {thing: tuple(versions) for thing, versions in library.items()}, labels


def _rows(world: Any, table: str) -> list[dict[str, Any]]:
    batch = world.batches[table]
    return [dict(zip(batch.columns, row, strict=True)) for row in batch.rows]


def _span(start: str, end: str) -> Span:
    """Return a span; U8 writes a far day where there is no end."""
    last = datetime.fromisoformat(end).date()
    return Span(datetime.fromisoformat(start).date(), None if last.year >= 2099 else last)


LATER = date(2025, 12, 1)
