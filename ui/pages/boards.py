"""Boards: the records of a form in columns, and the moves of their cards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from seamline.metadata.board import STATE
from seamline.usecases import look
from seamline.usecases.submit import Submission, submit

from ..addresses import ours
from ..lists import board as boards
from ..lists.moves import find
from ..say import _
from ..session import actor, desk, language, origin, signed_in
from ..shown import name_of

blueprint = Blueprint("boards", __name__)
MOST_REASON = 1000


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everything here is for people who are signed in."""


@blueprint.get("/r/<form_id>/board")
def show(form_id: str) -> str:
    """Show the board of a form."""
    return boards.show(look.form(desk(), actor(), form_id))


@blueprint.post("/r/<form_id>/board")
def move(form_id: str) -> Any:
    """Take the step that brings a card into another column, or open its form where it has one."""
    model = look.form(desk(), actor(), form_id)
    board = boards.board_of(model)
    id_, _colon, word = request.form.get("take", "").partition(":")
    back = ours(request.form.get("back", ""), url_for("boards.show", form_id=form_id))
    record = look.record(desk(), actor(), form_id, id_)
    found = find(model, board, record, word)
    if found is None:
        abort(409)
    reason = request.form.get("reason", "")[:MOST_REASON].strip()
    if found.needs == "form" or (found.step.reason == "required" and not reason):
        return _opened(form_id, id_, found.step.id, back, board.lane, found.lane)
    values = {} if board.lane == STATE else {board.lane: found.lane}
    asked = Submission(form_id, found.step.id, values, record=id_, reason=reason)
    done = submit(desk(), actor(), origin(), asked)
    name = name_of(done.record, model)
    if done.outcome == "held":
        flash(_("%(name)s is kept and held for review.", name=name))
    else:
        flash(_("%(name)s: %(step)s", name=name, step=found.step.title.in_(language())))
    for one in done.prompts:
        flash(one.say.in_(language()), "reminder")
    return redirect(back, 303)


def _opened(form_id: str, id_: str, step: str, back: str, field: str, lane: str) -> Any:
    """Lead to the form of a step, from which one comes back to the board."""
    more: dict[str, Any] = {} if field == STATE else {field: lane}
    address = url_for("records.step", form_id=form_id, word=id_, step_id=step, back=back, **more)
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)
