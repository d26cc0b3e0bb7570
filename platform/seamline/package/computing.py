"""Conditions and formulas of a form: every name known, every type fitting, no circles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from seamline.conditions.parse import parse as parse_condition
from seamline.documents import Path
from seamline.forms import form_scope, row_scope
from seamline.formulas import in_order, parse as parse_formula
from seamline.metadata import Field, Form, Section
from seamline.problems import Refused
from seamline.scope import Scope
from seamline.text import Text

from .draft import Draft, Sheet, mentions
from .field_checks import every_field

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def scope_of(draft: Draft, form: Form) -> Scope:
    """Return the names that conditions and formulas of a form may use, shaky ones left out."""
    forms = {word: _steady(other, draft.shaky.get(word)) for word, other in draft.forms().items()}
    return form_scope(_steady(form, draft.shaky.get(form.id)), forms)


def _steady(form: Form, shaky: frozenset[str] | None) -> Form:
    """Return the form without the fields that stand on something unknown."""
    if not shaky:
        return form
    return replace(
        form,
        sections=tuple(
            Section(section.id, section.title, _kept(section.fields, shaky))
            for section in form.sections
        ),
    )


def _kept(fields: Iterable[Field], shaky: frozenset[str]) -> tuple[Field, ...]:
    return tuple(
        replace(field, fields=_kept(field.fields, shaky))
        for field in fields
        if field.id not in shaky
    )


def check_computing(draft: Draft, sheet: Sheet) -> None:
    """Check the conditions and formulas of a form, and that no value needs itself."""
    form: Form = sheet.part
    shaky = draft.shaky.get(form.id, frozenset())
    scope = scope_of(draft, form)
    needs: dict[str, frozenset[str]] = {}
    places: dict[str, Path] = {}
    for path, field, beside in every_field(form):
        table = _table_of(path, beside, form)
        if table is not None and table.id not in scope.rows:
            continue  # a second field of that id, which is no table
        inside = scope if table is None else row_scope(scope, table.id)
        for key in ("visible_when", "required_when"):
            written = getattr(field, key)
            if written is not None and not mentions(written, shaky):
                check_condition(draft, sheet, (*path, key), written, inside)
        if field.kind == "computed":
            name = field.id if table is None else f"{table.id}.{field.id}"
            places[name] = (*path, "formula")
            found = _check_formula(draft, sheet, path, field, inside, shaky)
            needs[name] = frozenset(_full(word, table) for word in found)
    _check_circles(draft, sheet, needs, places)


def check_condition(draft: Draft, sheet: Sheet, path: Path, written: Any, scope: Scope) -> None:
    """Check one condition and keep its problems, each at its line."""
    try:
        parse_condition(written, scope, locate=lambda way: sheet.document.place((*path, *way)))
    except Refused as refused:
        draft.problems.extend(refused.problems)


def _table_of(path: Path, beside: tuple[Field, ...], form: Form) -> Field | None:
    """Return the sub-table that the field at `path` is a column of."""
    if len(path) <= 4:
        return None
    return form.sections[int(path[1])].fields[int(path[3])]


def _full(word: str, table: Field | None) -> str:
    """Return a name as the form knows it: a column with its table, in its own row and in sums."""
    word = word.replace("[]", "")
    if table is not None and any(column.id == word for column in table.fields):
        return f"{table.id}.{word}"
    return word


def _check_formula(
    draft: Draft, sheet: Sheet, path: Path, field: Field, scope: Scope, shaky: frozenset[str]
) -> frozenset[str]:
    """Check a formula and the type of its result; return the names it needs."""
    text = field.settings["formula"]
    if shaky & set(_NAME.findall(text)):
        return frozenset()
    place = sheet.document.place((*path, "formula"))
    try:
        formula = parse_formula(text, scope, place)
    except Refused as refused:
        draft.problems.extend(refused.problems)
        return frozenset()
    result = field.settings.get("result", "number")
    if formula.type != result:
        say = Text(
            f"公式得到 {formula.type}，而 result 是 {result}。",
            f"The formula gives {formula.type}, but its result is said to be {result}.",
        )
        hint = Text(f"写 result: {formula.type}。", f"Write result: {formula.type}.")
        key = "result" if "result" in field.settings else "formula"
        draft.tell(sheet, (*path, key), "formula_result", say, hint, got=formula.type)
    return formula.needs


def _check_circles(
    draft: Draft, sheet: Sheet, needs: Mapping[str, frozenset[str]], places: Mapping[str, Path]
) -> None:
    """Keep one problem for every circle of computed fields, at the first of them."""
    for circle in in_order(needs)[1]:
        words = " → ".join(circle)
        say = Text(f"公式互相等待：{words}。", f"Formulas wait for each other: {words}.")
        draft.tell(sheet, places[circle[0]], "formula_circle", say, got=words)
