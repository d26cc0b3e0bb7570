"""How two explosions differ: part by part, each found by the way that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .explode import Node

Turn = Literal["added", "removed", "changed"]
Key: TypeAlias = tuple[tuple[str, int], ...]  # things from the top down, each the nth of its kind


@dataclass(frozen=True, slots=True)
class Change:
    """One part that is otherwise: `way` are the things that lead to it, itself at the end."""

    turn: Turn
    way: tuple[str, ...]
    old: Node | None
    new: Node | None


def _told(node: Node) -> object:
    version = node.version.name if node.version is not None else ""
    return node.part.quantity, node.part.scrap, version


def differing(
    old: Sequence[Node], new: Sequence[Node], told: Callable[[Node], Any] = _told
) -> tuple[tuple[Change, ...], int]:
    """Return the parts that differ, in the order of the new ones, and how many do not.

    `told` says what of a part is compared. Parts that are gone stand after what they stood after.
    """
    was, now = dict(_keyed(old)), dict(_keyed(new))
    gone: dict[Key | None, list[Key]] = {}
    last: Key | None = None
    for key in was:
        if key in now:
            last = key
        else:
            gone.setdefault(last, []).append(key)
    changes = [_change(key, was[key], None) for key in gone.get(None, ())]
    same = 0
    for key, node in now.items():
        before = was.get(key)
        if before is not None and told(before) == told(node):
            same += 1
        else:
            changes.append(_change(key, before, node))
        changes += (_change(other, was[other], None) for other in gone.get(key, ()))
    return tuple(changes), same


def _change(key: Key, old: Node | None, new: Node | None) -> Change:
    turn: Turn = "added" if old is None else "removed" if new is None else "changed"
    return Change(turn, tuple(thing for thing, _nth in key), old, new)


def _keyed(nodes: Sequence[Node]) -> Iterator[tuple[Key, Node]]:
    """Yield each part with the way to it; equal parts of one parent are counted."""
    way: list[tuple[str, int]] = []
    counts: list[dict[str, int]] = [{}]
    for node in nodes:
        del way[node.level - 1 :], counts[node.level :]
        thing = node.part.thing
        nth = counts[-1][thing] = counts[-1].get(thing, 0) + 1
        way.append((thing, nth))
        counts.append({})
        yield tuple(way), node
