"""The form designer of Studio: palette, canvas, inspector and a live preview."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.documents import Document, Path, read
from seamline.fields import KINDS
from seamline.forms import FormModel
from seamline.problems import Problem, Problems, Refused
from seamline.usecases import design
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.choosing import choices
from seamline.usecases.designing.edits import Edit, Insert, Move, Remove
from seamline.usecases.designing.reckoning import reckoned

from ..designing import clause_edits
from ..designing.canvas import SHOWN, canvas_of, parts_of, views_of
from ..designing.clauses import Names
from ..designing.conditions import conditions_of, names_in, names_in_row, operators
from ..designing.documents import title_of
from ..designing.formulas import asked_of, gives, shelves, wrong
from ..designing.fresh import fresh_field, fresh_item, named, palette
from ..designing.growing import ACTS, grown
from ..designing.inspecting import Asked, Box, boxes
from ..designing.known import Known, ids_in
from ..designing.labelling import relabelled
from ..designing.sketching import forms_of, read_aloud, sketched
from ..designing.taking import edits_of
from ..forms.drawing import compiled_form
from ..forms.sheet import Draft, Sheet, sheet
from ..forms.start import fresh
from ..forms.typed import TypedRow
from ..session import actor, catalog, desk, language, reading, signed_in
from .studio import DESIGNERS, frame, holding, tell, to_source
from .visibility import visibility

blueprint = Blueprint("studio_forms", __name__)
DESIGNERS["form"] = "studio_forms.show"


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/form/<path:path>")
def show(package: str, path: str) -> Any:
    """Show the designer of one form, with one thing of it in the inspector."""
    return _page(package, path, request.args.get("at", ""))


def _page(package: str, path: str, at: str, problems: tuple[Problem, ...] = ()) -> Any:
    one = holding(package, path, "form")
    try:
        document = _read(one.texts[path], path)
    except Refused as refused:
        return to_source(refused, package, path)
    found = releases.problems_of(desk(), one)
    mine = tuple(problem for problem in found if problem.place.file == path)
    where = document.path(at) if at else ()
    where, at = (where, at) if where is not None else ((), "")
    asked = Asked(
        "form",
        document,
        language(),
        (*mine, *problems),
        _aloud(one, document),
        ("fields",) if where else (*SHOWN, *views_of()),
        lambda path_: _published(one, path, document.words(path_)),
    )
    made = _boxes(asked, where)
    return render_template(
        "studio/form.html",
        **frame(one, "form", path),
        path_title=title_of(one, path, language()),
        path_icon="file-text",
        palette=palette(language()),
        canvas=canvas_of(document, language(), mine),
        at=at,
        selected=_selected(document, at),
        boxes=made,
        **conditions_of(made, document, lambda place: _scope(one, document, place)),
        operators=operators(language()),
        formula=_formula(one, document, where),
        parts=parts_of(language()),
        wrong=[*mine, *(one for one in found if one.place.file != path)],
        refusals=[problem.sentence(language()) for problem in problems],
        form_ids=sorted(forms_of(one, catalog())),
        names=[name for name, _title in _names(document)],
    ), (422 if problems else 200)


def _boxes(asked: Asked, where: Path) -> list[Box]:
    """Return the inspector of a thing; that of a list, or of what is not there yet, is its box."""
    written = asked.document.value(where)
    if where and not isinstance(where[-1], int) and not isinstance(written, Mapping):
        around = boxes(replace(asked, skipped=()), where[:-1])
        return [box for box in around if box.key == where[-1]]
    return boxes(asked, where)


def _published(one: Design, path: str, words: str) -> bool:
    """Say whether the id or kind at a place already serves, and so never changes."""
    text = one.served.get(path, "")
    if not text:
        return False
    served = _read(text, path)
    there = served.path(words.rpartition(".")[0])
    return there is not None and (there != () or "." not in words) and _holds(served, words)


@lru_cache(maxsize=50)
def _read(text: str, path: str) -> Document:
    """Return a document; the same text is asked about once for each thing in the inspector."""
    return read(text, path)


def _holds(document: Document, words: str) -> bool:
    path = document.path(words)
    return path is not None and document.value(path) is not None


def _aloud(one: Design, document: Document) -> Any:
    forms = forms_of(one, catalog())
    form = forms.get(str(document.data.get("form")))
    if form is None:
        return lambda _condition, _path: ""
    return lambda condition, path: read_aloud(
        condition, form, forms, language(), _table_of(document, path)
    )


def _table_of(document: Document, path: Any) -> str:
    """Return the sub-table whose column is at a path, nothing for a field of the record."""
    if path.count("fields") < 2:
        return ""
    first = path.index("fields")
    table = document.value(path[: first + 2])
    return str(table.get("id", "")) if isinstance(table, dict) else ""


def _scope(one: Design, document: Document, path: Any) -> Names | None:
    """Return what a condition of a field may ask about; one of a column asks about its row."""
    forms = forms_of(one, catalog())
    form, table = forms.get(str(document.data.get("form"))), _table_of(document, path)
    if table:
        return names_in_row(form, table, forms, language())
    return names_in(form, forms, language())


def _formula(
    one: Design, document: Document, path: Any, text: str | None = None, record: str | None = None
) -> dict[str, Any] | None:
    """Return the builder of a computed field's formula: what it gives, and what it may be of."""
    forms = forms_of(one, catalog())
    form = forms.get(str(document.data.get("form")))
    asked = asked_of(document, path, form, forms, text) if form is not None and path else None
    if asked is None:
        return None
    # The page offers records; what is typed is reckoned on the one that is chosen on it.
    records = choices(desk(), actor(), asked.form.id) if text is None else ()
    chosen = record if record is not None else records[0].word if records else ""
    made = reckoned(desk(), actor(), asked, chosen, reading())
    shown = made.model.kind.show if made.model is not None else None
    return {
        "at": document.words(path), "records": records, "record": made.on, "made": made,
        "gives": gives(asked, made, language()),
        "wrong": [wrong(asked.text, each, language()) for each in made.problems],
        "comes": [
            "" if value is None or shown is None or made.model is None
            else shown(made.model.field, value, reading())
            for value in made.values
        ],
        "rows": bool(asked.table),
        "shelves": shelves(asked, language()) if text is None else (),
    }  # fmt: skip


def _names(document: Document) -> list[tuple[str, str]]:
    return [
        (str(field.get("id")), "")
        for section in document.data.get("sections", ())
        if isinstance(section, dict)
        for field in section.get("fields", ())
        if isinstance(field, dict)
    ]


def _selected(document: Document, at: str) -> dict[str, Any]:
    """Return what the inspector is about: its kind of thing, and where its list is."""
    path = document.path(at) if at else ()
    item = bool(path) and isinstance(path[-1], int) if path else False
    kinds = {"sections": "section", "fields": "field", "states": "state", "steps": "step"}
    list_ = document.words(path[:-1]) if path and item else ""
    last = re.findall(r"[a-z_]+", re.sub(r"\[[^\]]*\]", "", list_ or at)) or ["form"]
    return {"item": item, "list": list_, "what": kinds.get(last[-1], last[-1])}


@blueprint.post("/studio/<package>/form/<path:path>")
def edit(package: str, path: str) -> Any:
    """Take over what the inspector or a button of the canvas sent."""
    one = holding(package, path, "form")
    at = request.form.get("at", "")
    do, _colon, what = request.form.get("do", "put").partition(":")
    document = _read(one.texts[path], path)
    problems = Problems()
    try:
        made, then = _edits(do, what, at, document, one, problems)
        design.change(desk(), actor(), package, made, problems if do == "put" else None)
        at = then
        problems.raise_if_any()
    except Refused as refused:
        if refused.status == 422 and do == "put":
            return _page(package, path, at, refused.problems)
        tell(refused)
    return _shown(package, path, at)


def _shown(package: str, path: str, at: str) -> Answer:
    address = url_for("studio_forms.show", package=package, path=path, at=at or None)
    return redirect(address, 303)


def _edits(
    do: str, what: str, at: str, document: Document, one: Design, problems: Problems
) -> tuple[list[Edit], str]:
    """Return the edits a button means, and what is selected afterwards."""
    path = document.name
    if do == "add" and what in KINDS:
        return _add(what, document)
    if do in clause_edits.ACTS:
        names = _scope(one, document, document.path(clause_edits.root_of(what)) or ())
        if names is not None:
            return clause_edits.clause_edits(do, what, document, names, request.form), at
    if do in ACTS and not (do == "item" and named(what)):
        known = Known(forms_of(one, catalog()), ids_in(one, language()), language())
        return grown(do, what, at, document, "form", known, request.form)
    if do == "item":
        id_, value = fresh_item(what, document)
        inside = at and what.startswith(f"{at}.")  # a row of a small table stays where it is
        return [Insert(path, what, value)], at if inside else f"{what}[{id_}]"
    if do == "up" or do == "down":
        return [Move(path, what, by=-1 if do == "up" else 1)], at
    if do == "move":
        to, after = request.form.get("to", ""), request.form.get("after")
        item = re.search(r"\[([^\]]*)\]$", what)
        return [Move(path, what, to, after)], f"{to}[{item[1]}]" if item else at
    if do == "remove":
        return [Remove(path, what)], "" if at.startswith(what) else at
    if do == "call":
        return relabelled(what, document, "form", language(), request.form), at
    return edits_of("form", document, request.form, problems)


def _add(kind: str, document: Document) -> tuple[list[Edit], str]:
    to = request.form.get("to", "") or "sections[1].fields"
    if document.path(to) is None:
        to = "sections[1].fields"
    list_path = document.path(to)
    list_words = document.words(list_path) if list_path else to
    value = fresh_field(kind, document, inner=list_words.count("fields") > 1)
    after = request.form.get("after")
    return [Insert(document.name, list_words, value, after)], f"{list_words}[{value['id']}]"


@blueprint.get("/studio/<package>/reckon/<path:path>")
def reckon(package: str, path: str) -> str:
    """Show what a formula gives while it is typed, on a record or on made-up data."""
    one = holding(package, path, "form")
    document = _read(one.texts[path], path)
    given = request.args
    where = document.path(given.get("at", ""))
    made = _formula(one, document, where, given.get("text", "")[:2000], given.get("record", ""))
    if made is None:
        abort(404)
    return render_template("studio/reckoned.html", formula=made)


@blueprint.get("/studio/<package>/preview/<path:path>")
def preview(package: str, path: str) -> str:
    """Show the form as people would fill it, drawn by what draws the real one."""
    begun = time.perf_counter()
    one = holding(package, path, "form")
    model, problems = sketched(one, path, catalog())
    made = _sheet(model) if model is not None else None
    return render_template(
        "studio/preview.html",
        form=model.form if model else None,
        sheet=made,
        said=[problem.sentence(language()) for problem in problems],
        took=max(1, round((time.perf_counter() - begun) * 1000)),
        revision=one.revision,
    )


def _sheet(model: FormModel) -> Sheet:
    form, step = model.form, model.steps["create"]
    fields = [one for one in form.fields if model.fields[one.id].kind.written]
    typed = fresh(fields, {}, reading())
    names = [one.id for one in fields]
    seen = visibility(catalog(), model, step, typed, None, reading(), names)
    starts = {one.id: TypedRow(0, "", fresh(one.fields, {}, reading()))
              for one in fields if one.kind == "table"}  # fmt: skip
    return sheet(
        Draft(
            language=language(),
            drawing=compiled_form(model, language()),
            sections=form.sections,
            fields=frozenset(names),
            typed=typed,
            hidden=frozenset(seen.hidden),
            asleep=seen.live.asleep,
            required=frozenset({*seen.required, *step.needs}),
            live=seen.live.text,
            whole=seen.live.whole,
            starts=starts,
        )
    )
