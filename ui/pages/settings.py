"""Settings of one's own: language, light and dark, notices, where one is signed in, API tokens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response as Answer

from seamline.metadata import Connection
from seamline.metadata.connection import Notices
from seamline.problems import Refused
from seamline.usecases import preferences, tokens
from seamline.usecases.handing import DIGEST, NEVER, QUIET, channels, wishes
from seamline.usecases.notices import KINDS

from ..forms.sheet import Said
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, origin, signed_in
from . import keys

blueprint = Blueprint("settings", __name__)
_PLACES = {"name": "f-name", "scopes": "f-scopes", "days": "f-days"}
MOST_DIGITS = 5


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everybody has settings of their own, nobody those of others."""


@blueprint.get("/account/settings")
def show() -> str:
    """Show what one has set."""
    return _page()


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


@blueprint.post("/account/reach")
def reach() -> Any:
    """Keep by which channels one wishes to have notices, when, and how they are gathered."""
    start, end = request.form.get("quiet_from", ""), request.form.get("quiet_to", "")
    quiet = f"{start}-{end}" if start or end else ""
    if request.form.get("quiet") == NEVER:
        quiet = NEVER
    wished, digest = set(request.form.getlist("reach")), request.form.get("digest", "")
    try:
        preferences.wish(desk(), actor(), wished, quiet, digest)
    except Refused as refused:
        said = [Said(one.sentence(language()), one.place.path) for one in refused.problems]
        typed = {"wished": wished, "digest": digest, "quiet": quiet, "never_quiet": False}
        return _page(problems=said, problems_heading=_("The settings were not kept"), **typed), 422
    flash(_("Your settings are kept."))
    return redirect(url_for("settings.show") + "#reach", 303)


@blueprint.post("/account/tokens")
def make_token() -> Any:
    """Make a token of one's own and show its word, this once."""
    name, scopes = request.form.get("name", ""), request.form.getlist("scopes")
    days = request.form.get("days", "")
    span = int(days) if days.isascii() and days.isdigit() and len(days) <= MOST_DIGITS else 0
    me = actor()
    try:
        made = tokens.create_token(
            desk(), me, origin(), login=me.id, name=name, scopes=scopes, days=span
        )
    except Refused as refused:
        if refused.status != 422:
            raise
        found = [(one.place.path, one.sentence(language())) for one in refused.problems]
        return _page(
            asked={"name": name, "scopes": scopes, "days": span},
            wrong=dict(found),
            problems=[Said(sentence, _PLACES.get(place, "")) for place, sentence in found],
            problems_heading=_("The token was not made"),
        ), 422
    return _page(made=made), 201


def _page(**more: Any) -> str:
    found = preferences.of(desk(), actor().id)
    kinds = [
        (name, title.in_(language()), name not in found.muted) for name, title in KINDS.items()
    ]
    own = {"here": ":settings", "chosen": found, "kinds": kinds, **keys.parts(), **_channels(found)}
    return render_template("pages/settings.html", **{**own, **more})


def _channels(found: preferences.Preferences) -> dict[str, Any]:
    """Return what stands on the page of notices that go out of the product."""
    ways = preferences.reached(desk(), actor().id)
    wished = {
        f"{way.id}:{kind}" for way in ways for kind in KINDS if wishes(found.wished, way, kind)
    }
    quiet = found.wished.get(QUIET, "")
    return {
        "ways": ways,
        "wished": wished,
        "any_way": bool(channels(catalog())),
        "quiet": "" if quiet == NEVER else quiet,
        "never_quiet": quiet == NEVER,
        "digest": found.wished.get(DIGEST, ""),
        "holding": [holding(way) for way in ways],
        "digests": [(word, _span(int(word))) for word in preferences.DIGESTS],
    }


def holding(way: Connection) -> str:
    """Return when a channel brings notices, how gathered, and which of them at any hour."""
    given = way.notices or Notices()
    said = [_("quiet %(hours)s", hours=given.quiet.replace("-", "–"))] if given.quiet else []
    said += [_("gathered: %(span)s", span=_span(given.digest))] if given.digest else []
    said += [ngettext("%(num)s message a day at most", "%(num)s messages a day at most",
                      given.budget)]  # fmt: skip
    urgent = [KINDS[kind].in_(language()) for kind in given.urgent]
    if urgent:
        said.append(_("at once and at any hour: %(kinds)s", kinds=_(", ").join(urgent)))
    title = way.title.in_(language())
    return _("%(channel)s: %(said)s", channel=title, said=_(", ").join(said))


def _span(minutes: int) -> str:
    if not minutes:
        return _("each by itself")
    if minutes < 60:
        return ngettext("those of %(num)s minute", "those of %(num)s minutes", minutes)
    return ngettext("those of %(num)s hour", "those of %(num)s hours", minutes // 60)


def adopt(kept: preferences.Preferences) -> None:
    """Let this browser show pages as the person wishes."""
    for name, value in (("language", kept.language), ("theme", kept.theme)):
        if value:
            session[name] = value
        else:
            session.pop(name, None)
