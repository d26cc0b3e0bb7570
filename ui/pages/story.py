"""The story of a tracking code: all that happened to its records, and its proof as a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from seamline.usecases import look
from seamline.usecases.story import KINDS, Chapter, Reached, Story, Wanted, chosen, export, story

from ..record import heads
from ..record.timeline import Entry, entry
from ..record.verdicts import Verdict, verdicts
from ..say import _
from ..serving import name_file
from ..session import actor, catalog, desk, language, reading, signed_in
from ..shown import Faces

blueprint = Blueprint("story", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the story with its record, its verdict in words, what it changed downstream."""

    entry: Entry
    head: dict[str, Any]
    verdicts: list[Verdict]
    why: str
    reached: list[dict[str, Any]]
    proof: str


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/story/<tracking>")
def show(tracking: str) -> str:
    """Tell the story, or the part of it that is asked for; on paper it is a dossier."""
    whole, wanted = story(desk(), actor(), tracking), _wanted()
    part = chosen(catalog(), whole, wanted)
    may = any(catalog().access.may(actor(), "export", head.form) for head in whole.heads)
    return render_template(
        "pages/story.html",
        here="find",
        tracking=tracking,
        heads=[heads.shown_head(head) for head in whole.heads],
        forms=_forms(whole),
        lines=list(_lines(part)),
        total=len(whole.chapters),
        wanted=wanted,
        kinds=[(name, title.in_(language())) for name, title in KINDS.items()],
        may_export=may,
        watch=f"tracking:{tracking}",
        query={name: word for name, word in request.args.items() if name in ("kind", "form")},
    )


def _wanted() -> Wanted:
    kind = request.args.get("kind", "")
    form = request.args.get("form", "")
    return Wanted(kind=kind if kind in KINDS else "", form=form)


def _forms(whole: Story) -> list[tuple[str, str]]:
    forms = dict.fromkeys(head.form for head in whole.heads)
    return [(form, catalog().forms[form].form.title.in_(language())) for form in forms]


def _lines(part: Story) -> Iterator[Line]:
    who = actor()
    for one in part.chapters:
        model = look.form(desk(), who, one.head.form)
        address = url_for("records.show", form_id=one.head.form, word=one.head.id)
        told = entry(model, one.event, Faces(model, reading(), f"{address}/files"), who)
        yield Line(
            entry=told,
            head=heads.shown_head(one.head),
            verdicts=_verdicts(one),
            why=url_for("why.page", form_id=one.head.form, word=one.head.id),
            reached=[_reached(other) for other in one.reached],
            proof=f"{one.event.seq} · {one.event.hash[:12]}" if one.event.hash else "",
        )


def _verdicts(one: Chapter) -> list[Verdict]:
    made = one.event.kind in ("created", "changed", "stepped", "restored", "refused")
    return list(verdicts(one.decision)) if one.decision is not None and made else []


def _reached(one: Reached) -> dict[str, Any]:
    head = heads.shown_head(one.head)
    if one.answered is None:
        return head | {"done": "", "answered": False}
    model = look.form(desk(), actor(), one.head.form)
    told = entry(model, one.answered, Faces(model, reading()), actor())
    return head | {"done": f"{told.who} {told.what} · {told.at}", "answered": True}


@blueprint.get("/story/<tracking>/export")
def proof(tracking: str) -> Response:
    """Send the story, or a part of it, as a file that `seamline verify` proves offline."""
    out = io.StringIO(newline="")
    export(desk(), actor(), out, story(desk(), actor(), tracking), _wanted())
    response = Response(out.getvalue(), mimetype="application/x-ndjson")
    name = _("story-%(code)s", code=tracking)
    name_file(response, f"{name}.jsonl")
    return response
