"""What is sent from a list: saving, changing and removing its views."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from seamline.usecases import views
from seamline.usecases.submitting.admit import form_named

from ..lists.asked import pairs_of
from ..lists.targets import targets
from ..say import _
from ..session import actor, catalog, desk, language, signed_in

blueprint = Blueprint("lists", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everything here is for people who are signed in."""


@blueprint.post("/r/<form_id>/views")
def view(form_id: str) -> Answer:
    """Save the list as it stands as a view, or change or remove one of one's own."""
    model, sent = form_named(catalog(), form_id), request.form
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
