"""The scorecards of the rules: what each did, what people made of it, and what that speaks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from seamline.usecases.coach import DAYS, Coaching, Kind, Scorecard, coach

from ..say import _
from ..session import actor, catalog, desk, language, signed_in
from . import ruling

blueprint = Blueprint("coaching", __name__)
SPANS = (30, DAYS, 365)
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One share over all rules, and what it means."""

    share: str
    word: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in the table: its figures as words, in the order of the headings."""

    key: str
    title: str
    kind: str
    on: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The rules of one step."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """One proposal with the act it asks for."""

    key: str
    act: str
    say: str


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/rules/scorecards")
def cards() -> str:
    """Show the scorecards of the rules whose forms the reader reads whole."""
    word = request.args.get("days", "")
    days = next((span for span in SPANS if str(span) == word), DAYS)
    found = coach(desk(), actor(), days)
    return render_template(
        "pages/scorecards.html",
        here=":rules",
        days=days,
        spans=SPANS,
        figures=list(_figures(found)),
        advice=[
            Advice(one.key, _act(one.kind), one.say.in_(language())) for one in found.proposals
        ],
        headings=_headings(),
        steps=list(_steps(found)),
    )


def _figures(found: Coaching) -> Iterator[Figure]:
    yield Figure(_share(found.enabled), _("switched on"), _("of all rules"))
    yield Figure(_share(found.adopted), _("reminders heeded"), _("of those that fired"))
    yield Figure(_share(found.missed), _("missed"), _("of the known cases"))


def _share(part: float | None) -> str:
    return NOTHING if part is None else f"{part:.0%}"


def _act(kind: Kind) -> str:
    return {
        "retire": _("Retire"),
        "demote": _("Demote"),
        "promote": _("Promote"),
        "tighten": _("Tighten"),
        "widen": _("Widen"),
        "speed_up": _("Speed up"),
    }[kind]


def _headings() -> tuple[str, ...]:
    return (
        _("judged"),
        _("fired"),
        _("stopped"),
        _("held"),
        _("prompts"),
        _("heeded"),
        _("waved"),
        _("approved"),
        _("hours"),
        _("missed"),
    )


def _steps(found: Coaching) -> Iterator[Step]:
    for step in dict.fromkeys(card.step for card in found.cards):
        title = catalog().rules[step].ruleset.title.in_(language())
        yield Step(title, tuple(_line(card) for card in found.cards if card.step == step))


def _line(card: Scorecard) -> Line:
    tally = card.tally
    hours = NOTHING if tally.hours is None else f"{tally.hours:.1f}"
    counts = (card.judged, tally.fired, tally.stopped, tally.held, tally.shown)
    made_of_it = (tally.heeded, tally.dismissed, tally.approved)
    cells = (*map(str, counts), *map(str, made_of_it), hours, str(tally.missed))
    title, kind = card.title.in_(language()), ruling.class_word(card.rule_class)
    return Line(card.key, title, kind, card.on, cells)
