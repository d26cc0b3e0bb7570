"""The endpoints of notices: the caller's own, and marking them as read."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from seamline.fields.moments import iso
from seamline.problems import Place, Problem, Refused
from seamline.text import Text
from seamline.usecases import notices
from seamline.usecases.desk import Desk
from seamline.usecases.notices import KINDS, Shown

from .answers import answer
from .body import read_object
from .entrance import caller
from .filters import read_words
from .openapi.notices import ID, MOST_IDS
from .shown import words

_PARAMETERS = {
    "unread": re.compile("true|false"),
    "kind": re.compile("|".join(KINDS)),
    "cursor": re.compile(ID),
}


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of notices."""

    @blueprint.get("/notices")
    def notices_inbox() -> Response:
        """Answer the caller's own notices of what they may see, newest first."""
        who = caller(desk, request)
        given, limit = read_words(list(request.args.items(multi=True)), _PARAMETERS)
        shelf = notices.inbox(
            desk,
            who.actor,
            unread=given.get("unread") == "true",
            kind=given.get("kind", ""),
            before=given.get("cursor", ""),
            limit=limit,
        )
        items = [_shown(one) for one in shelf.items]
        count = notices.unread(desk, who.actor)
        return answer({"items": items, "unread": count, "next": shelf.next or None})

    @blueprint.post("/notices/read")
    def notices_read() -> Response:
        """Mark the named notices of the caller as read, all of them where none is named."""
        who = caller(desk, request)
        return answer({"read": notices.read(desk, who.actor, _named(read_object(request)))})


def _named(body: dict[str, Any]) -> list[str] | None:
    ids = body.get("notices")
    if not set(body) - {"notices"}:
        if ids is None:
            return None
        if isinstance(ids, list) and len(ids) <= MOST_IDS and all(isinstance(i, str) for i in ids):
            return ids
    say = Text(
        f'请求体应为 {{}} 或 {{"notices": [至多 {MOST_IDS} 个编号]}}。',
        f'Expected {{}} or {{"notices": [at most {MOST_IDS} ids]}}.',
    )
    raise Refused((Problem("wrong_body", say, Place("notices")),), 400)


def _shown(one: Shown) -> dict[str, Any]:
    notice = one.notice
    return {
        "id": notice.id,
        "kind": notice.kind,
        "say": words(one.say),
        "form": notice.form,
        "record": notice.record,
        "link": notice.link,
        "event": notice.event,
        "at": iso(notice.at),
        "read_at": iso(notice.read_at) if notice.read_at is not None else None,
    }
