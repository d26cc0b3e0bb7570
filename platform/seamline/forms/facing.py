"""Shows the values of a record: as flat facts to conditions, and as JSON to programs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from seamline.facts import FileRef, GeoPoint, Ref, Value
from seamline.fields.moments import duration_text, iso

from .parts import FieldModel, Found
from .showing import Showing

SETS_KEPT = 256  # of fields asked for together

_NONE: Mapping[str, Mapping[str, Value]] = {}
_NOTHING: Mapping[str, Value] = {}
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facing:
    """Shows records of one form; made once per form."""

    fields: tuple[FieldModel, ...]
    _showing: Callable[[tuple[str, ...] | None, frozenset[str]], Showing] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        make = partial(Showing, self.fields)
        object.__setattr__(self, "_showing", lru_cache(SETS_KEPT)(make))

    def facts(self, values: Cells, found: Found) -> dict[str, Any]:
        """Return the flat facts; the rows of a sub-table as a tuple of such facts."""
        facts = _cells(self.fields, values, found)
        for one in self.fields:
            if one.columns:
                rows = values.get(one.id) or ()
                facts[one.id] = tuple(_cells(one.columns, row.values, found) for row in rows)
        return facts

    def showing(
        self, only: Collection[str] | None = None, unseen: Collection[str] = frozenset()
    ) -> Showing:
        """Return how every field, or those of `only`, but none of `unseen`, become JSON."""
        return self._showing(None if only is None else tuple(only), frozenset(unseen))


def _cells(fields: tuple[FieldModel, ...], values: Cells, found: Found) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for one in fields:
        value = values.get(one.field.id)
        if value is None or one.to_fact is None:
            facts[one.field.id] = value
        else:
            facts[one.field.id] = one.to_fact(value)
        if one.needs:
            _add_needs(facts, one, value, found)
    return facts


def _add_needs(facts: dict[str, Any], field: FieldModel, value: Any, found: Found) -> None:
    """Add what is looked at in the referenced record: `customer.credit_line`."""
    key = value.key if isinstance(value, Ref) else ""
    target = found.get(field.path, _NONE).get(key, _NOTHING)
    for name, wanted, convert in field.needs:
        there = target.get(wanted)
        facts[name] = there if there is None or convert is None else convert(there)


def facts_json(facts: Any) -> Any:
    """Return facts as plain JSON: numbers as exact text, dates and moments as ISO text."""
    if facts is None or isinstance(facts, (str, bool, int)):
        return facts
    if isinstance(facts, Decimal):
        return format(facts, "f")
    if isinstance(facts, datetime):
        return iso(facts)
    if isinstance(facts, date):
        return facts.isoformat()
    if isinstance(facts, timedelta):
        return duration_text(facts)
    if isinstance(facts, Mapping):
        return {str(name): facts_json(value) for name, value in facts.items()}
    if isinstance(facts, (list, tuple, set, frozenset)):
        return [facts_json(value) for value in facts]
    return _thing_json(facts)


def _thing_json(thing: Any) -> Any:
    if isinstance(thing, Ref):
        return thing.key
    if isinstance(thing, FileRef):
        return thing.sha256
    if isinstance(thing, GeoPoint):
        return [thing.latitude, thing.longitude]
    return str(thing)
