"""Prefilled forms: what nobody has typed yet is taken from where the form says, and marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from seamline.facts import Ref
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.usecases import look
from seamline.usecases.prefill import Filled, Given, prefill

from ..forms.start import typed_of
from ..forms.typed import TypedRow, blank
from ..session import actor, desk, language, reading, signed_in
from .filling import Filling

blueprint = Blueprint("prefilling", __name__)
MOST_WORDS = 200


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """What may be known of other records depends on who asks."""


def apply(filling: Filling) -> None:
    """Fill what is still blank; `filling.notes` says of each field where its value is from."""
    given = Given(filling.typed)
    wanted = [one.id for one in _asked(filling.fields) if blank(filling.typed.get(one.id))]
    found = prefill(desk(), actor(), filling.model, given, wanted) if wanted else {}
    for one in filling.fields:
        if one.id in found:
            filling.typed |= _typed(one, found[one.id])
            if note := found[one.id].source.in_(language()):
                filling.notes[one.id] = note
    for table in filling.fields:
        if any(column.prefill for column in table.fields):
            for row in filling.typed.get(table.id) or ():
                _apply_row(filling, table, row)


def _apply_row(filling: Filling, table: Field, row: TypedRow) -> None:
    wanted = [one.id for one in _asked(table.fields) if blank(row.cells.get(one.id))]
    if not wanted or all(blank(value) for value in row.cells.values()):
        return
    given = Given(filling.typed, table.id, row.cells)
    found = prefill(desk(), actor(), filling.model, given, wanted)
    for one in table.fields:
        if one.id in found:
            row.cells |= _typed(one, found[one.id])


def _asked(fields: Iterable[Field]) -> list[Field]:
    return [one for one in fields if one.prefill]


def _typed(one: Field, filled: Filled) -> dict[str, Any]:
    return typed_of([one], {one.id: filled.value}, reading())


def sources(fields: Iterable[Field]) -> dict[str, list[str]]:
    """Return which fields the browser asks anew for when one changes; rows under `table.column`."""
    found: dict[str, list[str]] = {}
    for one in fields:
        _add(found, one, one.id, {})
        columns = {column.id for column in one.fields}
        for column in one.fields:
            names = {name: f"{one.id}.{name}" for name in columns}
            _add(found, column, f"{one.id}.{column.id}", names)
    return found


def _add(found: dict[str, list[str]], one: Field, path: str, near: Mapping[str, str]) -> None:
    for source in one.prefill:
        for name in source.asks:
            asked = found.setdefault(near.get(name, name), [])
            if path not in asked:
                asked.append(path)


@blueprint.post("/r/<form_id>/prefill")
def ask(form_id: str) -> Response:
    """Answer what is known for some fields, of what stands in the form now."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        abort(400)
    try:
        step, record = str(told.get("step", "")), str(told.get("record", ""))
        model = look.form_to_fill(desk(), actor(), form_id, step, record)
        given = Given(
            _words(told.get("words")), str(told.get("table", "")), _words(told.get("row"))
        )
        wanted = [str(name) for name in told.get("wanted", ())][:MOST_WORDS]
    except (TypeError, AttributeError):
        abort(400)
    found = prefill(desk(), actor(), model, given, wanted)
    return jsonify({name: _answer(model, given, name, one) for name, one in found.items()})


def _words(told: Any) -> dict[str, str]:
    if told is None:
        return {}
    items = list(told.items())[:MOST_WORDS]
    return {str(name): word for name, word in items if isinstance(word, str)}


def _answer(model: FormModel, given: Given, name: str, filled: Filled) -> dict[str, Any]:
    fields = {one.id: one for one in model.form.fields}
    table = fields.get(given.table)
    one = next((c for c in table.fields if c.id == name), None) if table else fields[name]
    assert one is not None
    typed = _typed(one, filled)[name]
    answer: dict[str, Any] = {"value": typed, "say": filled.source.in_(language())}
    if isinstance(filled.value, Ref) and filled.value.label:
        answer["label"] = filled.value.label
    return answer
