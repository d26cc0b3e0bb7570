"""Signing in and out, the password, and how the pages look to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import refresh
from flask_login import current_user
from werkzeug.wrappers import Response

from seamline.problems import Place, Problem, Refused
from seamline.store import User
from seamline.text import LANGUAGES, Text
from seamline.usecases import accounts, preferences
from seamline.usecases.connected import able

from ..forms.sheet import Said
from ..say import _
from ..session import (
    THEMES,
    actor,
    catalog,
    close_session,
    desk,
    language,
    open_session,
    origin,
    signed_in,
)
from .settings import adopt

blueprint = Blueprint("account", __name__)


def inside(address: str) -> str:
    """Return an address of ours beyond the first page, else nothing: nobody is sent elsewhere."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address != "/" else ""


def _first() -> str:
    """Return the page a person begins with: that of the role, else the general one."""
    home = catalog().access.home(actor())
    return url_for("generated.show", page_id=home) if home else url_for("home.index")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """Ask for name and password, and open a session."""
    following = inside(request.values.get("next", ""))
    if current_user.is_authenticated:
        return redirect(following or _first())
    sentences: list[str] = []
    status, headers = 200, {}
    if request.method == "POST":
        try:
            return _opened(following)
        except Refused as refused:
            if isinstance(refused, accounts.TooMany):
                headers["Retry-After"] = str(refused.seconds)
            current_app.extensions["seamline.refused_logins"].add()
            sentences = [problem.sentence(language()) for problem in refused.problems]
            status = refused.status
    return sign_in_page(sentences, following), status, headers


def sign_in_page(sentences: Sequence[str], following: str) -> str:
    """Show the page that asks who it is, with the other ways in that there are."""
    return render_template(
        "pages/sign_in.html",
        sentences=sentences,
        login=request.form.get("login", "")[:100],
        next=following,
        ways=able(desk(), "sign_in", "sign_in"),
    )


def _opened(following: str) -> Response:
    login = request.form.get("login", "").strip()
    password = request.form.get("password", "")
    user = accounts.check_password(desk(), login, password, request.remote_addr or "")
    return entered(user, following)


def entered(user: User, following: str) -> Response:
    """Open a session for a user and lead to where they were going."""
    # A fresh session: what an earlier visitor of this browser left does not carry over.
    kept = {name: session[name] for name in ("language", "theme") if name in session}
    session.clear()
    session.update(kept)
    if not kept:
        adopt(preferences.of(desk(), user.id))
    session.permanent = True
    open_session(user)
    return redirect(following or _first(), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Close the session."""
    close_session()
    return redirect(url_for("account.sign_in"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> Any:
    """Change the password; every session opened with the old one ends."""
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            _change_password()
        except Refused as refused:
            problems, status = list(refused.problems), refused.status
        else:
            flash(_("The password is changed."))
            return redirect(url_for("home.index"), 303)
    errors: dict[str, list[str]] = {}
    for problem in problems:
        errors.setdefault(problem.place.path, []).append(problem.sentence(language()))
    known = ("present", "password", "again")
    said = [
        Said(p.sentence(language()), f"f-{p.place.path}" if p.place.path in known else "")
        for p in problems
    ]
    page = render_template("pages/password.html", errors=errors, problems=said, here="account")
    return page, status


def _change_password() -> None:
    present, wanted = request.form.get("present", ""), request.form.get("password", "")
    if wanted != request.form.get("again", ""):
        raise Refused.one(
            "passwords_differ",
            Text("两次输入的新密码不同。", "The new password was not typed alike twice."),
            place=Place("again"),
        )
    user = accounts.change_password(desk(), actor(), present, wanted, origin())
    open_session(user)


@blueprint.post("/account/prefer")
def prefer() -> Response:
    """Choose language or light and dark, for this browser."""
    if request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
        refresh()
    if request.form.get("theme") in THEMES:
        session["theme"] = request.form["theme"]
    return redirect(inside(request.form.get("back", "")) or url_for("home.index"), 303)
