"""What the figures of a measure rest on: its definition, whose entries, which fields of records."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.catalog import Catalog
from seamline.forms import FormModel
from seamline.measures import FORMULAS, Counted
from seamline.metadata import Field, Measure
from seamline.store import plain
from seamline.store.happenings import Body
from seamline.store.leading import steps
from seamline.workdays import Calendar

ANY = "*"  # every entry about a record may have moved what is read of it
LOCKED = "_locked"
# What the platform says of a record once and for all.
_FIXED = frozenset({"_id", "_code", "_created_at", "_created_by"})
_FORMAT = 1  # a formula that reckons otherwise than before raises it


@dataclass(frozen=True, slots=True)
class Reliance:
    """What moves a figure of a period that is over.

    `forms` are those whose entries count. `own` names by form the fields of its records that are
    read as they stand today, `reached` those of records that they refer to. What is not `told` in
    the journal is reckoned anew each time. `definition` changes with all that a measure says.
    """

    definition: str
    forms: frozenset[str]
    own: Mapping[str, frozenset[str]]
    reached: Mapping[str, frozenset[str]]
    told: bool

    @property
    def standing(self) -> frozenset[str]:
        """The forms whose records are read as they stand."""
        return frozenset({*self.own, *self.reached})


def reliance(catalog: Catalog, measure: Measure) -> Reliance:
    """Return what a measure rests on."""
    own: dict[str, set[str]] = {}
    reached: dict[str, set[str]] = {}
    told = FORMULAS[measure.formula].periods
    counts = FORMULAS[measure.formula].counts(measure.settings)
    for counted in counts:
        tables = catalog.forms[counted.of.form].tables
        told = told and not counted.moves(catalog.forms[counted.of.form].scope)
        for name in counted.read(catalog.forms[counted.of.form].scope):
            told = told and name.rpartition(".")[2] != LOCKED
            for step in steps(tables, name):
                (own if step.own else reached).setdefault(step.form, set()).add(step.field)
    forms = frozenset(counted.of.form for counted in counts)
    read = forms | own.keys() | reached.keys()
    return Reliance(
        definition=_definition(catalog, measure, counts, sorted(read)),
        forms=forms,
        own={form: _moving(fields) for form, fields in own.items() if _moving(fields)},
        reached={form: _moving(fields) for form, fields in reached.items() if _moving(fields)},
        told=told,
    )


def touches(body: Body, fields: frozenset[str]) -> bool:
    """Say whether an entry tells of a change to one of some fields."""
    return ANY in fields or not fields.isdisjoint(body.get("changes") or ())


def _moving(fields: set[str]) -> frozenset[str]:
    return frozenset(ANY if name.startswith("_") else name for name in fields - _FIXED)


def _definition(
    catalog: Catalog, measure: Measure, counts: Sequence[Counted], forms: Sequence[str]
) -> str:
    """Return a hash of all that decides how a figure is reckoned, beside the journal."""
    calendar = catalog.calendar if getattr(measure.settings, "working", False) else None
    models = [(one, catalog.forms[one.of.form]) for one in counts]
    said = {
        "format": _FORMAT,
        "formula": measure.formula,
        "settings": measure.settings,
        "zone": str(catalog.zone),
        "calendar": None if calendar is None else _hours(calendar),
        "forms": {form: _shape(catalog.forms[form]) for form in forms},
        "seen": [_types(model, one.seen(model.scope)) for one, model in models],
    }
    text = plain.dump(said)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _hours(calendar: Calendar) -> list[Any]:
    days = calendar.holidays, calendar.workdays
    return [*calendar.days, str(calendar.start), str(calendar.end), *days]


def _shape(model: FormModel) -> dict[str, Any]:
    """Return what of a form decides a figure: where its steps lead, how its fields are kept."""
    return {
        "key": model.form.key,
        "first": model.form.states[0].id if model.form.states else "",
        "steps": [[step.id, step.to] for step in model.steps.values()],
        "fields": [_kept(field) for field in model.form.fields],
    }


def _kept(field: Field) -> list[Any]:
    return [field.id, field.kind, field.settings, [_kept(column) for column in field.fields]]


def _types(model: FormModel, seen: Collection[str]) -> dict[str, str]:
    """Return the types of the names that a condition on stored facts reads."""
    found = {}
    for name in seen:
        table, _, column = name.rpartition("[].")
        scope = model.scope.rows[table] if table else model.scope
        found[name] = str(scope.types.get(column if table else name, ""))
    return found
