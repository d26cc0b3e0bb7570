"""Who is signed in, in which language and light, and what that makes of a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    login_required,
    login_url,
    login_user,
    logout_user,
)
from flask_wtf.csrf import CSRFProtect

from seamline.catalog import Catalog
from seamline.connecting import discovered
from seamline.facts import Actor, Origin, Way
from seamline.fields.kind import Reading
from seamline.metadata import Connection
from seamline.problems import Refused
from seamline.store import Session, User
from seamline.text import LANGUAGES, Language, Text
from seamline.usecases import accounts, sessions
from seamline.usecases.connected import able
from seamline.usecases.desk import Desk
from seamline.usecases.editing.serving import GUARD

THEMES = ("light", "dark")
MAX_REPORTED = 200
LETS_GO = ("studio_roles.end", "account.sign_out", "account.prefer")
csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """A signed-in person; the cookie holds the word by which the session is found, or is not."""

    actor: Actor
    word: str
    session: Session

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.word


class _Cookies(SecureCookieSessionInterface):
    """Marks the session cookie Secure exactly where the request came encrypted.

    What an open page asks by itself does not count as use: the session ends all the same.
    """

    def get_cookie_secure(self, app: Flask) -> bool:
        public = desk_of(app).settings.public_url
        return public.startswith("https:") or (has_request_context() and request.is_secure)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Return whether the answer carries the cookie anew."""
        if request.endpoint == "news.index" and not session.modified:
            return False
        return super().should_set_cookie(app, session)


def install(app: Flask, desk: Desk) -> None:
    """Give `app` sessions, sign-in, CSRF protection and languages."""
    app.config.update(
        SECRET_KEY=desk.settings.secret(),
        SESSION_COOKIE_NAME="seamline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=sessions.UNUSED,
        WTF_CSRF_FIELD_NAME="_csrf",
        # A form may lie open for hours: its token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES="translations",
        BABEL_DEFAULT_LOCALE="en",
    )
    app.session_interface = _Cookies()
    csrf.init_app(app)
    manager = LoginManager(app)
    manager.login_view = "account.sign_in"
    manager.login_message = None
    manager.user_loader(_person)
    manager.unauthorized_handler(_unknown)
    app.before_request(only_look)
    Babel(app, locale_selector=language, timezone_selector=lambda: str(catalog().zone))


def desk_of(app: Flask) -> Desk:
    """Return the desk an application works on."""
    return cast(Desk, app.extensions["seamline"])


def desk() -> Desk:
    """Return the desk of this request."""
    return desk_of(current_app)


def catalog() -> Catalog:
    """Return the current catalog."""
    return desk().catalogs.current()


def _unknown() -> Any:
    """Ask who it is, and come back; a part of a page cannot ask, so the whole page is loaded anew.

    The one place where a visitor is made known: inside the client of another system that signs
    people in (WeCom, say) that system is asked at once.
    """
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Refresh": "true"})
    where = request.full_path.rstrip("?")
    way = client_of() if request.method == "GET" else None
    if way is not None:
        return redirect(url_for("knowing.begin", connection=way.id, next=where))
    return redirect(login_url("account.sign_in", where))


def client_of(setting: str = "sign_in") -> Connection | None:
    """Return the connection in whose system's own client this is asked, for what a setting says.

    That is signing in, or to `scan` with the client's camera.
    """
    agent = request.headers.get("User-Agent", "").lower()
    kinds = discovered().kinds
    for way in able(desk(), "sign_in", setting):
        client = kinds[way.connector].manifest.client
        if client and client in agent:
            return way
    return None


def _person(word: str) -> Person | None:
    opened = sessions.holder(desk(), word)
    if opened is None:
        return None
    if request.endpoint != "news.index":
        sessions.use(desk(), opened.session, request.remote_addr or "")
    return Person(accounts.acting(desk(), opened.user), word, opened.session)


def open_session(user: User) -> None:
    """Sign a user in to this browser."""
    word = sessions.begin(desk(), user, origin())
    person = _person(word)
    if person is not None:
        login_user(person)


def close_session() -> None:
    """Sign out of this browser."""
    if current_user.is_authenticated:
        sessions.leave(desk(), current_user.session.id)
    logout_user()
    session.clear()


def own_session() -> Session:
    """Return the session of this request."""
    return cast(Session, current_user.session)


def signed_in(view: View) -> View:
    """Return a view that only people who are signed in reach; others are asked to sign in."""
    return cast(View, login_required(view))


def actor() -> Actor:
    """Return who acts in this request: oneself, or oneself looking as people of a role."""
    if "visitor" in g:
        return cast(Actor, g.visitor)
    own = cast(Actor, current_user.actor)
    role = looked_as()
    return replace(own, roles=(role,), party=None) if role else own


def look_as(role: str) -> None:
    """Let this browser see the pages as people of a role do; raises Refused 403 or 404.

    That is for those who may give rights anyway, and nothing can be changed meanwhile.
    """
    catalog().access.require(current_user.actor, GUARD, "*")
    if role not in catalog().access.roles:
        say = Text("没有角色“{role}”。", "There is no role '{role}'.")
        raise Refused.one("unknown_role", say.fill(role=role[:60]), status=404)
    session["looks_as"] = role


def end_look() -> None:
    """See the pages as oneself again."""
    session.pop("looks_as", None)


def looked_as() -> str:
    """Return the role as which this browser looks, while one may; "" as oneself."""
    role = str(session.get("looks_as", ""))
    if not role or not current_user.is_authenticated or role not in catalog().access.roles:
        return ""
    return role if catalog().access.may(current_user.actor, GUARD, "*") else ""


def only_look() -> None:
    """Refuse whatever would change something while somebody looks as a role."""
    harmless = request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in LETS_GO
    if harmless or not looked_as():
        return
    say = Text(
        "您正以某个角色查看，什么都不能改动。", "You look as a role: nothing can be changed."
    )
    hint = Text("先在页面顶部结束查看。", "End that first, at the top of the page.")
    raise Refused.one("only_looking", say, status=409, hint=hint)


def visit(who: Actor) -> None:
    """Let this request act for whoever comes along at a public form, signed in or not."""
    g.visitor = who


def reads(form: str) -> bool:
    """Return whether who asks may follow a link to records of a form."""
    return bool(current_user.is_authenticated) and catalog().access.may(actor(), "read", form)


def origin() -> Origin:
    """Return where this request comes from: the address seen, the device as it reports itself."""
    reported = "".join(sign for sign in request.headers.get("User-Agent", "") if sign.isprintable())
    via: Way = "public" if "visitor" in g else "form"
    return Origin(via, request.remote_addr or "", reported[:MAX_REPORTED])


def language() -> Language:
    """Return the language chosen here, else the person's, the browser's, the package's."""
    if "language" not in g:
        g.language = _language()
    return cast(Language, g.language)


def _language() -> Language:
    chosen: Any = session.get("language")
    if chosen in LANGUAGES:
        return cast(Language, chosen)
    if current_user.is_authenticated and actor().language in LANGUAGES:
        return cast(Language, actor().language)
    return preferred(request)


def preferred(asked: Request) -> Language:
    """Return the language the browser asks for, the workspace's where it does not say."""
    fallback = catalog().language
    return cast(Language, asked.accept_languages.best_match(LANGUAGES, fallback) or fallback)


def theme() -> str:
    """Return `light`, `dark`, or nothing: then the system's setting decides."""
    chosen = session.get("theme", "")
    return chosen if chosen in THEMES else ""


def reading() -> Reading:
    """Return how values are read and shown to this person."""
    return Reading(language(), catalog().zone)
