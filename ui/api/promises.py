"""The endpoints of promises: what lines could be promised, and how those of a record stand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from seamline.fields.moments import iso
from seamline.promising import Part
from seamline.promising.available import Standing
from seamline.usecases import promise
from seamline.usecases.desk import Desk

from .answers import answer
from .body import read_body
from .entrance import caller
from .filters import no_parameters
from .records import named
from .shown import words


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of promises."""

    @blueprint.post("/<form>/promise")
    def promise_asked(form: str) -> Response:
        """Answer what the lines of a new record could be promised; nothing is taken."""
        who = caller(desk, request)
        body = read_body(request)
        found = promise.ask(desk, who.actor, form, body["values"])
        lines = [_asked(one) for one in found.lines]
        return answer({"lines": lines, "assumes": [words(text) for text in found.assumes]})

    @blueprint.get("/<form>/<word>/promises")
    def promises_stand(form: str, word: str) -> Response:
        """Answer how the promises of a record's lines stand now."""
        who = caller(desk, request)
        no_parameters(list(request.args))
        found = promise.stands(desk, who.actor, form, named(word))
        return answer({"items": [_stands(one) for one in found]})


def _asked(one: promise.Asked) -> dict[str, Any]:
    return {
        "table": one.table,
        "line": one.place + 1,
        "item": one.item.key if one.item is not None else "",
        "wanted": _day(one.wanted),
        "promised": _day(one.day),
        "days_late": one.late,
        "missing": _number(one.promised.short),
        "reason": words(one.why),
        "parts": [_part(part) for part in one.promised.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"day": _day(part.day), "qty": _number(part.qty), "source": part.source.kind}


def _stands(one: promise.Stands) -> dict[str, Any]:
    return {
        "table": one.table,
        "row": one.row,
        "item": one.item.key if one.item is not None else "",
        "qty": _number(one.qty),
        "wanted": _day(one.wanted),
        "promised": _day(one.day),
        "expected": _day(one.expected),
        "state": one.state,
        "stock": _number(one.stock) if one.stock is not None else None,
        "free": _number(one.free) if one.free is not None else None,
        "as_of": iso(one.as_of) if one.as_of is not None else None,
        "overdue": list(one.late),
        "parts": [_standing(part, how) for part, how in one.parts],
    }


def _standing(part: Part, how: Standing) -> dict[str, Any]:
    later = [{"day": _day(day), "qty": _number(qty)} for day, qty in how.late]
    return _part(part) | {
        "covered": _number(how.covered),
        "later": later,
        "lacking": _number(how.lacking),
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None


def _number(qty: Decimal) -> str:
    """Return an amount as exact text: `60`, `12.5`."""
    shown = f"{qty:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
