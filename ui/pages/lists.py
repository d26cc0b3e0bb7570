"""What is sent from a list: its views, and steps for several of its records."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from seamline.forms import FormModel
from seamline.metadata import Step
from seamline.usecases import look, views

from ..addresses import ours
from ..lists import bulk
from ..lists.asked import pairs_of
from ..lists.targets import targets
from ..say import _
from ..session import actor, desk, language, signed_in
from ..shown import name_of
from .exporting import spreadsheet_of

blueprint = Blueprint("lists", __name__)
MOST_REASON = 1000


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everything here is for people who are signed in."""


@blueprint.post("/r/<form_id>/views")
def view(form_id: str) -> Answer:
    """Save the list as it stands as a view, or change or remove one of one's own."""
    model, sent = look.form(desk(), actor(), form_id), request.form
    given: MultiDict[str, str] = MultiDict(parse_qsl(sent.get("query", ""), max_num_fields=200))
    query = pairs_of(model, given, targets(model, language()))
    title, role = sent.get("title", ""), sent.get("role", "")
    match sent.get("act", ""):
        case "save":
            kept = views.save(desk(), actor(), form_id, title, query, role)
            flash(_("The view “%(title)s” is saved.", title=kept.title))
        case "change":
            id_ = sent.get("view", "")
            kept = views.change(desk(), actor(), id_, title=title, query=query, role=role)
            flash(_("The view “%(title)s” is saved.", title=kept.title))
        case "remove":
            gone = views.remove(desk(), actor(), sent.get("view", ""))
            flash(_("The view “%(title)s” is removed.", title=gone.title))
            return redirect(url_for("records.listing", form_id=form_id), 303)
        case _:
            abort(400)
    return redirect(url_for("records.listing", form_id=form_id, view=kept.id), 303)


@blueprint.post("/r/<form_id>/bulk")
def several(form_id: str) -> Any:
    """Show what a step would do to the ticked records, or send those as a spreadsheet."""
    model = look.form(desk(), actor(), form_id)
    ids = request.form.getlist("id")[: bulk.MOST]
    back = ours(request.form.get("back", ""), url_for("records.listing", form_id=form_id))
    if not ids:
        flash(_("Tick the records that this is about."), "failure")
        return redirect(back, 303)
    if request.form.get("export"):
        return spreadsheet_of(model, ids, request.form["export"])
    step = _step(model)
    records = bulk.chosen(model, ids)
    return render_template(
        "pages/bulk.html",
        form=model.form,
        here=form_id,
        step=step,
        records=[(one.id, name_of(one, model)) for one in records],
        asked=bulk.asked(model, step),
        key=secrets.token_urlsafe(12),
        back=back,
    )


@blueprint.post("/r/<form_id>/bulk/take")
def take(form_id: str) -> Any:
    """Take a step on several records and report on each of them.

    A script sends them a few at a time and gets the lines of the report alone.
    """
    model, sent = look.form(desk(), actor(), form_id), request.form
    step = _step(model)
    names = {one.name for one in bulk.asked(model, step)}
    values = {name: sent[name].strip() for name in names if sent.get(name, "").strip()}
    records = bulk.chosen(model, sent.getlist("id"))
    reason, key = sent.get("reason", "")[:MOST_REASON].strip(), sent.get("key", "")[:40]
    outcomes = list(bulk.take(model, step, records, values, reason, key))
    if request.headers.get("X-Lines"):
        return render_template("lists/outcomes.html", outcomes=outcomes)
    return render_template(
        "pages/bulk_done.html",
        form=model.form,
        here=form_id,
        step=step,
        outcomes=outcomes,
        counts=Counter(one.kind for one in outcomes),
        back=ours(sent.get("back", ""), url_for("records.listing", form_id=form_id)),
    )


def _step(model: FormModel) -> Step:
    wanted = request.form.get("step", "")
    step = next((one for one in bulk.steps(model) if one.id == wanted), None)
    if step is None:
        abort(403 if wanted in model.steps else 400)
    return step
