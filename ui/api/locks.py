"""The endpoints of locks: what is closed on which records, and lifting one with a reason."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from seamline.fields.moments import iso
from seamline.problems import Place, Problem, Refused
from seamline.store import Lock
from seamline.text import Text
from seamline.usecases import locks
from seamline.usecases.desk import Desk

from .answers import answer
from .body import read_body
from .entrance import caller
from .filters import read_words
from .openapi.locks import ACT, ID, WORD
from .shown import words

_PARAMETERS = {
    "form": re.compile(ACT),
    "record": re.compile(WORD),
    "act": re.compile(ACT),
    "ended": re.compile("true|false"),
    "cursor": re.compile(ID),
}


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of locks."""

    @blueprint.get("/locks")
    def listing() -> Response:
        """Answer the locks that stand, newest first; with `ended=true` those of the past too."""
        who = caller(desk, request)
        given, limit = read_words(list(request.args.items(multi=True)), _PARAMETERS)
        if "record" in given and "form" not in given:
            say = Text("有 record 就要有 form。", "A record needs its form.")
            raise Refused((Problem("form_required", say, Place("form")),), 400)
        shelf = locks.listing(
            desk,
            who.actor,
            form=given.get("form", ""),
            record=given.get("record", ""),
            act=given.get("act", ""),
            ended=given.get("ended") == "true",
            before=given.get("cursor", ""),
            limit=limit,
        )
        return answer({"items": [_shown(one) for one in shelf.items], "next": shelf.next})

    @blueprint.post("/locks/<lock>/lift")
    def lift(lock: str) -> Response:
        """Lift one lock; the body gives the reason."""
        who = caller(desk, request)
        body = read_body(request, may_be_empty=True)
        ended = locks.lift(desk, who.actor, who.origin, lock, body["reason"])
        return answer(_lock(ended))


def _shown(one: locks.Shown) -> dict[str, Any]:
    return _lock(one.lock) | {
        "key": one.record.key,
        "label": one.record.label,
        "may_lift": one.may_lift,
    }


def _lock(lock: Lock) -> dict[str, Any]:
    return {
        "id": lock.id,
        "form": lock.form,
        "record": lock.record,
        "act": lock.act,
        "rule": lock.rule,
        "reason": words(lock.reason),
        "actor": lock.actor,
        "since": iso(lock.since),
        "ended_at": iso(lock.ended_at) if lock.ended_at is not None else None,
        "ended_by": lock.ended_by,
        "end_reason": lock.end_reason,
    }
