"""Shows the values of a record: as flat facts to conditions, and as JSON to programs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeAlias

from seamline.facts import FileRef, GeoPoint, Ref, Value
from seamline.fields.moments import duration_text, iso

from .parts import FieldModel, Found
from .showing import Showing

SETS_KEPT = 256  # of fields asked for together

_WORDS = frozenset({str, bool, int, type(None)})
_NONE: Mapping[str, Mapping[str, Value]] = {}
_NOTHING: Mapping[str, Value] = {}
Cells = Mapping[str, Any]
Ways: TypeAlias = tuple[Mapping[str, None], tuple[FieldModel, ...]]


@dataclass(frozen=True, slots=True)
class Facing:
    """Shows records of one form; made once per form."""

    fields: tuple[FieldModel, ...]
    _ways: Ways = field(init=False, repr=False, compare=False)
    _rows: tuple[tuple[str, Ways], ...] = field(init=False, repr=False, compare=False)
    _showing: Callable[[tuple[str, ...] | None, frozenset[str]], Showing] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        make = partial(Showing, self.fields)
        object.__setattr__(self, "_showing", lru_cache(SETS_KEPT)(make))
        object.__setattr__(self, "_ways", _ways(self.fields))
        rows = tuple((one.id, _ways(one.columns)) for one in self.fields if one.columns)
        object.__setattr__(self, "_rows", rows)

    def facts(self, values: Cells, found: Found) -> dict[str, Any]:
        """Return the flat facts; the rows of a sub-table as a tuple of such facts."""
        facts = _cells(self._ways, values, found)
        for table, ways in self._rows:
            rows = values.get(table) or ()
            facts[table] = tuple(_cells(ways, row.values, found) for row in rows)
        return facts

    def showing(
        self, only: Collection[str] | None = None, unseen: Collection[str] = frozenset()
    ) -> Showing:
        """Return how every field, or those of `only`, but none of `unseen`, become JSON."""
        return self._showing(None if only is None else tuple(only), frozenset(unseen))


def _ways(fields: tuple[FieldModel, ...]) -> Ways:
    """Return the names of some fields, and those that are seen otherwise or bring others along."""
    names = dict.fromkeys(one.id for one in fields)
    return names, tuple(one for one in fields if one.to_fact is not None or one.needs)


def _cells(ways: Ways, values: Cells, found: Found) -> dict[str, Any]:
    names, others = ways
    if values.keys() == names.keys():  # so it is but for rows and what is only being made
        facts = dict(values)
    else:
        facts = {name: values.get(name) for name in names}
    for one in others:
        value = facts[one.id]
        if value is not None and one.to_fact is not None:
            facts[one.id] = one.to_fact(value)
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
    if type(facts) in _WORDS or isinstance(facts, (str, bool, int)):
        return facts
    if type(facts) is Decimal:
        return format(facts, "f")
    if isinstance(facts, datetime):
        return iso(facts)
    if isinstance(facts, date):
        return facts.isoformat()
    if isinstance(facts, timedelta):
        return duration_text(facts)
    if isinstance(facts, Mapping):
        return {
            str(name): value if type(value) in _WORDS else facts_json(value)
            for name, value in facts.items()
        }
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
