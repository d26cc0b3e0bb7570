"""The endpoints of saved views: those of the caller and of the caller's roles."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from seamline.fields.moments import iso
from seamline.problems import Place, Problem, Problems, Refused
from seamline.store.views import View
from seamline.text import Text
from seamline.usecases import views
from seamline.usecases.desk import Desk

from .answers import answer
from .body import read_object
from .entrance import caller
from .filters import no_parameters, read_words
from .openapi.locks import ACT

_KEYS = ("form", "title", "query", "role")


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of saved views."""

    @blueprint.get("/views")
    def saved_views() -> Response:
        """Answer the views of one form that the caller may use."""
        who = caller(desk, request)
        parameters = list(request.args.items(multi=True))
        given, _limit = read_words(parameters, {"form": re.compile(ACT)})
        found = views.views(desk, who.actor, given.get("form", ""))
        return answer({"items": [_shown(view) for view in found]})

    @blueprint.post("/views")
    def save_view() -> Response:
        """Save a view; the body gives `form`, `title`, `query` and, to share it, `role`."""
        who = caller(desk, request)
        body = _read(read_object(request), needed=("form", "title", "query"))
        body.setdefault("role", "")
        return answer(_shown(views.save(desk, who.actor, **body)), 201)

    @blueprint.put("/views/<view>")
    def change_view(view: str) -> Response:
        """Change the title, the query or the role of a view of one's own."""
        who = caller(desk, request)
        body = _read(read_object(request), keys=("title", "query", "role"))
        return answer(_shown(views.change(desk, who.actor, view, **body)))

    @blueprint.delete("/views/<view>")
    def remove_view(view: str) -> Response:
        """Remove a view of one's own."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        return answer(_shown(views.remove(desk, who.actor, view)))


def _read(
    body: dict[str, Any], needed: tuple[str, ...] = (), keys: tuple[str, ...] = _KEYS
) -> dict[str, Any]:
    """Return the body, its query as pairs; raises Refused 400 with everything that is wrong."""
    problems = Problems()
    for key in (*needed, *body):
        if key not in keys:
            say = Text(f"没有名为“{key[:40]}”的键。", f"There is no key '{key[:40]}'.")
            problems.add(Problem("unknown_key", say, Place(key[:40])))
        elif key not in body:
            say = Text(f"缺少“{key}”。", f"'{key}' is missing.")
            problems.add(Problem("missing_key", say, Place(key)))
        elif key == "query" and not _pairs(body[key]):
            say = Text(
                '应为参数的列表，如 [["_state", "@open"]]。',
                'Expected a list of parameters, like [["_state", "@open"]].',
            )
            problems.add(Problem("wrong_type", say, Place(key)))
        elif key != "query" and not isinstance(body[key], str):
            problems.add(Problem("wrong_type", Text("应为文字。", "Expected text."), Place(key)))
    if problems:
        raise Refused(problems.sorted(), 400)
    if "query" in body:
        return body | {"query": [(name, value) for name, value in body["query"]]}
    return body


def _pairs(raw: Any) -> bool:
    return isinstance(raw, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) for word in pair)
        for pair in raw
    )


def _shown(view: View) -> dict[str, Any]:
    return {
        "id": view.id,
        "form": view.form,
        "title": view.title,
        "query": [list(pair) for pair in view.query],
        "owner": view.owner,
        "role": view.role,
        "changed_at": iso(view.changed_at),
    }
