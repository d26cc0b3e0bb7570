"""The preview of a switch: what would have come out differently, in figures and by record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from seamline.facts import Outcome
from seamline.fields.moments import show_moment
from seamline.problems import Problem, Refused
from seamline.usecases import preview, switch
from seamline.usecases.preview import Preview, Touched, TrialReport
from seamline.usecases.switch import Position

from ..forms.sheet import Said
from ..say import _, ngettext
from ..session import actor, desk, language, reading
from . import ruling

SPANS = (7, 30, 90)
ICONS = {"passed": "circle-check", "reminded": "triangle-alert", "held": "hand"}
COLOURS = {"passed": "green", "reminded": "amber", "held": "violet", "refused": "red"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a preview with its word."""

    number: int
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """One decision that would have come out differently."""

    code: str
    address: str
    at: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Ahead:
    """A preview ready to show."""

    sentence: str
    figures: list[Figure]
    prompts: str
    lines: list[Line]
    more: int
    seconds: str


def wanted(word: str, stands: Position) -> Position:
    """Return the position asked for; without a known one, the other of on and off."""
    if word in switch.POSITIONS:
        return word
    return "off" if stands == "on" else "on"


def other_positions(stands: Position) -> list[tuple[Position, str]]:
    """Return where a switch can be moved from where it stands, with the words of the act."""
    return [(one, act(one)) for one in switch.POSITIONS if one != stands]


def act(to: Position) -> str:
    """Return what moving a switch there is called."""
    words = {"on": _("Switch on"), "off": _("Switch off"), "shadow": _("Put on trial")}
    return words[to]


def days(word: str) -> int:
    """Return over how many days to look back."""
    return int(word) if word in {str(span) for span in SPANS} else preview.DAYS


def said(refused: Refused) -> list[Said]:
    """Return what is wrong with what was sent, each leading to its field."""
    return [Said(one.sentence(language()), _anchor(one)) for one in refused.problems]


def _anchor(problem: Problem) -> str:
    path = problem.place.path if problem.place else ""
    return path if path in ("reason", "until") else ""


def ahead(key: str, to: Position, over: int) -> Ahead:
    """Return what the last days would have been like with the switch there; raises Refused."""
    seen = preview.of_flip(desk(), actor(), key, to == "on", over)
    differ = sum(seen.changed.values())
    words = {
        "stopped": _("would have been stopped"),
        "held": _("would have been held for review"),
        "reminded": _("would have been reminded"),
        "released": _("would have gone on with less"),
    }
    return Ahead(
        sentence=_sentence(seen, differ),
        figures=[Figure(seen.changed.get(name, 0), word) for name, word in words.items()],
        prompts=_prompts(seen),
        lines=[_line(one, seen.step) for one in seen.records],
        more=max(0, differ - len(seen.records)) if seen.records else 0,
        seconds=f"{seen.seconds:.2f}",
    )


def _sentence(seen: Preview, differ: int) -> str:
    if not seen.total:
        return _("Nothing was submitted in the last %(days)s days.", days=seen.days)
    return _(
        "Of %(total)s submissions in the last %(days)s days, %(n)s would have ended differently.",
        total=seen.total,
        days=seen.days,
        n=differ,
    )


def _prompts(seen: Preview) -> str:
    """Return how many reminders a person would have seen a day."""
    if seen.prompts_per_day is None:
        return ""
    persons = max(1, seen.persons)
    before, after = (
        f"{count / persons:.1f}"
        for count in (seen.prompts_per_day.before, seen.prompts_per_day.after)
    )
    return _(
        "Reminders per person and day: %(before)s before, %(after)s after (%(people)s).",
        before=before,
        after=after,
        people=ruling.people_count(seen.persons),
    )


def _line(one: Touched, step: str) -> Line:
    form = step.partition(".")[0]
    return Line(
        code=one.code,
        address=url_for("records.show", form_id=form, word=one.id) if one.id else "",
        at=show_moment(one.at, reading()),
        before=outcome(one.before),
        after=outcome(one.after),
    )


def outcome(name: Outcome) -> dict[str, str]:
    """Return the word, colour and icon of an outcome."""
    words = {
        "passed": _("passed"),
        "reminded": _("reminded"),
        "held": _("held for review"),
        "refused": _("stopped"),
    }
    return {
        "word": words[name],
        "colour": COLOURS[name],
        "icon": ICONS.get(name, "octagon-x"),
    }


def trial(key: str) -> dict[str, Any] | None:
    """Return what the latest trial of a rule has shown; None where it was never on trial."""
    try:
        report = preview.of_shadow(desk(), actor(), key)
    except Refused:
        return None
    return {
        "running": report.running,
        "since": show_moment(report.since, reading()),
        "until": show_moment(report.until, reading()),
        "sentence": _trial_sentence(report),
        "lines": [_line(one, _step(key)) for one in report.records],
    }


def _step(key: str) -> str:
    return switch.rule(desk(), actor(), key).step


def _trial_sentence(report: TrialReport) -> str:
    spoke = ngettext(
        "It would have spoken %(num)s time in %(total)s submissions",
        "It would have spoken %(num)s times in %(total)s submissions",
        report.spoke,
        total=report.total,
    )
    back = ngettext(
        "a reviewer sent %(num)s of these back anyway",
        "a reviewer sent %(num)s of these back anyway",
        report.returned,
    )
    return f"{spoke}; {back}."
