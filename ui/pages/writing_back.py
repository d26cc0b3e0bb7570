"""Write-backs to other systems: those still open on one page, each record's own in its panel."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from seamline.fields.moments import show_moment
from seamline.usecases import runs, writing_back

from ..say import _
from ..session import actor, desk, origin, reading, signed_in

blueprint = Blueprint("writing_back", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


def shown(found: list[writing_back.WriteBack]) -> list[dict[str, Any]]:
    """Return write-backs as templates show them."""
    return [
        {
            "it": one,
            "at": show_moment(one.at, reading()),
            "address": url_for("records.show", form_id=one.form, word=one.record),
        }
        for one in found
    ]


@blueprint.get("/writebacks")
def index() -> str:
    """Show the write-backs that are not done, those that wait for a person first."""
    if not writing_back.may_look(desk(), actor()):
        desk().catalogs.current().access.require(actor(), runs.MANAGE, "*")
    found = writing_back.open_ones(desk(), desk().runs, actor())
    return render_template("pages/writebacks.html", here=":writebacks", found=shown(found))


@blueprint.post("/writebacks/resume")
def resume() -> Any:
    """Go on with a write-back: what it needed has been mended."""
    runs.resume(desk(), desk().runs, actor(), origin(), request.form.get("run", ""))
    flash(_("It is tried again."))
    back = request.form.get("back", "")
    home = url_for("writing_back.index")
    return redirect(back if back.startswith("/") and not back.startswith("//") else home, 303)
