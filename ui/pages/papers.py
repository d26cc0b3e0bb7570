"""Papers: the inbox of contracts to read, and the page on which a person confirms what was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from seamline.facts import FileRef
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.metadata.paper import FILE_NAME
from seamline.problems import Refused
from seamline.store.papers import PaperRow
from seamline.usecases import papers, recognising
from seamline.usecases.paperwork.offered import CONFIRMS
from seamline.usecases.paperwork.reading import ReadPaper, ReadValue
from seamline.usecases.paperwork.teaching import Lesson
from seamline.usecases.submit import Submitted

from ..forms.sheet import Said
from ..forms.start import fresh
from ..forms.typed import TypedRow
from ..forms.uploads import Kept
from ..forms.words import size_of
from ..say import _
from ..serving import served
from ..session import actor, catalog, desk, language, reading, signed_in
from ..shown import name_of
from . import entering, filling, form_page, prefilling
from .filling import Filling
from .people import name_of_person

MOST_FILES = 50
blueprint = Blueprint("papers", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in; each use case asks for the right itself."""


@blueprint.route("/r/<form_id>/papers", methods=["GET", "POST"])
def index(form_id: str) -> Any:
    """Show the papers that wait, and take in others."""
    model = papers.model_of(desk(), actor(), form_id)
    if request.method == "GET":
        return _inbox(model)
    sent = [one for one in request.files.getlist("file") if one.filename][:MOST_FILES]
    problems: list[Said] = [] if sent else [Said(_("Choose a file first."), "file")]
    for one in sent:
        kind = one.mimetype or "application/octet-stream"
        name = (one.filename or "paper").replace("\\", "/").rpartition("/")[2]
        try:
            taken = papers.take_in(desk(), actor(), form_id, one.read(), name, kind)
            if taken.repeated:
                flash(_known(taken.row, name))
        except Refused as refused:
            if refused.status != 422:
                raise
            problems += [Said(f"{name}: {p.sentence(language())}") for p in refused.problems]
    recognising.wake(desk())
    if problems:
        return _inbox(model, problems), 422
    return redirect(url_for("papers.index", form_id=form_id), 303)


def _known(row: PaperRow, name: str) -> str:
    """Return what to say of a file that has come before."""
    if row.state == "confirmed":
        return _("%(name)s came before: a record was made from it.", name=name)
    return _("%(name)s is in the inbox already.", name=name)


def _inbox(model: FormModel, problems: list[Said] | None = None) -> str:
    rows = papers.inbox(desk(), actor(), model.form.id)
    busy = any(row.state in ("waiting", "reading") for row in rows)
    if busy:
        recognising.wake(desk())
    return render_template(
        "papers/inbox.html",
        here=":papers",
        form=model.form,
        rows=[_row(row) for row in rows],
        busy=busy,
        read=sum(row.state in ("read", "failed") for row in rows),
        forms=[_learned(one) for one in papers.library(desk(), actor(), model.form.id)],
        problems=problems or [],
        problems_heading=_("This could not be done"),
    )


def _row(row: PaperRow) -> dict[str, Any]:
    problem = json.loads(row.problem)["message"][language()] if row.problem else ""
    return {
        "id": row.id,
        "name": row.name,
        "size": size_of(row.size),
        "state": row.state,
        "problem": problem,
        "by": _brought(row),
        "at": show_moment(row.at, reading()),
    }


def _brought(row: PaperRow) -> str:
    """Return who brought a paper, or the connection by which it came."""
    source = catalog().connections.get(row.source)
    return source.title.in_(language()) if source else row.source or name_of_person(row.actor)


def _learned(one: papers.Learned) -> dict[str, Any]:
    return {
        "id": one.row.id,
        "version": one.row.version,
        "papers": one.form.papers,
        "labels": len(one.form.labels),
        "by": name_of_person(one.row.actor),
        "at": show_moment(one.row.at, reading()),
    }


@blueprint.route("/r/<form_id>/papers/<paper_id>", methods=["GET", "POST"])
def confirm(form_id: str, paper_id: str) -> Any:
    """Show a paper beside its form, and make the record when everything doubtful is confirmed."""
    model = papers.model_of(desk(), actor(), form_id)
    read = papers.understand(desk(), actor(), form_id, paper_id)
    step = model.steps["create"]
    if request.method == "GET":
        return _page(_begun(model, read), read, frozenset())
    sent = filling.received(model, step, None)
    sent.draft, sent.paper = "", read.row.id
    seen = frozenset(request.form.getlist("_seen"))
    sent.confirmed |= {CONFIRMS + path for path in seen}
    _note(sent, read)
    act = request.form.get("_do", "submit")
    if act != "submit" and entering.rearranged(sent, act):
        return _page(sent, read, seen)
    done = filling.send(sent)
    if done is None:
        return _page(sent, read, seen), 422
    lesson = papers.finish(desk(), actor(), read, done.record)
    return _after(model, done, lesson)


def _after(model: FormModel, done: Submitted, lesson: Lesson | None) -> Response:
    flash(" ".join([_("%(name)s is saved.", name=name_of(done.record, model)), *_taught(lesson)]))
    address = url_for("records.show", form_id=model.form.id, word=done.record.id)
    return redirect(address, 303)  # type: ignore[return-value]  # werkzeug's, the base of it


def _taught(lesson: Lesson | None) -> Iterator[str]:
    """Yield whether the paper taught its form: a lesson that is turned down is not silent."""
    if lesson is not None and lesson.rejected:
        yield _("Its layout was not learned: another confirmed paper would be read worse by it.")
    elif lesson is not None:
        yield _("The next paper of this layout will be read by it.")


def _begun(model: FormModel, read: ReadPaper) -> Filling:
    """Return the form with what was read, then with what is known of it."""
    begun = filling.begun(model, model.steps["create"], None)
    begun.draft = ""
    head = {value.path: value for value in read.values if value.row < 0}
    for field in begun.fields:
        if field.id in head:
            begun.typed[field.id] = head[field.id].word
        elif model.form.paper is not None and field.id in model.form.paper.values:
            word = str(model.form.paper.values[field.id])
            begun.typed[field.id] = read.row.name if word == FILE_NAME else word
        elif field.kind == "table":
            rows = _rows(read.values, field.id, fresh(field.fields, {}, reading()))
            begun.typed[field.id] = rows or begun.typed[field.id]
    evidence = model.form.paper.evidence if model.form.paper else ""
    if evidence:
        begun.typed[evidence] = [Kept(papers.original(read.row))]
    prefilling.apply(begun)
    _note(begun, read)
    return begun


def _rows(values: tuple[ReadValue, ...], table: str, start: Mapping[str, Any]) -> list[TypedRow]:
    rows: dict[int, TypedRow] = {}
    for value in values:
        name, _dot, rest = value.path.partition(".")
        if value.row >= 0 and name == table:
            row = rows.setdefault(value.row, TypedRow(value.row, "", dict(start)))
            row.cells[rest.partition(".")[2]] = value.word
    return [rows[number] for number in sorted(rows)]


def _note(sent: Filling, read: ReadPaper) -> None:
    """Say beside each field that was read how sure that is, and why."""
    for value in read.values:
        if value.row < 0:
            sent.notes[value.path] = " · ".join([f"{value.chance:.0%}", *_says(value)])


def _says(value: ReadValue) -> list[str]:
    said = [text.in_(language()) for text in value.says]
    if value.others:
        others = _(", ").join(value.others[:2])
        said.append(_("might also be %(what)s", what=others))
    return said


@dataclass(frozen=True, slots=True)
class Tick:
    """One doubtful value on the page, to be compared and ticked."""

    path: str
    control: str
    label: str
    said: str
    chance: str
    why: str
    ticked: bool
    low: bool


def _page(sent: Filling, read: ReadPaper, seen: frozenset[str]) -> str:
    context = form_page.context(sent)
    return render_template(
        "papers/confirm.html",
        **{
            **context,
            "here": ":papers",
            "heading": _("Check what was read"),
            "submit_label": _("Confirm and save"),
        },
        read=read,
        ticks=[_tick(value, seen) for value in read.doubtful if value.said],
        sheets=_sheets(read),
        count=len(read.values),
        sure=len(read.values) - len(read.doubtful),
    )


def _tick(value: ReadValue, seen: frozenset[str]) -> Tick:
    label = value.label.in_(language())
    if value.row >= 0:
        label = _("Line %(n)s: %(what)s", n=value.row + 1, what=label)
    why = " · ".join(_says(value))
    return Tick(
        value.path, f"f-{value.path.replace('.', '-')}", label, value.said,
        f"{value.chance:.0%}", why, value.path in seen, value.chance < 0.7,
    )  # fmt: skip


def _sheets(read: ReadPaper) -> list[dict[str, Any]]:
    """Return each page with its picture, or its words where it has none, and the boxes on it."""
    pictures = json.loads(read.row.pictures)
    sheets = []
    for number, page in enumerate(read.pages):
        boxes = [
            {"path": value.path, "sure": value.accepted, "spot": spot}
            for value in read.values
            for spot in value.spots
            if spot.page == number
        ]
        sheets.append(
            {
                "number": number,
                "picture": number < len(pictures),
                "height": round(page.height),
                "words": [] if number < len(pictures) else page.words,
                "boxes": boxes,
            }
        )
    return sheets


@blueprint.get("/r/<form_id>/papers/<paper_id>/pages/<int:number>")
def picture(form_id: str, paper_id: str, number: int) -> Response:
    """Serve the picture of one page."""
    row = papers.paper(desk(), actor(), form_id, paper_id)
    hashes = json.loads(row.pictures)
    if number >= len(hashes):
        abort(404)
    return served(FileRef(hashes[number], f"{number + 1}.jpg", "image/jpeg", 0))


@blueprint.post("/r/<form_id>/papers/<paper_id>/discard")
def discard(form_id: str, paper_id: str) -> Any:
    """Take a paper out of the inbox."""
    papers.discard(desk(), actor(), form_id, paper_id)
    return redirect(url_for("papers.index", form_id=form_id), 303)


@blueprint.post("/r/<form_id>/papers/forms/<learned>/<int:version>/undo")
def undo(form_id: str, learned: str, version: int) -> Any:
    """Take back the newest thing that was learned of a form."""
    papers.take_back(desk(), actor(), form_id, learned, version)
    return redirect(url_for("papers.index", form_id=form_id), 303)
