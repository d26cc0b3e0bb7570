"""Writes a checked condition, and the facts it judges, as plain JSON for the browser.

The types are known and the constants read by then, so the browser needs no scope and no parser:
`ui/static/js/conditions.js` runs what is written here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from .node import And, Compare, Constant, Falls, Fixed, Member, Node, Not, Or, Rows, Truth, Var

_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)


def for_browser(node: Node) -> dict[str, Any]:
    """Return `node` as JSON: operators by name, each fact with its type, constants as text.

    Numbers are exact text (`"12.50"`), durations text of their seconds, days and moments ISO
    text, moments in UTC; only true and false stand as themselves.
    """
    match node:
        case Fixed(value):
            return {"op": "true" if value else "false"}
        case Truth(var):
            return {"op": "var", "left": _var(var)}
        case Compare(relation, left, right):
            return {"op": relation, "left": _var(left), "right": _side(right)}
        case Member(item, options):
            return {"op": "in", "left": _side(item), "right": _options(options)}
        case Falls(var, span):
            told = {"way": span.way, "period": span.period, "count": span.count, "unit": span.unit}
            return {"op": "falls", "left": _var(var), "right": told}
        case And(parts):
            return {"op": "and", "parts": [for_browser(part) for part in parts]}
        case Or(parts):
            return {"op": "or", "parts": [for_browser(part) for part in parts]}
        case Not(part):
            return {"op": "!", "part": for_browser(part)}
        case Rows(quantifier, table, part):
            return {"op": quantifier, "table": table, "part": for_browser(part)}
    raise TypeError(f"not a condition: {node!r}")


def facts_for_browser(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return flat facts (`FormModel.facts`) as the browser's conditions read them.

    Raises TypeError for a value of a class that no fact has.
    """
    return {name: _fact(value) for name, value in facts.items()}


def _var(var: Var) -> dict[str, str]:
    return {"var": var.name, "type": var.type}


def _options(options: tuple[Constant, ...] | Var) -> Any:
    return _var(options) if isinstance(options, Var) else [_fact(one) for one in options]


def _side(side: Var | Constant) -> Any:
    return _var(side) if isinstance(side, Var) else _fact(side)


def _fact(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, Decimal)):
        # JSON numbers become floats in a browser: 18 digits would not survive that.
        return format(value, "d" if isinstance(value, int) else "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _seconds(value)
    if isinstance(value, Mapping):
        return facts_for_browser(value)
    if isinstance(value, (list, tuple)):
        return [_fact(one) for one in value]
    raise TypeError(f"no fact is a {type(value).__name__}")


def _seconds(value: timedelta) -> str:
    whole, rest = divmod(abs(value), _SECOND)
    micros = rest // _MICROSECOND
    text = f"{whole}.{micros:06d}" if micros else str(whole)
    return f"-{text}" if value < timedelta() else text
