"""The editor of documents that have no canvas of their own, made from the schema of their kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.documents import Document, read
from seamline.package.sources import kind_of_path
from seamline.problems import Problem, Problems, Refused
from seamline.usecases import design
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Edit, Move, Remove

from ..designing import clause_edits
from ..designing.clauses import Names
from ..designing.conditions import conditions_of, names_in, operators
from ..designing.documents import kinds, title_of
from ..designing.growing import ACTS, grown
from ..designing.inspecting import Asked, boxes, called
from ..designing.known import Known, ids_in, lists_of
from ..designing.outline import outline
from ..designing.shape import part_at, said
from ..designing.sketching import forms_of, read_aloud
from ..designing.taking import edits_of
from ..session import actor, catalog, desk, language, signed_in
from .studio import frame, tell, to_source
from .trials import TRIALS
from .trials.trial import Stage, Trial

blueprint = Blueprint("studio_documents", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/document/<path:path>")
def show(package: str, path: str) -> Any:
    """Show a document: what it is made of, the thing that is selected, and how it works."""
    return _page(package, path, request.args.get("at", ""))


def _opened(package: str, path: str) -> tuple[Design, Document, str]:
    one = design.opened(desk(), actor(), package)
    kind = kind_of_path(path)
    if kind is None or path not in one.texts:
        abort(404)
    return one, read(one.texts[path], path), kind


def _trial(kind: str) -> Trial:
    return TRIALS.get(kind, Trial(kind))


def _page(package: str, path: str, at: str, refused: tuple[Problem, ...] = (), do: str = "") -> Any:
    try:
        one, document, kind = _opened(package, path)
    except Refused as broken:
        return to_source(broken, package, path)
    found = releases.problems_of(desk(), one)
    mine = tuple(problem for problem in found if problem.place.file == path)
    where = document.path(at) if at else ()
    where, at = (where, at) if where and document.value(where) is not None else ((), "")
    forms = forms_of(one, catalog())
    trial = _trial(kind)
    known = Known(forms, ids_in(one, language()), language())
    asked = Asked(
        kind, document, language(), (*mine, *refused),
        lambda condition, place: _aloud(condition, known, document, place),
        trial.skipped if not where else (),
        lambda place: place == (kind,) and bool(one.served.get(path)),
    )  # fmt: skip
    stage = Stage(one, document, asked, at, do, mine)
    known = Known(forms, known.ids, language(), trial.entities(stage))
    made = boxes(asked, where)
    return render_template(
        "studio/document.html",
        **frame(one, "document", path),
        path_title=title_of(one, path, language()),
        path_icon=kinds()[kind][1],
        kind_title=kinds()[kind][0].in_(language()),
        design_data=document.data,
        at=at,
        branches=outline(asked),
        selected=_selected(document, where, asked),
        boxes=made,
        lists=lists_of(made, known, document),
        **conditions_of(made, document, lambda place: _names(known, document, place)),
        operators=operators(language()),
        wrong=[*mine, *(each for each in found if each.place.file != path)],
        refusals=[problem.sentence(language()) for problem in refused],
        trial=trial,
        **trial.show(stage),
    ), (422 if refused else 200)


def _aloud(condition: Any, known: Known, document: Document, path: Any) -> str:
    form = known.form_at(document, path[:-1])
    return read_aloud(condition, form, known.forms, language()) if form is not None else ""


def _names(known: Known, document: Document, path: Any) -> Names | None:
    return names_in(known.form_at(document, path[:-1]), known.forms, language())


def _selected(document: Document, where: Any, asked: Asked) -> dict[str, Any]:
    """Return what the inspector is about, and where its list is."""
    if not where:
        return {"title": "", "item": False, "list": "", "about": ""}
    listed = document.words(where[:-1])
    last = where[-1]
    value = document.value(where)
    title = last if isinstance(last, str) else called(value, asked.language, last)
    about = said(asked.kind, part_at(asked.kind, document.data, where[:-1]), asked.language)
    return {"title": title, "item": True, "list": listed, "about": about}


@blueprint.post("/studio/<package>/document/<path:path>")
def edit(package: str, path: str) -> Any:
    """Take over what the inspector or a button sent, or try the document."""
    one, document, kind = _opened(package, path)
    at = request.form.get("at", "")
    do, _colon, what = request.form.get("do", "put").partition(":")
    if do == "try":
        return _page(package, path, at, do=what)
    problems = Problems()
    try:
        made, then = _edits(do, what, at, document, kind, one, problems)
        design.change(desk(), actor(), package, made, problems if do == "put" else None)
        at = then
        problems.raise_if_any()
    except Refused as refused:
        if refused.status == 422:
            return _page(package, path, at, refused.problems)
        tell(refused)
    return _shown(package, path, at)


def _shown(package: str, path: str, at: str) -> Answer:
    address = url_for("studio_documents.show", package=package, path=path, at=at or None)
    return redirect(address, 303)


def _edits(
    do: str, what: str, at: str, document: Document, kind: str, one: Design, problems: Problems
) -> tuple[list[Edit], str]:
    """Return the edits a button means, and what is selected afterwards."""
    path = document.name
    if do in ("up", "down"):
        return [Move(path, what, by=-1 if do == "up" else 1)], at
    if do == "move":
        to, after = request.form.get("to", ""), request.form.get("after")
        return [Move(path, what, to, after)], at if to == what.rpartition("[")[0] else ""
    if do == "remove":
        return [Remove(path, what)], "" if at.startswith(what) else at
    known = Known(forms_of(one, catalog()), ids_in(one, language()), language())
    if do in clause_edits.ACTS:
        names = _names(known, document, document.path(clause_edits.root_of(what)) or ("",))
        if names is None:
            abort(404)
        return clause_edits.clause_edits(do, what, document, names, request.form), at
    if do in ACTS:
        return grown(do, what, at, document, kind, known, request.form)
    asked = Asked(kind, document, language())
    made = _trial(kind).edits(Stage(one, document, asked, at), problems)
    sent, then = edits_of(kind, document, request.form, problems)
    return [*made, *sent], then
