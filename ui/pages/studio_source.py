"""The source view of Studio: a document as its text, with every problem at its line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for

from seamline import schema
from seamline.package.sources import kind_of_path
from seamline.problems import Problem, Refused
from seamline.usecases import design
from seamline.usecases.design import Design
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Write

from ..designing.documents import title_of
from ..say import _
from ..session import actor, desk, language, signed_in
from .studio import DESIGNERS, frame, tell

blueprint = Blueprint("studio_source", __name__)
MOST_TEXT = 2_000_000


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/source/<path:path>")
def show(package: str, path: str) -> str:
    """Show a document as its text."""
    one = _opened(package, path)
    return _page(one, path, one.texts.get(path, ""))


@blueprint.post("/studio/<package>/source/<path:path>")
def keep(package: str, path: str) -> Any:
    """Take over a text; one that is not right yet is kept too, and what is wrong is shown."""
    _opened(package, path)
    # A browser sends line breaks as CR LF; what is kept has those of the document.
    text, over = (_plain(request.form.get(name, "")) for name in ("text", "over"))
    if len(text) > MOST_TEXT:
        abort(413)
    try:
        design.change(desk(), actor(), package, [Write(path, text, over=over)])
    except Refused as refused:
        if refused.status != 412:
            tell(refused)
            return redirect(url_for("studio_source.show", package=package, path=path), 303)
        # Both texts touch the same lines: what was typed stays in the editor, over the newest.
        newest = design.opened(desk(), actor(), package)
        return _page(newest, path, text, refused.problems), 412
    if request.headers.get("Accept") == "application/json":
        return jsonify(_answer(design.opened(desk(), actor(), package), path))
    flash(_("Saved in the draft."))
    return redirect(url_for("studio_source.show", package=package, path=path), 303)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


@blueprint.get("/studio/language/<any(form, ruleset, role, page, measure, pipeline, import, "
               "correlation, promise, scenario, connection, package):kind>.json")  # fmt: skip
def language_of(kind: str) -> Any:
    """Return the JSON Schema by which the editor completes keys and values."""
    return jsonify(schema.assembled()[kind])


def _opened(package: str, path: str) -> Design:
    one = design.opened(desk(), actor(), package)
    if kind_of_path(path) is None or (path not in one.texts and path not in one.served):
        abort(404)
    return one


def _answer(one: Design, path: str) -> dict[str, Any]:
    return {"text": one.texts.get(path, ""), "problems": _marks(_problems(one), path)}


def _problems(one: Design) -> tuple[Problem, ...]:
    return releases.problems_of(desk(), one)


def _marks(problems: tuple[Problem, ...], path: str) -> list[dict[str, Any]]:
    """Return the problems of one document, each with the line and column where it stands."""
    return [
        {"line": one.place.line or 1, "column": one.place.column or 1, "where": one.place.path,
         "say": one.sentence(language()), "severity": one.severity}
        for one in problems
        if one.place.file == path
    ]  # fmt: skip


def _page(one: Design, path: str, text: str, clash: tuple[Problem, ...] = ()) -> str:
    found = _problems(one)
    kind = kind_of_path(path) or ""
    return render_template(
        "studio/source.html",
        **frame(one, "source", path),
        path_title=title_of(one, path, language()),
        path_icon="scroll-text",
        text=text,
        over=one.texts.get(path, ""),
        kind=kind,
        designed=designer_of(kind),
        marks=_marks(found, path),
        elsewhere=[problem for problem in found if problem.place.file != path],
        clash=[problem.sentence(language()) for problem in clash],
        line=request.args.get("line", 0, int),
    )


def designer_of(kind: str) -> str:
    """Return the view in which documents of a kind are designed."""
    return DESIGNERS.get(kind, "studio_documents.show")
