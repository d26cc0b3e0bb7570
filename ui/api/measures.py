"""The endpoints of measures: all that the caller may see, and one with its periods."""

from __future__ import annotations

from flask import Blueprint, Response, request

from seamline.problems import Place, Problem, Refused, shorten
from seamline.text import Text
from seamline.usecases import measure as measures
from seamline.usecases.desk import Desk
from seamline.usecases.measure import MOST_PERIODS, PERIODS
from seamline.usecases.measuring.showing import as_json

from .answers import answer
from .entrance import caller
from .filters import no_parameters


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of measures."""

    @blueprint.get("/measures")
    def every_measure() -> Response:
        """Answer every measure the caller may see."""
        who = caller(desk, request)
        found = measures.each(desk, who.actor, _periods())
        return answer({"items": [as_json(one) for one in found]})

    @blueprint.get("/measures/<measure>")
    def one_measure(measure: str) -> Response:
        """Answer one measure."""
        who = caller(desk, request)
        return answer(as_json(measures.measured(desk, who.actor, measure, _periods())))


def _periods() -> int:
    no_parameters([name for name in request.args if name != "periods"])
    given = request.args.getlist("periods")
    word = given[-1] if given else str(PERIODS)
    if len(given) < 2 and word.isascii() and word.isdigit() and len(word) <= len(str(MOST_PERIODS)):
        return int(word)
    say = Text(f"期间数应为 1-{MOST_PERIODS}。", f"Expected 1-{MOST_PERIODS} periods.")
    raise Refused((Problem("wrong_periods", say, Place("periods"), got=shorten(word)),), 400)
