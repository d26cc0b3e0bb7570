"""The history of a record: how it stood at any moment, and who changed what, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for

from seamline.fields import kind_of
from seamline.fields.kind import Invalid
from seamline.fields.moments import read_moment, show_moment
from seamline.forms import FormModel
from seamline.usecases import history, look
from seamline.usecases.history import Change, Stood

from ..forms.control import options_of
from ..say import _
from ..session import actor, desk, language, reading, signed_in
from ..shown import Faces, name_of
from .people import name_of_person

blueprint = Blueprint("history", __name__)
SHOWN = 100
MOST_WORD = 120


@dataclass(frozen=True, slots=True)
class Pair:
    """What one field was and became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change, ready to show."""

    at: str
    iso: str
    who: str
    what: str
    why: str
    address: str
    via: str
    pairs: tuple[Pair, ...]


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/r/<form_id>/<word>/history")
def show(form_id: str, word: str) -> str:
    """Show what changed a record, newest first; with a moment, how it stood then."""
    model = look.form(desk(), actor(), form_id)
    known = {one.id for one in model.form.fields}
    field = request.args.get("field", "")
    field = field if field in known else ""
    typed = request.args.get("at", "")
    moment = _moment(typed)
    found = history.changes(desk(), actor(), form_id, word, field=field, until=moment, limit=SHOWN)
    record = look.record(desk(), actor(), form_id, word)
    return render_template(
        "pages/history.html",
        form=model.form,
        here=form_id,
        record=record,
        name=name_of(record, model),
        fields=[
            (one.id, one.label.in_(language())) for one in model.form.fields if _tells(one.kind)
        ],
        field=field,
        typed=typed,
        wrong=bool(typed) and moment is None,
        stood=_stood(model, form_id, word, moment, field) if moment is not None else None,
        lines=[_line(model, one, field) for one in found],
        more=len(found) == SHOWN,
    )


def _tells(kind: str) -> bool:
    """Return whether a value of such a field is said in one word."""
    return kind not in ("table", "attachment", "image", "signature")


def _moment(word: str) -> datetime | None:
    if not word:
        return None
    try:
        return read_moment(word, reading().zone)
    except Invalid:
        return None


def _stood(
    model: FormModel, form_id: str, word: str, moment: datetime, field: str
) -> dict[str, Any]:
    found = history.stood(desk(), actor(), form_id, word, moment, field)
    return {
        "at": show_moment(moment, reading()),
        "there": found.values is not None,
        "facts": list(_facts(model, found, field)),
        "line": _line(model, found.change, field) if found.change is not None else None,
    }


def _facts(model: FormModel, found: Stood, field: str) -> Iterator[tuple[str, str]]:
    for one in model.form.fields:
        if _tells(one.kind) and field in ("", one.id):
            word = _word(model, one.id, (found.values or {}).get(one.id))
            if word:
                yield one.label.in_(language()), word


def _line(model: FormModel, change: Change, field: str) -> Line:
    event, by = change.event, change.by
    address = ""
    if by.get("form"):
        address = url_for("records.show", form_id=str(by["form"]), word=str(by["record"]))
    device = " · ".join(
        word
        for word in (_via(event.via), event.seen, event.reported.partition(" · ")[0][:40])
        if word
    )
    pairs = {field: change.pairs[field]} if field in change.pairs else change.pairs
    return Line(
        at=show_moment(event.at, reading()),
        iso=event.at.isoformat(),
        who=name_of_person(event.actor),
        what=_what(model, change),
        why=" · ".join(word for word in (str(by.get("document") or ""), event.reason) if word),
        address=address,
        via=device,
        pairs=tuple(_pairs(model, pairs)),
    )


def _what(model: FormModel, change: Change) -> str:
    """Return the act: of a posting its move and what that did, else the step."""
    by = change.by
    if by.get("form"):
        moves = look.form(desk(), actor(), str(by["form"]))
        posting = moves.form.posts
        act = str(by.get("act") or "")
        if posting is not None and posting.act in moves.fields:
            options = options_of(moves.fields[posting.act].field, language())
            act = next((one.label for one in options if one.id == act), act)
        return f"{act} {by.get('code') or ''}".strip()
    step = model.steps.get(change.event.step.partition(".")[2])
    return step.title.in_(language()) if step is not None else _("Review")


def _via(via: str) -> str:
    return _("scanner") if via == "pda" else via


def _pairs(model: FormModel, pairs: Mapping[str, tuple[Any, Any]]) -> Iterator[Pair]:
    labels = {one.id: one.label.in_(language()) for one in model.form.fields}
    for name, (before, after) in pairs.items():
        if name in labels and _tells(model.fields[name].field.kind):
            yield Pair(labels[name], _word(model, name, before), _word(model, name, after))


def _word(model: FormModel, name: str, value: Any) -> str:
    """Return a value of the journal as its field shows it."""
    if value in (None, "", []):
        return ""
    shown = model.fields[name].shown
    kind = kind_of(shown)
    if shown.kind in ("choice", "multi_choice"):
        labels = {one.id: one.label for one in options_of(shown, language())}
        words = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(word), str(word)) for word in words)
    try:
        read = kind.parse(shown, value, reading()) if kind.written else value
        plain = Faces(model, reading()).plain(name, read) if kind.written else str(value)
    except Invalid:  # the field is of another kind today
        plain = str(value)
    return plain[:MOST_WORD]
