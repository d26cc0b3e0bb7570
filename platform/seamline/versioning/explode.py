"""What a version is made of, down to what is bought: every part with its amount on one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Literal

from .library import Library, Part, Version, fitting

MOST = 20_000  # parts of one explosion: a circle of amounts cannot run away
DEEPEST = 40
HUNDRED = Decimal(100)
EXACT = Context(prec=400)  # products of forty amounts are kept to the last digit

# Why a part was not taken apart as it should be: none of its versions is in force on that day,
# several are (the newest is taken), it is part of itself, or there is too much of it.
Doubt = Literal["", "none", "several", "circle", "deep"]


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an explosion, `level` steps below the top.

    `amount` is what is needed of it in all, `version` what it is made by (None: it is bought).
    """

    level: int
    part: Part
    amount: Decimal
    version: Version | None = None
    doubt: Doubt = ""


def explode(
    library: Library,
    top: Version,
    day: date,
    group: str | None = None,
    amount: Decimal = Decimal(1),
) -> tuple[Node, ...]:
    """Return all parts of a version as they count on a day, each before its own parts.

    Where several versions of a part are in force the newest is taken and the doubt is told.
    """
    with localcontext(EXACT):
        found: list[Node] = []
        for node in _below(_Asked(library, day, group), top, amount, 1, (top.thing,)):
            if len(found) == MOST:
                return (*found[:-1], _cut(found[-1]))
            found.append(node)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    library: Library
    day: date
    group: str | None


def _below(
    asked: _Asked, version: Version, amount: Decimal, level: int, way: tuple[str, ...]
) -> Iterator[Node]:
    for part in version.on(asked.day):
        needed = amount * part.quantity
        if part.scrap:
            needed = needed * (HUNDRED + part.scrap) / HUNDRED
        if part.thing in way:
            yield Node(level, part, needed, None, "circle")
            continue
        chosen, doubt = _chosen(asked, part.thing)
        if chosen is not None and level == DEEPEST:
            chosen, doubt = None, "deep"
        yield Node(level, part, needed, chosen, doubt)
        if chosen is not None:
            yield from _below(asked, chosen, needed, level + 1, (*way, part.thing))


def _chosen(asked: _Asked, thing: str) -> tuple[Version | None, Doubt]:
    versions = asked.library.get(thing, ())
    if not versions:
        return None, ""
    fits = fitting(versions, asked.day, asked.group)
    if not fits:
        return None, "none"
    return fits[-1], "several" if len(fits) > 1 else ""


def _cut(node: Node) -> Node:
    return Node(node.level, node.part, node.amount, None, "deep")
