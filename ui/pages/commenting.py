"""What people say on a record's story, whom they name, and what else belongs to the record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.problems import Refused
from seamline.usecases import comments, look

from ..record import heads
from ..say import _
from ..session import actor, desk, origin, signed_in
from ..shown import name_of
from . import records

blueprint = Blueprint("commenting", __name__)
OFFERED = 8
MOST_SIGNS = 100


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.post("/r/<form_id>/<word>/comments")
def comment(form_id: str, word: str) -> Any:
    """Write a comment into the record's story."""
    text = request.form.get("text", "")
    try:
        event = comments.comment(desk(), actor(), origin(), form_id, word, text)
    except Refused as refused:
        if refused.status != 422:
            raise
        page = records.record_page(look.form(desk(), actor(), form_id), word, refused.problems)
        return page, 422
    return _back(form_id, event.record, f"e-{event.seq}")


@blueprint.post("/r/<form_id>/<word>/comments/<int:seq>/remove")
def remove(form_id: str, word: str, seq: int) -> Answer:
    """Take a comment's words from sight."""
    comments.remove(desk(), actor(), origin(), form_id, word, seq)
    flash(_("The comment is removed; that it was there stays in the story."))
    return _back(form_id, word, f"e-{seq}")


@blueprint.post("/r/<form_id>/<word>/follow")
def follow(form_id: str, word: str) -> Answer:
    """Follow a record, or no longer."""
    wanted = request.form.get("wanted") == "1"
    comments.follow(desk(), actor(), form_id, word, wanted)
    if wanted:
        flash(_("You will hear of steps and comments by others on this record."))
    else:
        flash(_("You no longer follow this record."))
    return _back(form_id, word)


@blueprint.get("/r/<form_id>/<word>/people")
def people(form_id: str, word: str) -> Response:
    """Answer whom a comment may mention, for the suggestions behind an @."""
    words = request.args.get("q", "")[:MOST_SIGNS]
    found = comments.people(desk(), actor(), form_id, word, words)[:OFFERED]
    return jsonify(
        items=[{"id": one.id, "name": one.name, "outside": one.outside} for one in found]
    )


@blueprint.get("/r/<form_id>/<word>/related")
def related(form_id: str, word: str) -> str:
    """Show what the record refers to and what refers to it; only that to a page that asks."""
    model = look.form(desk(), actor(), form_id)
    record = look.record(desk(), actor(), form_id, word)
    part = "HX-Request" in request.headers
    return render_template(
        "record/related.html" if part else "pages/related.html",
        here=form_id,
        form=model.form,
        record=record,
        name=name_of(record, model),
        referred=heads.referred(model, record),
        referring=list(heads.referring(record)),
    )


def _back(form_id: str, word: str, anchor: str | None = None) -> Answer:
    address = url_for("records.show", form_id=form_id, word=word, _anchor=anchor)
    return redirect(address, 303)
