"""A formula in the making: the type it gives, what is wrong with it, what comes out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from seamline import clock
from seamline.facts import Actor, Row, Value
from seamline.fields import Reading
from seamline.forms import FieldModel, FormModel, compile_form, form_scope, row_scope
from seamline.formulas import parse
from seamline.metadata import Field, Form
from seamline.problems import Problem, Refused
from seamline.scope import Scope, ValueType
from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.desk import Desk
from seamline.usecases.referred import found_seen
from seamline.usecases.sampling.drawing import Draw

SEEN = 20  # records that a sample may refer to
MOST_ROWS = 8  # rows of a sub-table that are shown
_BROKEN = (KeyError, TypeError, AttributeError)  # a form refers to what is not there (yet)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a formula is: `type` None where `problems` say why; `model` shows the `values`.

    `values` are what comes out: one, or of a column that of each row. `whole` is False where the
    rest of the form is not sound yet, so that nothing can be reckoned. `on` is the record.
    """

    type: ValueType | None
    problems: tuple[Problem, ...] = ()
    whole: bool = True
    model: FieldModel | None = None
    values: tuple[Value, ...] = ()
    rows: int = 0
    on: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A formula of the field called `field` (in the sub-table `table`) of a form as drafted."""

    form: Form
    forms: Mapping[str, Form]
    field: str
    table: str
    text: str

    @property
    def path(self) -> str:
        """The path of the field in its form."""
        return f"{self.table}.{self.field}" if self.table else self.field

    @property
    def scope(self) -> Scope:
        """The names that the formula may use."""
        scope = form_scope(self.form, self.forms)
        return row_scope(scope, self.table) if self.table in scope.rows else scope


def reckoned(desk: Desk, actor: Actor, asked: Asked, record: str, reading: Reading) -> Reckoned:
    """Return what a formula gives on a record as its form is drafted; without one, on a sample.

    The record is read as the actor sees it, and completed by what completes every record.
    """
    try:
        formula = parse(asked.text, asked.scope)
    except Refused as refused:
        return Reckoned(None, refused.problems)
    form, zone = _with(asked), desk.catalogs.current().zone
    try:
        model = compile_form(form, {**asked.forms, form.id: form}, zone=zone)
    except Refused as refused:
        at = f"fields[{asked.path}]" if not asked.table else (
            f"fields[{asked.table}].fields[{asked.field}]"
        )  # fmt: skip
        mine = tuple(one for one in refused.problems if one.place.path.startswith(f"{at}."))
        return Reckoned(formula.type, mine, whole=False)
    except _BROKEN:
        return Reckoned(formula.type, whole=False)
    values, on = _values(desk, actor, model, asked.forms, record, reading)
    model.finish(values, found_seen(desk, actor, model.references, values))
    made = _of(values, asked)
    one = model.fields[asked.path]
    return Reckoned(formula.type, (), True, one, made[:MOST_ROWS], len(made), on)


def _with(asked: Asked) -> Form:
    """Return the form with the formula in its field."""

    def put(fields: Sequence[Field], inside: str) -> tuple[Field, ...]:
        return tuple(
            replace(one, fields=put(one.fields, one.id)) if one.fields
            else replace(one, settings={**one.settings, "formula": asked.text})
            if (inside, one.id) == (asked.table, asked.field)
            else one
            for one in fields
        )  # fmt: skip

    sections = tuple(replace(one, fields=put(one.fields, "")) for one in asked.form.sections)
    return replace(asked.form, sections=sections)


def _of(values: Mapping[str, Value], asked: Asked) -> tuple[Value, ...]:
    if not asked.table:
        return (values.get(asked.field),)
    rows = values.get(asked.table)
    there = rows if isinstance(rows, tuple) else ()
    return tuple(row.values.get(asked.field) for row in there if isinstance(row, Row))


def _values(
    desk: Desk, actor: Actor, model: FormModel, forms: Mapping[str, Form], record: str,
    reading: Reading,
) -> tuple[dict[str, Value], str]:  # fmt: skip
    """Return the values of a record as the drafted form has them, and the record's id."""
    if record:
        try:
            told = look.record(desk, actor, model.form.id, record)
        except Refused:
            return _sample(desk, actor, model, reading), ""
        # A field that is of another kind by now has no value of its old one.
        before = desk.catalogs.current().forms[model.form.id].fields
        same = {
            name for name, one in model.fields.items()
            if name in before and before[name].field.kind == one.field.kind
        }  # fmt: skip
        return {name: value for name, value in told.values.items() if name in same}, told.id
    return _sample(desk, actor, model, reading), ""


def _sample(desk: Desk, actor: Actor, model: FormModel, reading: Reading) -> dict[str, Value]:
    """Return the values of a record that is made up; every field that can be filled is."""
    written = {path for path, one in model.fields.items() if one.kind.written}
    known: dict[str, list[str]] = {}

    def keys(form: str) -> list[str]:
        if form not in known:  # asked for each reference of every row
            known[form] = _keys(desk, actor, form)
        return known[form]

    draw = Draw(
        form=model.form, language=reading.language, today=clock.today(reading.zone or UTC),
        number=1, dice=random.Random(model.form.id), keys=keys,
        kept=lambda _field: None, people=[actor.id], fill=written,
    )  # fmt: skip
    raw = draw.values([one.id for one in model.form.fields])
    values, _problems = model.read(raw, model.steps["create"], None, reading)
    return values


def _keys(desk: Desk, actor: Actor, form: str) -> list[str]:
    try:
        rows = look.page(desk, actor, form, Query(limit=SEEN, total=False)).rows
    except Refused:
        return []
    key = look.form(desk, actor, form).form.key
    return [str(one.values.get(key) if key else one.code or one.id) for one in rows]
