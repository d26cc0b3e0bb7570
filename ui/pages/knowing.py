"""Signing in by another system: sent there with a state, back from there with a code."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, session, url_for

from seamline import clock
from seamline.connector import Setback, SignsIn
from seamline.problems import Problem
from seamline.text import Text
from seamline.usecases import addresses
from seamline.usecases.connected import able, using
from seamline.usecases.visitors import Visitors

from ..session import client_of, desk, language, origin
from .account import entered, inside, sign_in_page

blueprint = Blueprint("knowing", __name__)
STATES = "entrances"  # in the session: what was begun and has not come back yet
MOST_BEGUN = 5
LONGEST = 600  # seconds between going and coming back
PER_HOUR = 120  # of one address: a whole plant may stand behind one


@blueprint.get("/sign-in/<connection>")
def begin(connection: str) -> Any:
    """Lead to the other system's entrance, to be told there who it is."""
    if connection not in {one.id for one in able(desk(), "sign_in", "sign_in")}:
        abort(404)
    if _visitors().wait(f"sign-in:{connection}", request.remote_addr or "", PER_HOUR):
        return _refused(_TOO_MANY, "", 429)
    state, following = secrets.token_urlsafe(24), inside(request.args.get("next", ""))
    begun = [one for one in session.get(STATES, ()) if _fresh(one)][-MOST_BEGUN + 1 :]
    session[STATES] = [*begun, [state, connection, following, int(clock.now().timestamp())]]
    way = client_of()
    try:
        with using(desk(), connection) as connector:
            assert isinstance(connector, SignsIn)
            where = connector.entrance(
                _back(connection), state, way is not None and way.id == connection
            )
    except Setback as setback:
        return _refused(setback.problem, following, 503)
    return redirect(where, 303)


@blueprint.get("/sign-in/<connection>/back")
def back(connection: str) -> Any:
    """Take the code that says who came back, if it was this browser that was sent."""
    begun = _taken(connection, request.args.get("state", ""))
    if begun is None:
        return _refused(_NOT_SENT, "", 400)
    following = str(begun[2])
    try:
        with using(desk(), connection) as connector:
            assert isinstance(connector, SignsIn)
            who = connector.identify(request.args.get("code", "")[:512])
    except Setback as setback:
        return _refused(setback.problem, following, 401)
    user = addresses.known_as(desk(), connection, who, origin())
    if user is None:
        return _refused(_nobody(who.id), following, 401)
    return entered(user, following)


def _back(connection: str) -> str:
    path = url_for("knowing.back", connection=connection)
    return (desk().settings.public_url or request.host_url).rstrip("/") + path


def _fresh(begun: list[Any]) -> bool:
    return bool(clock.now().timestamp() - begun[3] <= LONGEST)


def _taken(connection: str, state: str) -> list[Any] | None:
    """Return what was begun under a state, which serves once."""
    begun: list[list[Any]] = session.get(STATES, [])
    for one in begun:
        if one[1] == connection and hmac.compare_digest(one[0].encode(), state.encode()):
            session[STATES] = [other for other in begun if other is not one]
            return one if _fresh(one) else None
    return None


def _visitors() -> Visitors:
    made: Visitors = current_app.extensions.setdefault("seamline.visitors", Visitors())
    return made


def _refused(problem: Problem, following: str, status: int) -> tuple[str, int]:
    current_app.extensions["seamline.refused_logins"].add()
    return sign_in_page([problem.sentence(language())], following), status


_NOT_SENT = Problem(
    "not_sent",
    Text("登录没有从这个浏览器开始，或已过期。", "Signing in did not begin here, or too long ago."),
    hint=Text("请重新开始。", "Begin again."),
)
_TOO_MANY = Problem(
    "too_many_attempts", Text("尝试过多，请稍后再试。", "Too many attempts; try again later.")
)


def _nobody(name: str) -> Problem:
    return Problem(
        "unknown_member",
        Text(f"没有与“{name}”关联的账户。", f"No account is linked with '{name}'."),
        hint=Text(
            "请管理员在“人员”页关联它。", "Ask an administrator to link it on the page People."
        ),
    )
