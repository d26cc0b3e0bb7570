"""Where one is signed in and which programs act for one: seen, ended and revoked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response as Answer

from seamline import clock
from seamline.access import SCOPES
from seamline.fields.moments import iso, show_moment
from seamline.text import Text
from seamline.usecases import sessions, tokens

from ..agents import called, in_hand
from ..record.moments import short
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, origin, own_session, reading, signed_in

blueprint = Blueprint("keys", __name__)
DAYS = (30, 90, 365, 1095)
_SCOPES = {
    "read": Text("读取", "Read"),
    "write": Text("新建、修改、办理步骤", "Create, change, take steps"),
    "import": Text("导入", "Import"),
    "export": Text("导出", "Export"),
    "admin": Text("管理(等同本人全部权限)", "Administer: everything you may do"),
}


@dataclass(frozen=True, slots=True)
class Device:
    """One browser that is signed in, as its owner sees it."""

    id: str
    name: str
    in_hand: bool
    address: str
    opened: str
    used: str
    iso: str
    this: bool


@dataclass(frozen=True, slots=True)
class Key:
    """One token as its owner sees it; the word itself is kept nowhere."""

    id: str
    name: str
    scopes: str
    made: str
    until: str
    used: str
    over: bool


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Everybody has sessions and tokens of their own, nobody those of others."""


@blueprint.post("/account/sessions/<session_id>/end")
def end(session_id: str) -> Answer:
    """End one session; that browser has to sign in again."""
    sessions.end(desk(), actor(), origin(), session_id)
    flash(_("Signed out there."))
    return redirect(url_for("settings.show", _anchor="devices"), 303)


@blueprint.post("/account/sessions/end-others")
def end_others() -> Answer:
    """End every session but the one that asks."""
    count = sessions.end_others(desk(), actor(), origin(), own_session().id)
    if count:
        flash(ngettext("Signed out on %(num)s device.", "Signed out on %(num)s devices.", count))
    else:
        flash(_("You are signed in nowhere else."))
    return redirect(url_for("settings.show", _anchor="devices"), 303)


@blueprint.post("/account/tokens/<token_id>/revoke")
def revoke(token_id: str) -> Answer:
    """Revoke a token of one's own."""
    mine = {one.id for one in tokens.tokens(desk(), actor(), actor().id)}
    if token_id in mine:
        gone = tokens.revoke_token(desk(), actor(), origin(), token_id)
        flash(_("The token “%(name)s” opens nothing any more.", name=gone.token.name))
    return redirect(url_for("settings.show", _anchor="tokens"), 303)


def parts() -> dict[str, Any]:
    """Return what the page says of sessions and tokens."""
    may = catalog().access.makes_tokens(actor())
    mine = [_key(one) for one in tokens.tokens(desk(), actor(), actor().id)]
    return {
        "devices": [*_devices()],
        "may_make": may,
        "tokens": mine,
        "scopes": [(scope, _SCOPES[scope].in_(language())) for scope in _scopes()],
        "form_scopes": [*_form_scopes()] if may else [],
        "days": [(days, _span(days)) for days in DAYS],
    }


def _devices() -> Iterator[Device]:
    own = own_session()
    for one in sorted(sessions.of(desk(), actor()), key=lambda found: found.id != own.id):
        this = one.id == own.id
        used = clock.now() if this else one.used_at
        yield Device(
            id=one.id,
            name=called(one.reported) or _("A device that does not say what it is"),
            in_hand=in_hand(one.reported),
            address=one.seen,
            opened=show_moment(one.opened_at, reading()),
            used=short(used, reading()),
            iso=iso(used),
            this=this,
        )


def _key(one: tokens.Listed) -> Key:
    token, now = one.token, clock.now()
    return Key(
        id=one.id,
        name=token.name,
        scopes=", ".join(token.scopes or ()),
        made=show_moment(token.created_at, reading()),
        until=show_moment(token.expires_at, reading()) if token.expires_at else "",
        used=short(token.last_used_at, reading()) if token.last_used_at else "",
        over=token.expires_at is not None and token.expires_at <= now,
    )


def _scopes() -> Iterator[str]:
    administers = catalog().access.may(actor(), "accounts", "*")
    yield from (scope for scope in SCOPES if scope != "admin" or administers)


def _form_scopes() -> Iterator[tuple[str, str]]:
    for form, model in catalog().forms.items():
        if catalog().access.may(actor(), "read", form):
            yield form, model.form.title.in_(language())


def _span(days: int) -> str:
    if days % 365:
        return ngettext("%(num)s day", "%(num)s days", days)
    return ngettext("%(num)s year", "%(num)s years", days // 365)
