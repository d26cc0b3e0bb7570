"""Turns a JsonLogic document into a checked condition, or says everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from seamline.problems import Place, Refused
from seamline.scope import Scope
from seamline.text import Text

from .constant import shown
from .node import (
    And,
    Fixed,
    Node as Node,
    Not,
    Or,
    Quantifier,
    Relation,
    Rows,
    Truth,
    Var,
    names as names,
    names_in_order as names_in_order,
    timely as timely,
)
from .operands import named, read_comparison, read_member, read_operand, read_var
from .reading import NODE_LIMIT, Locate, Path, Reading
from .spans import read_falls

_BETWEEN = Text(
    '区间请写 {"<=": [低, {"var": "字段"}, 高]}。',
    'Write a range as {"<=": [low, {"var": "field"}, high]}.',
)
_MOST: Mapping[str, int] = {"and": NODE_LIMIT, "or": NODE_LIMIT, "<": 3, "<=": 3}


def parse(
    document: Any,
    scope: Scope,
    place: Place | None = None,
    *,
    locate: Locate | None = None,
    still: bool = False,
) -> Node:
    """Return the checked condition of `document`, whose names and types `scope` gives.

    Raises `Refused` with every problem. Each stands at `place` with the way into the condition
    appended (`when.and[2].var`, counted from 1), or where `locate` puts that way (keys, and
    indexes from 0) when the caller knows lines and columns. With `still` it may not ask for
    spans of time seen from now.
    """
    reading = Reading(locate or _under(place or Place()), still=still)
    node = _condition(reading, document, scope, (), 1)
    if reading.problems or node is None:
        raise Refused(reading.problems)
    return node


def _under(place: Place) -> Locate:
    def locate(path: Path) -> Place:
        way = "".join(f"[{w + 1}]" if isinstance(w, int) else f".{w}" for w in path)
        return replace(place, path=place.path + way if place.path else way.removeprefix("."))

    return locate


def _condition(
    reading: Reading, document: Any, scope: Scope, path: Path, depth: int
) -> Node | None:
    """Return the condition at `path`, or None after having said what is wrong."""
    if not reading.room(path, depth):
        return None
    if isinstance(document, bool):
        return Fixed(document)
    operator = reading.operator(document, path)
    if operator is None:
        return None
    below, inner = document[operator], (*path, operator)
    if operator == "var":
        var = read_var(reading, below, scope, inner)
        return None if var is None else Truth(var)
    if operator == "!":
        return _negation(reading, below, scope, inner, depth)
    parts = _parts(reading, operator, below, inner)
    if parts is None:
        return None
    if operator in ("and", "or"):
        return _junction(reading, operator, parts, scope, inner, depth)
    if operator == "in":
        return read_member(reading, parts, scope, inner)
    if operator == "falls":
        return read_falls(reading, parts, scope, inner)
    if operator in ("some", "all", "none"):
        return _rows(reading, cast(Quantifier, operator), parts, scope, inner, depth)
    pairs = read_comparison(reading, cast(Relation, operator), parts, scope, inner)
    if pairs is None:
        return None
    return pairs[0] if len(pairs) == 1 else And(tuple(pairs))


def _parts(reading: Reading, operator: str, below: Any, path: Path) -> list[Any] | None:
    """Return the operands, or None (said) where their number does not fit the operator."""
    most = _MOST.get(operator, 2)
    least = 1 if operator in ("and", "or") else 2
    count = len(below) if isinstance(below, (list, tuple)) else None
    if count is not None and least <= count <= most:
        return list(below)
    if count is None:
        got = Text(f"得到 {shown(below)}", f"got {shown(below)}")
    else:
        got = Text(f"得到 {count} 项", f"got {count}")
    want = str(least) if least == most else f"{least}-{most}"
    reading.refuse(
        "condition_operands",
        path,
        Text(
            f"“{operator}”需要含 {want} 项的列表，{got.zh}。",
            f"'{operator}' takes a list of {want} operands, {got.en}.",
        ),
        _BETWEEN if operator in (">", ">=") and count == 3 else None,
    )
    return None


def _negation(reading: Reading, below: Any, scope: Scope, path: Path, depth: int) -> Node | None:
    if isinstance(below, (list, tuple)) and len(below) == 1:
        below, path = below[0], (*path, 0)
    part = _condition(reading, below, scope, path, depth + 1)
    return part and Not(part)


def _junction(
    reading: Reading, operator: str, parts: list[Any], scope: Scope, path: Path, depth: int
) -> Node | None:
    read = [
        _condition(reading, part, scope, (*path, index), depth + 1)
        for index, part in enumerate(parts)
    ]
    kept = tuple(node for node in read if node is not None)
    if len(kept) < len(read):
        return None
    return And(kept) if operator == "and" else Or(kept)


def _rows(
    reading: Reading,
    quantifier: Quantifier,
    parts: list[Any],
    scope: Scope,
    path: Path,
    depth: int,
) -> Node | None:
    table = read_operand(reading, parts[0], scope, (*path, 0))
    if table is None:
        return None
    inside = scope.rows.get(table.name) if isinstance(table, Var) else None
    if not isinstance(table, Var) or inside is None:
        words = '{"in": [.., {"var": ..}]}'
        reading.refuse(
            "condition_not_a_table",
            (*path, 0),
            Text(
                f"“{quantifier}”的第一项应为子表，得到{named(table).zh}。",
                f"'{quantifier}' takes a sub-table first, got {named(table).en}.",
            ),
            Text(f"多选列表请写 {words}。", f"For a list of words write {words}.")
            if isinstance(table, Var) and table.type == "list"
            else None,
        )
        return None
    part = _condition(reading, parts[1], inside, (*path, 1), depth + 1)
    return part and Rows(quantifier, table.name, part)
