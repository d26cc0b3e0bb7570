"""A form begun from what is there: a sheet, a table of another system, a form of the library."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as Answer

from seamline.facts import FileRef
from seamline.fields import KINDS
from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.usecases import design, files
from seamline.usecases.design import Design
from seamline.usecases.designing import beginning, formed
from seamline.usecases.designing.edits import Write
from seamline.usecases.designing.guessing import PLAIN, Guess
from seamline.usecases.designing.sheets import Guessed

from ..designing.confirming import check, confirmed, unsound
from ..designing.gallery import offered, taken
from ..forms.sheet import Said
from ..say import _
from ..serving import served
from ..session import actor, catalog, desk, language, signed_in
from ..signing import signer
from .studio import ID, frame, id_refused

blueprint = Blueprint("studio_starting", __name__)
MOST_TABLES = 300


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/studio/<package>/start")
def show(package: str) -> str:
    """Offer what a form can be begun from."""
    return _begin(design.opened(desk(), actor(), package))


def _begin(one: Design, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "studio/start.html",
        **frame(one, "documents"),
        connections=beginning.sources(desk(), actor()),
        reads_scans=beginning.reads_scans(),
        gallery=offered(language()),
        problems=[Said(problem.sentence(language())) for problem in problems],
        problems_heading=_("No form can be made of it"),
    )


@blueprint.post("/studio/<package>/start/sheet")
def sheet(package: str) -> Any:
    """Show what the columns of a sheet are taken for."""
    return _sent(package, "sheet")


@blueprint.post("/studio/<package>/start/paper")
def paper(package: str) -> Any:
    """Show what the labels of a paper form are taken for, beside its pages."""
    return _sent(package, "paper")


def _sent(package: str, way: str) -> Any:
    """Keep the file that was sent and show what it is taken for."""
    one = design.opened(desk(), actor(), package)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Refused.one("no_file", Text("请先选择文件。", "Choose a file first."))
        media = sent.mimetype if way == "paper" else "application/octet-stream"
        kept = files.keep(desk(), actor(), sent.read(), sent.filename, media)
        source = [way, kept.sha256, sent.filename]
        guess = _guess(source)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _begin(one, refused.problems), refused.status
    return _confirm(one, source, guess)


@blueprint.get("/studio/<package>/start/page/<token>")
def page(package: str, token: str) -> Answer:
    """Serve the picture of a page of a paper that somebody begins a form from."""
    design.opened(desk(), actor(), package)
    try:
        sha256 = signer("page").loads(token)
    except (BadSignature, ValueError):
        abort(400)
    return served(FileRef(str(sha256), "page.jpg", "image/jpeg", 0))


@blueprint.get("/studio/<package>/start/table")
def table(package: str) -> Any:
    """List the tables of a connection, or show what the members of one are taken for."""
    one = design.opened(desk(), actor(), package)
    connection, entity = request.args.get("connection", ""), request.args.get("entity", "")
    try:
        if entity:
            source = ["table", connection, entity]
            return _confirm(one, source, _guess(source))
        found = beginning.tables(desk(), actor(), connection)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _begin(one, refused.problems), refused.status
    return render_template(
        "studio/tables.html",
        **frame(one, "documents"),
        connection=connection,
        title=catalog().connections[connection].title,
        entities=found[:MOST_TABLES],
        more=max(0, len(found) - MOST_TABLES),
    )


@blueprint.post("/studio/<package>/start/library")
def library(package: str) -> Answer | tuple[str, int]:
    """Put a form of the library into the draft, with its rules if they are wanted."""
    one = design.opened(desk(), actor(), package)
    try:
        texts = taken(one, request.form.get("set", ""), rules="rules" in request.form)
        design.change(desk(), actor(), package, [Write(*each, over="") for each in texts.items()])
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _begin(one, refused.problems), refused.status
    return _to_designer(package, next(iter(texts)))


@blueprint.post("/studio/<package>/start/confirm")
def confirm(package: str) -> Any:
    """Make the form of what was confirmed, and open it in the designer."""
    one = design.opened(desk(), actor(), package)
    try:
        source = signer("start").loads(request.form.get("source", ""))
    except (BadSignature, ValueError):
        abort(400)
    guess = _guess(source)
    columns = confirmed(guess.columns, request.form)
    id_ = request.form.get("id", "").strip()
    zh = request.form.get("title", "").strip() or guess.title
    en = request.form.get("title_en", "").strip() or zh
    path = f"forms/{id_}.yaml"
    try:
        if not ID.fullmatch(id_) or one.texts.get(path):
            raise id_refused(id_)
        check(columns)
        text = formed.document(id_, Text(zh, en), columns)
        wrong = unsound(path, text)
        if wrong:
            raise Refused(wrong)
        design.change(desk(), actor(), package, [Write(path, text, over="")])
    except Refused as refused:
        if refused.status == 403:
            raise
        typed = Guessed(zh, id_, columns, guess.notes)
        return _confirm(one, source, typed, refused.problems, en), 422
    return _to_designer(package, path)


def _to_designer(package: str, path: str) -> Answer:
    flash(_("The form is in the draft. Look it over, then publish."))
    return redirect(url_for("studio_forms.show", package=package, path=path), 303)


def _guess(source: list[str]) -> Guessed:
    kind, where, name = source
    if kind == "sheet":
        return beginning.of_sheet(desk(), actor(), where, name)
    if kind == "paper":
        return beginning.of_paper(desk(), actor(), where, name).papered.guessed
    return beginning.of_table(desk(), actor(), where, name)


def _confirm(
    one: Design,
    source: list[str],
    guess: Guessed,
    problems: tuple[Problem, ...] = (),
    title_en: str = "",
) -> str:
    return render_template(
        "studio/confirm.html",
        **frame(one, "documents"),
        source=signer("start").dumps(source),
        named=" · ".join(source[1:]) if source[0] == "table" else source[2],
        pages=_pages(source),
        guess=guess,
        title_en=title_en,
        count=sum(column.taken for column in guess.columns),
        doubts=sum(column.taken and not column.sure for column in guess.columns),
        kinds=[(name, KINDS[name].title.in_(language())) for name in _kinds(guess.columns)],
        problems=[Said(each.sentence(language()), each.place.path) for each in problems],
        problems_heading=_("The form cannot be made yet"),
    )


def _pages(source: list[str]) -> list[dict[str, Any]]:
    """Return the pages of the paper a form is begun from, with the boxes of its labels."""
    if source[0] != "paper":
        return []
    opened = beginning.of_paper(desk(), actor(), source[1], source[2])
    return [
        {
            "picture": signer("page").dumps(opened.pictures[number])
            if number < len(opened.pictures) else "",
            "height": round(sheet.height),
            "words": sheet.words,
            "boxes": [spot.box for spot in opened.papered.spots.values() if spot.page == number],
        }
        for number, sheet in enumerate(opened.pages)
    ]  # fmt: skip


def _kinds(columns: tuple[Guess, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*PLAIN, *(one.kind for one in columns))))
