"""The endpoint of a record's history: what changed it, or how it stood at a moment."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Blueprint, Response, request

from seamline.fields.kind import Invalid
from seamline.fields.moments import iso, read_moment
from seamline.problems import Place, Refused
from seamline.usecases import history
from seamline.usecases.desk import Desk

from .answers import answer
from .entrance import caller
from .filters import read_words
from .openapi.history import FIELD, WHEN
from .records import named

_PARAMETERS = {
    "field": re.compile(FIELD),
    "at": re.compile(WHEN),
    "since": re.compile(WHEN),
    "until": re.compile(WHEN),
}


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoint."""

    @blueprint.get("/<form>/<word>/history")
    def record_history(form: str, word: str) -> Response:
        """Answer what changed a record, newest first; with `at` how it stood then."""
        who = caller(desk, request)
        given, limit = read_words(list(request.args.items(multi=True)), _PARAMETERS)
        field = given.get("field", "")
        if "at" in given:
            at = _moment(desk, "at", given["at"])
            return answer(_stood(history.stood(desk, who.actor, form, named(word), at, field)))
        times = {
            name: _moment(desk, name, given[name]) for name in ("since", "until") if name in given
        }
        found = history.changes(
            desk, who.actor, form, named(word), field=field, limit=limit, **times
        )
        return answer({"items": [history.as_json(one) for one in found]})


def _stood(found: history.Stood) -> dict[str, object]:
    return {
        "record": found.record.id,
        "at": iso(found.moment),
        "values": dict(found.values) if found.values is not None else None,
        "change": history.as_json(found.change) if found.change is not None else None,
    }


def _moment(desk: Desk, name: str, word: str) -> datetime:
    try:
        return read_moment(word, desk.catalogs.current().zone)
    except Invalid as error:
        raise Refused((error.problem.at(Place(name)),), 400) from None
