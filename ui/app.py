"""The web application: pages and API of one workspace."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_babel import format_decimal
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from seamline.registry import modules
from seamline.usecases import notices as told
from seamline.usecases.desk import Desk

from . import api, assets, failures, headers, say, session
from .compiled import LateRule, Templates
from .measures import Counter, Requests
from .pages.kinds import PAGE_FACES
from .pages.menu import Frames
from .say import _

MEGABYTE = 1024 * 1024
# A sub-table of 5,000 rows sends that many parts per column; the size of the body is the limit.
MOST_PARTS = 100_000


def create_app(desk: Desk) -> Flask:
    """Return the WSGI application of an opened workspace."""
    app = Flask("seamline.ui", static_folder=None)
    app.url_rule_class = LateRule
    app.extensions["seamline"] = desk
    app.extensions["seamline.requests"] = Requests()
    app.extensions["seamline.frames"] = Frames()
    app.extensions["seamline.refused_logins"] = Counter()
    app.extensions["seamline.refused_calls"] = Counter()
    most = desk.settings.body_megabytes * MEGABYTE
    app.config.update(MAX_CONTENT_LENGTH=most, MAX_FORM_MEMORY_SIZE=most, MAX_FORM_PARTS=MOST_PARTS)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.jinja_options = {
        "trim_blocks": True, "lstrip_blocks": True,
        "bytecode_cache": Templates(desk.settings.workspace),
    }  # fmt: skip
    session.install(app, desk)
    say.install(app)
    failures.install(app)
    _measure(app)
    headers.install(app)
    app.register_blueprint(assets.blueprint)
    for module in modules("seamline.ui.pages"):
        if hasattr(module, "blueprint"):
            app.register_blueprint(module.blueprint)
    for face in PAGE_FACES.values():
        if face.blueprint is not None:
            app.register_blueprint(face.blueprint)
    interface = api.blueprint(desk)
    session.csrf.exempt(interface)
    app.register_blueprint(interface)
    app.context_processor(_once(_words))
    app.context_processor(_once(_shell))
    return app


def _measure(app: Flask) -> None:
    counter: Requests = app.extensions["seamline.requests"]

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "(none)"
        seconds = time.perf_counter() - g.get("begun", time.perf_counter())
        counter.add(route, request.method, response.status_code, seconds)
        return response


def _once(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Return `make`, asked once for a request: a page may be several templates put together."""

    def made() -> dict[str, Any]:
        kept: dict[str, dict[str, Any]] = g.setdefault("made", {})
        if make.__name__ not in kept:
            kept[make.__name__] = make()
        return kept[make.__name__]

    return made


def _words() -> dict[str, Any]:
    """Return what every template may use, signed in or not."""
    language = session.language()
    packages = session.catalog().packages
    return {
        "asset": assets.address,
        "icon": assets.icon,
        "lang": language,
        "theme": session.theme(),
        "t": lambda text: text.in_(language),
        "number": format_decimal,
        "csrf_field": _csrf_field,
        "list_comma": _(", "),
        "workspace_title": packages[0].head.title.in_(language) if packages else "Seamline",
        "looks_as": _looked_as(),
        "here_address": request.full_path.rstrip("?") if request.method == "GET" else request.path,
    }


def _looked_as() -> str:
    """Return what the role is called as which somebody looks; "" as oneself."""
    role = session.looked_as()
    return session.catalog().access.roles[role].title.in_(session.language()) if role else ""


def _csrf_field() -> Markup:
    kept: Markup | None = g.get("csrf_field")
    if kept is None:
        field = Markup('<input type="hidden" name="_csrf" value="{}">')
        kept = g.csrf_field = field.format(generate_csrf())
    return kept


def _shell() -> dict[str, Any]:
    """Return what the frame around a page shows to a signed-in person."""
    if not current_user.is_authenticated:
        return {}
    who, frames = session.actor(), current_app.extensions["seamline.frames"]
    frame = frames.of(session.catalog(), who, session.language())
    return {
        "person": who,
        "menu": frame.menu,
        "duties": frame.duties,
        "tabs": frame.tabs,
        "unread": told.unread(session.desk(), who),
        "bare": g.get("bare"),
    }
