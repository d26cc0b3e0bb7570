"""Why: every verdict on a record, rule by rule, with the values each clause has seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from seamline.conditions.span import read_span
from seamline.conditions.span_words import span_said
from seamline.facts import Clause, Event
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.text import Text
from seamline.usecases import explain, look
from seamline.usecases.dismiss import dismiss as wave, dismissed
from seamline.usecases.explain import Explained, Explanation
from seamline.usecases.submitting.admit import form_named

from ..say import _, ngettext
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from ..shown import name_of
from . import flipping, ruling
from .people import name_of_person

blueprint = Blueprint("why", __name__)
ROWS = ("some", "all", "none")
SYMBOLS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "in": "∈"}
MOST_SHOWN = 80  # characters of one value
SIGNS = {"true": ("check", "yes"), "false": ("x", "no"), "unknown": ("circle-help", "open")}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One clause with what it saw."""

    icon: str
    tone: str
    word: str
    name: str
    saw: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of a verdict."""

    rule: str
    title: str
    sign: str
    class_word: str
    word: str
    colour: str
    icon: str
    reads: str
    say: str
    quiet: bool
    leaves: list[Leaf]
    reminder: bool
    waved: str
    address: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict: what was submitted, by whom, what came of it, and why."""

    id: str
    step: str
    who: str
    at: str
    outcome: dict[str, str]
    version: str
    same_rules: bool
    lines: list[Line]
    overruled: str
    overruled_because: str


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/r/<form_id>/<word>/why")
def page(form_id: str, word: str) -> str:
    """Explain every verdict on one record, the newest first."""
    model = form_named(catalog(), form_id)
    told = look.told(desk(), actor(), form_id, word, limit=500)
    waved = dismissed(told.events)
    return render_template(
        "pages/why.html",
        here=form_id,
        form=model.form,
        record=told.record,
        name=name_of(told.record, model),
        verdicts=[
            _verdict(model, one, waved) for one in explain.explain(desk(), actor(), form_id, word)
        ],
    )


def _verdict(model: FormModel, one: Explanation, waved: dict[tuple[str, str], Event]) -> Verdict:
    decision = one.decision
    step = model.steps.get(decision.step.partition(".")[2])
    over = one.overruled
    return Verdict(
        id=decision.id,
        step=step.title.in_(language()) if step else decision.step,
        who=name_of_person(one.actor),
        at=show_moment(one.at, reading()),
        outcome=flipping.outcome(decision.outcome),
        version=decision.ruleset_version,
        same_rules=one.same_rules,
        lines=[_line(model, one, rule, waved) for rule in one.rules],
        overruled=_overruled(over) if over else "",
        overruled_because=over.reason if over else "",
    )


def _overruled(event: Event) -> str:
    words = {"who": name_of_person(event.actor), "at": show_moment(event.at, reading())}
    if event.kind == "approved":
        return _("%(who)s let it go on, %(at)s", **words)
    return _("%(who)s returned it, %(at)s", **words)


def _line(
    model: FormModel, one: Explanation, rule: Explained, waved: dict[tuple[str, str], Event]
) -> Line:
    decision = one.decision
    word, colour, icon = _found(rule)
    event = waved.get((decision.id, rule.rule))
    spoke = rule.result == "true" and rule.on and not rule.shadow
    return Line(
        rule=rule.rule,
        title=rule.title.in_(language()),
        sign=ruling.ICONS[rule.rule_class],
        class_word=ruling.class_word(rule.rule_class),
        word=word,
        colour=colour,
        icon=icon,
        reads=rule.reads.in_(language()) if one.same_rules else "",
        say=_said(model, rule),
        quiet=not spoke,
        leaves=list(leaves(model, rule.clauses)),
        reminder=spoke and rule.rule_class == "soft" and event is None,
        waved=_waved(event) if event else "",
        address=_board(decision.ruleset, rule.rule),
    )


def _said(model: FormModel, rule: Explained) -> str:
    if rule.result == "false" or not rule.on:
        return ""
    say = rule.say.in_(language())
    return ruling.unchecked(model.form.id, say) if rule.result == "unknown" else say


def _board(ruleset: str, rule: str) -> str:
    """Return where the rule's switch is, if there still is one."""
    key = f"{ruleset}.{rule}"
    return url_for("switchboard.rule", key=key) if ruling.title_of(key) != key else ""


def _waved(event: Event) -> str:
    who, at = name_of_person(event.actor), show_moment(event.at, reading())
    return _("waved aside by %(who)s, %(at)s", who=who, at=at)


def _found(rule: Explained) -> tuple[str, str, str]:
    """Return what a rule came to: word, colour, icon."""
    if not rule.on:
        return _("off"), "", "ban"
    if rule.shadow:
        return _("on trial"), "blue", "flask-conical"
    if rule.result == "unknown":
        return _("not checkable"), "violet" if rule.rule_class == "hard" else "", "circle-help"
    if rule.result == "true":
        return _("fired"), ruling.COLOURS[rule.rule_class], ruling.ICONS[rule.rule_class]
    return _("did not fire"), "green", "circle-check"


def leaves(model: FormModel, clauses: tuple[Clause, ...]) -> Iterator[Leaf]:
    """Yield the clauses of a condition with what each has seen."""
    words = {"true": _("holds"), "false": _("does not hold"), "unknown": _("cannot be known")}
    for clause in clauses:
        icon, tone = SIGNS[clause.result]
        yield Leaf(
            icon,
            tone,
            words[clause.result],
            ruling.called(model.form.id, clause.path),
            _saw(model, clause),
        )


def _saw(model: FormModel, clause: Clause) -> str:
    """Return the values a clause compared, options by their labels."""
    table, bracket, rest = clause.path.partition("[")
    place = f"{table}[].{rest.partition('].')[2]}" if bracket else clause.path
    return saw(clause, ruling.vocabulary(model.form.id).options.get(place, {}))


def saw(clause: Clause, known: Mapping[str, Text]) -> str:
    """Return the values a clause compared; `known` are the labels of its options."""
    left = _shown(clause.left, known)
    if clause.operator == "falls":
        span = read_span(str(clause.right))
        return f"{left} ({span_said(span).in_(language())})" if span else left
    if clause.operator in ROWS:
        rows = clause.left if isinstance(clause.left, int) else 0
        return ngettext("%(num)s row looked at", "%(num)s rows looked at", rows)
    if clause.operator not in SYMBOLS:
        return left
    return f"{left} {SYMBOLS[clause.operator]} {_shown(clause.right, known)}"


def _shown(value: object, known: Mapping[str, Text]) -> str:
    if value is None or value == "":
        return _("(nothing)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(_shown(one, known) for one in value)[:MOST_SHOWN]
    word = known.get(str(value))
    return word.in_(language()) if word else str(value)[:MOST_SHOWN]


@blueprint.post("/r/<form_id>/<word>/dismiss")
def dismiss(form_id: str, word: str) -> Any:
    """Wave a soft reminder aside; it stays on the record as waved aside."""
    decision, rule = request.form.get("decision", ""), request.form.get("rule", "")
    if not decision or not rule:
        abort(400)
    wave(desk(), actor(), origin(), form_id, word, decision, rule)
    flash(_("The reminder is waved aside; the record keeps it."))
    back = request.form.get("back", "")
    record = url_for("records.show", form_id=form_id, word=word)
    return redirect(back if back.startswith("/") and not back.startswith("//") else record, 303)
