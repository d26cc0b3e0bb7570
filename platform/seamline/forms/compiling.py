"""Compiles a form once: names, conditions and formulas into closures, references into needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from seamline.conditions.evaluate import Check, compiled
from seamline.conditions.parse import names, parse as parse_condition
from seamline.fields import KINDS, stands_for
from seamline.fields.across import named
from seamline.formulas import Formula, in_order, parse as parse_formula
from seamline.metadata import Field, Form
from seamline.metadata.field import Condition
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean
from seamline.scope import Scope
from seamline.store.tables import FormTables, tables_for
from seamline.text import Text

from .facing import Facing
from .finishing import Calculated, Finisher, LookedUp
from .model import FormModel
from .needing import Needs
from .parts import FieldModel, to_fact
from .reading import Reader
from .scopes import form_scope, row_scope
from .steps import steps_of


def compile_form(
    form: Form,
    forms: Mapping[str, Form],
    extra_names: Iterable[str] = (),
    tables: FormTables | None = None,
    zone: tzinfo = UTC,
) -> FormModel:
    """Return `form` ready to use, among all `forms` by id.

    `extra_names` are the names of other records that its rules look at, such as
    `customer.credit_line` or `lines.material.available`. `tables` are built where not given.
    Days are those of `zone`. Raises `Refused` with every problem of its kinds, lookups, conditions
    and formulas.
    """
    work = _Compiling(form, forms, form_scope(form, forms), Needs(form, forms))
    parts = {path: work.part(path, one) for path, one in form.every_field()}
    order = work.order(parts)
    if work.problems:
        raise Refused(work.problems)
    for name in extra_names:
        work.needs.see(name)
    fields = tuple(work.model(one.id, one, parts) for one in form.fields)
    by_path = {model.path: model for top in fields for model in (top, *top.columns)}
    facing = Facing(fields)
    return FormModel(
        form=form,
        fields=by_path,
        steps=steps_of(form),
        references=work.needs.uses(),
        scope=work.scope,
        tables=tables_for(form, forms) if tables is None else tables,
        codes=tuple(one.id for one in form.fields if one.kind == "code"),
        reader=Reader(fields),
        finisher=_finisher(fields, facing, by_path, parts, order, zone),
        facing=facing,
        zone=zone,
    )


@dataclass(slots=True)
class _Part:
    """What was compiled of one field before the whole form is known."""

    beside: tuple[Field, ...]
    table: Field | None = None
    visible: Check | None = None
    required_if: Check | None = None
    formula: Formula | None = None
    lookup: tuple[str, bool, str, str] | None = None  # reference, near, its path, wanted
    outer: tuple[str, ...] = ()


@dataclass(slots=True)
class _Compiling:
    form: Form
    forms: Mapping[str, Form]
    scope: Scope
    needs: Needs
    problems: Problems = field(default_factory=Problems)

    def part(self, path: str, one: Field) -> _Part:
        """Compile the conditions and the formula of one field, and note what they look at."""
        table = named(self.form.fields, path.partition(".")[0]) if "." in path else None
        beside = (*table.fields, *self.form.fields) if table is not None else self.form.fields
        part = _Part(beside, table)
        if one.kind not in KINDS:
            self._refuse(path, "kind", _unknown_kind(one))
            return part
        scope = row_scope(self.scope, table.id) if table is not None else self.scope
        part.visible = self._condition(path, "visible_when", one.visible_when, scope, table)
        part.required_if = self._condition(path, "required_when", one.required_when, scope, table)
        if one.kind == "computed":
            part.formula = self._formula(path, one, scope, table)
            part.outer = _outer(part.formula, table)
        if one.kind == "lookup":
            part.lookup = self._lookup(path, one, part)
        return part

    def _refuse(self, path: str, key: str, problem: Problem) -> None:
        self.problems.add(problem.at(self._place(path, key)))

    def _place(self, path: str, key: str) -> Place:
        table, _, column = path.partition(".")
        inner = f".fields[{column}]" if column else ""
        return Place(f"fields[{table}]{inner}.{key}")

    def _condition(
        self, path: str, key: str, written: Condition | None, scope: Scope, table: Field | None
    ) -> Check | None:
        if written is None:
            return None
        try:
            node = parse_condition(written, scope, self._place(path, key))
        except Refused as refused:
            self.problems.extend(refused.problems)
            return None
        for name in names(node):
            self.needs.see(_full(name, table))
        return compiled(node)

    def _formula(self, path: str, one: Field, scope: Scope, table: Field | None) -> Formula | None:
        place = self._place(path, "formula")
        try:
            formula = parse_formula(str(one.settings.get("formula", "")), scope, place)
        except Refused as refused:
            self.problems.extend(refused.problems)
            return None
        result = one.settings.get("result", "number")
        if formula.type != result:
            say = Text(
                f"公式得到 {formula.type}，而 result 是 {result}。",
                f"The formula gives {formula.type}, but result says {result}.",
            )
            hint = Text(f"写 result: {formula.type}。", f"Write result: {formula.type}.")
            self.problems.add(Problem("formula_result", say, place, hint, formula.type))
        for name in formula.needs:
            self.needs.see(_full(name, table))
        return formula

    def _lookup(self, path: str, one: Field, part: _Part) -> tuple[str, bool, str, str] | None:
        word, wanted = str(one.settings.get("from", "")), str(one.settings.get("field", ""))
        through = named(part.beside, word)
        if through is None or through.kind != "reference" or self._source(one, part) is None:
            say = Text(f"带不出 {word}.{wanted}。", f"There is no {word}.{wanted} to look up.")
            known = [other.id for other in part.beside if other.kind == "reference"]
            self._refuse(path, "from", Problem("bad_lookup", say, hint=did_you_mean(word, known)))
            return None
        near = part.table is not None and through in part.table.fields
        reference = f"{part.table.id}.{word}" if near and part.table is not None else word
        self.needs.copy(reference, wanted)
        return word, near, reference, wanted

    def _source(self, one: Field, part: _Part) -> Field | None:
        found = stands_for(one, part.beside, self.forms)
        return found[0] if found is not None and found[0].kind in KINDS else None

    def order(self, parts: Mapping[str, _Part]) -> tuple[str, ...]:
        """Return the computed fields in the order to compute; note the circles among them."""
        needs = {
            path: [_full(name, part.table) for name in part.formula.needs]
            for path, part in parts.items()
            if part.formula is not None
        }
        order, circles = in_order(needs)
        for circle in circles:
            words = " → ".join(circle)
            say = Text(f"公式互相等待：{words}。", f"Formulas wait for each other: {words}.")
            self._refuse(circle[0], "formula", Problem("formula_circle", say, got=words))
        return order

    def model(self, path: str, one: Field, parts: Mapping[str, _Part]) -> FieldModel:
        """Return the compiled field at `path`."""
        part = parts[path]
        shown = self._source(one, part) or one
        type_ = KINDS[shown.kind].value_type(shown)
        return FieldModel(
            field=one,
            path=path,
            kind=KINDS[one.kind],
            shown=shown,
            shown_kind=KINDS[shown.kind],
            type=type_,
            to_fact=to_fact(shown, type_),
            visible=part.visible,
            required_if=part.required_if,
            formula=part.formula,
            columns=tuple(self.model(f"{path}.{c.id}", c, parts) for c in one.fields),
            needs=self.needs.of(path, one.id),
        )


def _unknown_kind(one: Field) -> Problem:
    say = Text(f"没有字段类型“{one.kind}”。", f"There is no field kind '{one.kind}'.")
    return Problem("unknown_kind", say, hint=did_you_mean(one.kind, KINDS), got=one.kind)


def _own(name: str, table: Field | None) -> bool:
    """Say whether a name is one of the row's own: a column, or what a column refers to."""
    return table is not None and named(table.fields, name.partition(".")[0]) is not None


def _full(name: str, table: Field | None) -> str:
    """Return a name as the form knows it: a column with its table."""
    name = name.replace("[]", "")
    return f"{table.id}.{name}" if table is not None and _own(name, table) else name


def _outer(formula: Formula | None, table: Field | None) -> tuple[str, ...]:
    """Return the record's facts that the formula of a column reads."""
    if formula is None or table is None:
        return ()
    return tuple(sorted(name for name in formula.needs if not _own(name, table)))


def _finisher(
    fields: tuple[FieldModel, ...],
    facing: Facing,
    by_path: Mapping[str, FieldModel],
    parts: Mapping[str, _Part],
    order: Sequence[str],
    zone: tzinfo,
) -> Finisher:
    formulas = [(path, by_path[path], parts[path]) for path in order]
    rows = [(one.id, _lookups(one.columns, parts)) for one in fields if one.columns]
    return Finisher(
        fields=fields,
        facing=facing,
        lookups=_lookups(fields, parts),
        row_lookups=tuple((table, lookups) for table, lookups in rows if lookups),
        calculations=tuple(
            Calculated(model, part.formula.compute, part.table.id if part.table else "", part.outer)
            for _path, model, part in formulas
            if part.formula is not None
        ),
        timely=any(
            word in str(model.field.settings["formula"])
            for _path, model, _part in formulas
            for word in ("today", "now")
        ),
        zone=zone,
        conditional=any(model.visible is not None for model in by_path.values()),
    )


def _lookups(models: Sequence[FieldModel], parts: Mapping[str, _Part]) -> tuple[LookedUp, ...]:
    return tuple(
        LookedUp(model, *part.lookup)
        for model in models
        if (part := parts[model.path]).lookup is not None
    )
