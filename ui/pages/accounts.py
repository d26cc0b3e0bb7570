"""People: the accounts of the workspace, and where each is reached and known outside."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from seamline.fields.moments import show_moment
from seamline.problems import Refused
from seamline.usecases import addresses, delivering
from seamline.usecases.notices import KINDS

from ..forms.sheet import Said
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from .naming import role_name
from .people import everybody, name_of_person

blueprint = Blueprint("accounts", __name__)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in; the use case asks who may."""


@blueprint.get("/people")
def index() -> str:
    """Show every account with its addresses."""
    return _page()


@blueprint.post("/people/<login>/addresses")
def keep(login: str) -> Any:
    """Keep the addresses of one person: a channel that is not sent stays as it is."""
    try:
        for channel in addresses.channels(desk()):
            if channel in request.form:
                word = request.form[channel]
                addresses.set_address(desk(), actor(), origin(), login, channel, word)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        said = [Said(one.sentence(language())) for one in refused.problems]
        return _page(said, login), refused.status
    flash(_("The addresses of %(name)s are kept.", name=login))
    return redirect(url_for("accounts.index") + f"#p-{login}", 303)


STATES = {
    "waiting": ("clock", ""),
    "sending": ("send", "blue"),
    "accepted": ("check", "blue"),
    "delivered": ("circle-check", "green"),
    "failed": ("octagon-x", "red"),
    "unknown": ("circle-help", "amber"),
    "skipped": ("ban", ""),
}


@blueprint.get("/people/sent")
def sent() -> str:
    """Show the notices that went out, or did not, and why."""
    state = request.args.get("state", "")
    found = delivering.newest(desk(), actor(), state if state in STATES else "")
    titles = {one.id: one.title for one in catalog().connections.values()}
    return render_template(
        "pages/sent.html",
        here=":people",
        lines=[(one, *STATES[one.state], _state(one.state)) for one in found],
        state=state,
        states=[(word, _state(word)) for word in STATES],
        titles=titles,
        kinds=KINDS,
        moment=lambda at: show_moment(at, reading()),
        name_of=name_of_person,
    )


def _state(word: str) -> str:
    return {
        "waiting": _("waiting"),
        "sending": _("under way"),
        "accepted": _("accepted"),
        "delivered": _("delivered"),
        "failed": _("failed"),
        "unknown": _("not certain"),
        "skipped": _("not needed"),
    }[word]


def _page(problems: list[Said] | None = None, login: str = "") -> str:
    known = addresses.everybodys(desk(), actor())
    typed = request.form.to_dict()
    people = [
        {
            "user": user,
            "roles": [role_name(one) for one in user.roles],
            "addresses": {**known.get(user.id, {}), **(typed if user.login == login else {})},
        }
        for user in everybody()
    ]
    return render_template(
        "pages/accounts.html",
        here=":people",
        people=people,
        channels=list(addresses.channels(desk()).items()),
        problems=problems or [],
        problems_heading=_("This could not be done"),
    )
