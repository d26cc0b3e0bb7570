"""Settings of one's own: language, light and dark, the notices one does without, the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response as Answer

from seamline.usecases import preferences
from seamline.usecases.notices import KINDS

from ..say import _
from ..session import actor, desk, language, signed_in

blueprint = Blueprint("settings", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everybody has settings of their own, nobody those of others."""


@blueprint.get("/account/settings")
def show() -> str:
    """Show what one has set."""
    found = preferences.of(desk(), actor().id)
    kinds = [
        (name, title.in_(language()), name not in found.muted) for name, title in KINDS.items()
    ]
    return render_template("pages/settings.html", here=":settings", chosen=found, kinds=kinds)


@blueprint.post("/account/settings")
def keep() -> Answer:
    """Keep it, for every device that signs in from now on, and for this one at once."""
    wished = set(request.form.getlist("notices"))
    kept = preferences.keep(
        desk(),
        actor(),
        request.form.get("language", ""),
        request.form.get("theme", ""),
        [kind for kind in KINDS if kind not in wished],
    )
    adopt(kept)
    refresh()
    flash(_("Your settings are kept."))
    return redirect(url_for("settings.show"), 303)


def adopt(kept: preferences.Preferences) -> None:
    """Let this browser show pages as the person wishes."""
    for name, value in (("language", kept.language), ("theme", kept.theme)):
        if value:
            session[name] = value
        else:
            session.pop(name, None)
