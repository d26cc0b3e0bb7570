"""The endpoint of the coach: what every rule did, and what the figures propose."""

from __future__ import annotations

from flask import Blueprint, Response, request

from seamline.problems import Place, Problem, Refused, shorten
from seamline.text import Text
from seamline.usecases.coach import DAYS, MOST_DAYS, coach
from seamline.usecases.desk import Desk

from .answers import answer
from .entrance import caller
from .filters import no_parameters


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoint of the scorecards."""

    @blueprint.get("/rules/scorecards")
    def scorecards() -> Response:
        """Answer the scorecards of the rules whose forms the caller may read."""
        who = caller(desk, request)
        no_parameters([name for name in request.args if name != "days"])
        return answer(coach(desk, who.actor, _days()).as_json())


def _days() -> int:
    given = request.args.getlist("days")
    word = given[-1] if given else str(DAYS)
    if len(given) < 2 and word.isascii() and word.isdigit() and len(word) <= len(str(MOST_DAYS)):
        return int(word)
    say = Text(f"天数应为 1-{MOST_DAYS}。", f"Expected 1-{MOST_DAYS} days.")
    raise Refused((Problem("wrong_days", say, Place("days"), got=shorten(word)),), 400)
