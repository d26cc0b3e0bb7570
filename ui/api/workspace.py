"""The endpoints of the workspace itself: its forms, its description, its tracking codes."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from flask import Blueprint, Response, request

from seamline.facts import Actor
from seamline.problems import Place, Problem, Refused
from seamline.text import Text
from seamline.usecases import look
from seamline.usecases.desk import Desk

from . import shown
from .answers import answer, dump
from .entrance import caller, language_of
from .filters import no_parameters
from .openapi import describe
from .records import named
from .versions import unchanged

_KEPT = 16


class _Descriptions:
    """The last descriptions made, since they only change with the catalog and the rights."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[object, ...], tuple[bytes, str]] = OrderedDict()
        self._lock = Lock()

    def of(self, desk: Desk, actor: Actor, language: str) -> tuple[bytes, str]:
        """Return the description as bytes, with its entity tag."""
        catalog = desk.catalogs.current()
        about = (catalog.version, actor.roles, actor.scopes, language)
        with self._lock:
            made = self._made.get(about)
        if made is None:
            content = dump(describe(catalog, actor, language))
            made = content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
            with self._lock:
                self._made[about] = made
                while len(self._made) > _KEPT:
                    self._made.popitem(last=False)
        return made


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of the workspace."""
    descriptions = _Descriptions()

    @blueprint.get("/forms")
    def forms() -> Response:
        """Answer the forms that the caller may read."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        return answer({"items": shown.forms(desk.catalogs.current(), who.actor)})

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        """Answer the OpenAPI document of this workspace."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        language = language_of(request, who.actor.language)
        content, tag = descriptions.of(desk, who.actor, language)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
        if unchanged(request, tag):
            return Response(status=304, headers=headers)
        return Response(content, mimetype="application/json", headers=headers)

    @blueprint.get("/tracking/<code>")
    def tracking(code: str) -> Response:
        """Answer every record under one tracking code."""
        who = caller(desk, request)
        found = look.tracked(desk, who.actor, named(code))
        if not found:
            problem = Problem(
                "unknown_tracking",
                Text("没有这个追踪码。", "There is no such tracking code."),
                Place("code"),
            )
            raise Refused((problem,), 404)
        return answer({"items": [shown.head(one) for one in found]})
