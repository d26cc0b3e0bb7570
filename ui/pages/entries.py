"""The entries of forms: their codes to print, their addresses, their switches."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from seamline.fields.moments import show_moment
from seamline.problems import Refused
from seamline.usecases import entries
from seamline.usecases.entries import EntryState

from ..forms.sheet import Said
from ..qr import files_of, picture_of
from ..say import _
from ..session import actor, desk, language, origin, reading, signed_in
from .people import name_of_person

blueprint = Blueprint("entries", __name__)
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/entries")
def index() -> str:
    """Show every entry with its code, its address and its switch."""
    return _page()


def _page(problems: list[Said] | None = None) -> str:
    found = entries.states(desk(), actor())
    return render_template(
        "pages/entries.html",
        here=":entries",
        entries=[_shown(state) for state in found],
        problems=problems or [],
        problems_heading=_("This could not be done"),
    )


def _shown(state: EntryState) -> dict[str, Any]:
    form, entry = state.model.form, state.entry
    moved = ""
    if state.at is not None:
        moved = f"{name_of_person(state.actor)} · {show_moment(state.at, reading())}"
    return {
        "form": form,
        "id": entry.id,
        "title": entry.title,
        "public": entry.public is not None,
        "on": state.on,
        "may_switch": state.may_switch,
        "moved": moved,
        "reason": state.reason,
        "address": _address(form.id, entry.id),
        "qr": picture_of(_address(form.id, entry.id)),
    }


def _address(form_id: str, entry_id: str) -> str:
    """Return the whole address of an entry, as a phone outside has to ask for it."""
    path = url_for("scanned.open_entry", form_id=form_id, entry_id=entry_id)
    base = desk().settings.public_url or request.host_url
    return base.rstrip("/") + path


@blueprint.post("/entries/<form_id>/<entry_id>/switch")
def switch(form_id: str, entry_id: str) -> Any:
    """Open or close an entry, with a reason."""
    on, reason = request.form.get("to") == "on", request.form.get("reason", "")
    try:
        entries.flip(desk(), actor(), origin(), form_id, entry_id, on, reason)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        said = [Said(one.sentence(language())) for one in refused.problems]
        return _page(said), refused.status
    title = entries.state(desk(), actor(), form_id, entry_id).entry.title.in_(language())
    flash(
        _("“%(title)s” is in use now.", title=title)
        if on
        else _("“%(title)s” is out of use now.", title=title)
    )
    return redirect(url_for("entries.index"), 303)


@blueprint.get("/entries/<form_id>/<entry_id>/code.<kind>")
def code(form_id: str, entry_id: str, kind: str) -> Response:
    """Send the code as a picture to print."""
    if kind not in KINDS:
        abort(404)
    entries.state(desk(), actor(), form_id, entry_id)
    response = Response(files_of(_address(form_id, entry_id), kind), mimetype=KINDS[kind])
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{form_id}-{entry_id}.{kind}"
    )
    return response


@blueprint.get("/entries/<form_id>/<entry_id>/sheet")
def sheet(form_id: str, entry_id: str) -> str:
    """Show a sheet to print and hang up: what it is, the code, the address."""
    state = entries.state(desk(), actor(), form_id, entry_id)
    return render_template("pages/entry_sheet.html", entry=_shown(state))
