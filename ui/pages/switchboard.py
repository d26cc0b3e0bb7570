"""The switchboard: the rules of every step, their switches, and what a switch would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline import clock
from seamline.facts import RuleClass
from seamline.metadata.ruleset import HARD_LIMIT, SOFT_LIMIT
from seamline.problems import Refused
from seamline.rules import ReadyRule, RuleModel
from seamline.store.hits import Hits, hits
from seamline.usecases import preview, switch
from seamline.usecases.switch import Position, RuleState

from ..forms.sheet import Said
from ..say import _
from ..session import actor, catalog, desk, language, origin, signed_in
from . import flipping, ruling
from .menu import readable

blueprint = Blueprint("switchboard", __name__)
SLOTS: dict[RuleClass, int] = {"hard": HARD_LIMIT, "soft": SOFT_LIMIT, "review": 1}
MOVES = 20  # of each rule, in the story of all switches


@dataclass(frozen=True, slots=True)
class Tab:
    """One step, with how many rules of each class it has."""

    step: str
    title: str
    form: str
    counts: str


@dataclass(frozen=True, slots=True)
class Card:
    """One rule on the board; `always` where it has no switch."""

    key: str
    title: str
    says: str
    position: str
    meta: list[str]
    reason: str = ""
    until: str = ""
    live: bool = False
    proposed: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One class of rules of a step, with its slots."""

    name: RuleClass
    title: str
    says: str
    cards: list[Card]
    slots: int

    @property
    def free(self) -> int:
        """Return how many more rules the step can have in this class."""
        return max(0, self.slots - len(self.cards))


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/rules")
def board() -> str:
    """Show the rules of one step with their switches."""
    states = {state.key: state for state in switch.rules(desk(), actor())}
    models = _models()
    model = models.get(request.args.get("step", "")) or next(iter(models.values()), None)
    return render_template(
        "pages/switchboard.html",
        here=":rules",
        steps=[_tab(one) for one in models.values()],
        step=model.step if model else "",
        columns=list(_columns(model, states)) if model else [],
        two_people=bool(model and model.ruleset.two_people),
        may_switch=any(s.may_switch for s in states.values() if model and s.step == model.step),
        undo=_undo(request.args.get("moved", ""), states),
    )


def _models() -> dict[str, RuleModel]:
    """Return the rule sets that the reader may see, in the order of the menu."""
    places = {
        model.form.id: place
        for place, model in enumerate(readable(catalog(), actor()))
        if catalog().access.whole(actor(), model.form.id)
    }
    order = sorted(
        (model for model in catalog().rules.values() if model.step.partition(".")[0] in places),
        key=lambda model: (not _tracked(model), places[model.step.partition(".")[0]], model.step),
    )
    return {model.step: model for model in order}


def _tracked(model: RuleModel) -> bool:
    """Return whether the step is one of a form that begins a tracked story: those stand first."""
    code = catalog().forms[model.step.partition(".")[0]].form.code
    return code is not None and code.tracking


def _tab(model: RuleModel) -> Tab:
    ruleset = model.ruleset
    form = catalog().forms[model.step.partition(".")[0]].form.title.in_(language())
    counts = f"{len(ruleset.hard)} · {len(ruleset.soft)} · 1"
    return Tab(model.step, ruleset.title.in_(language()), form, counts)


def _columns(model: RuleModel, states: dict[str, RuleState]) -> Iterator[Column]:
    with desk().store.reading() as unit:
        done = hits(unit, model.step, clock.now() - timedelta(days=ruling.DAYS))
    heads = {
        "hard": (_("Hard rules"), _("Stop what breaks them")),
        "soft": (_("Soft reminders"), _("Point it out, never stop")),
        "review": (_("Human review"), _("The net below, with a clock")),
    }
    for name in ruling.CLASSES:
        cards = [
            _card(model, ready, states[ready.key], done.get(ready.key, Hits()))
            for ready in model.rules
            if ready.rule_class == name and ready.key in states
        ]
        if name == "review" and not cards:
            cards = [_unswitched(model, done)]
        title, says = heads[name]
        yield Column(name, title, says, cards, SLOTS[name])


def _card(model: RuleModel, ready: ReadyRule, state: RuleState, done: Hits) -> Card:
    moved = ruling.last_moved(state)
    return Card(
        key=ready.key,
        title=ready.rule.title.in_(language()),
        says=ruling.says(model, ready),
        position=state.stand.position,
        meta=[*ruling.counted(ready.rule_class, done), *([moved] if moved else [])],
        reason=state.reason,
        until=ruling.until(state),
        live=state.may_switch,
        proposed=state.proposal is not None,
    )


def _unswitched(model: RuleModel, done: Any) -> Card:
    node = model.ruleset.review
    counts = done.get(f"{model.ruleset.id}.{node.id}", Hits())
    return Card(
        key="",
        title=node.title.in_(language()),
        says=ruling.says_unchecked(node),
        position="on",
        meta=list(ruling.counted("review", counts)),
        always=True,
    )


def _undo(key: str, states: dict[str, RuleState]) -> dict[str, Any] | None:
    """Return what the banner after a flip says, where the reader has just moved that switch."""
    state = states.get(key)
    if state is None or not state.may_switch or state.actor != actor().id:
        return None
    latest = switch.history(desk(), actor(), key, 1)
    if not latest or latest[0].kind != switch.SWITCHED:
        return None
    stands = ruling.position(state.stand.position)
    return {"key": key, "title": state.title, "to": stands, "seq": latest[0].seq}


@blueprint.get("/rules/moves")
def moves() -> str:
    """Show what was switched lately, over all rules."""
    states = switch.rules(desk(), actor())
    found = [one for state in states for one in switch.history(desk(), actor(), state.key, MOVES)]
    newest = sorted(found, key=lambda event: event.seq, reverse=True)
    return render_template(
        "pages/rule_moves.html", here=":rules", moves=[*ruling.story(tuple(newest))]
    )


@blueprint.get("/rules/<key>")
def rule(key: str) -> str:
    """Show one rule: its sentence, its switch, its trial, the story of its moves."""
    return _rule_page(key)


def _rule_page(key: str, problems: list[Said] | None = None) -> str:
    state = switch.rule(desk(), actor(), key)
    model = preview.model_of(catalog(), key)
    ready = next(one for one in model.rules if one.key == key)
    with desk().store.reading() as unit:
        done = hits(unit, model.step, clock.now() - timedelta(days=ruling.DAYS))
    events = switch.history(desk(), actor(), key)
    return render_template(
        "pages/rule.html",
        here=":rules",
        state=state,
        card=_card(model, ready, state, done.get(key, Hits())),
        step=_tab(model),
        class_word=ruling.class_word(ready.rule_class),
        colour=ruling.COLOURS[ready.rule_class],
        sign=ruling.ICONS[ready.rule_class],
        said=ruling.spoken(model.step.partition(".")[0], state.say.in_(language())),
        version=model.version,
        others=flipping.other_positions(state.stand.position),
        proposal=next(ruling.story((state.proposal,))) if state.proposal else None,
        own=bool(state.proposal and state.proposal.actor == actor().id),
        trial=flipping.trial(key) if state.may_switch else None,
        moves=list(ruling.story(events, state.may_switch)),
        problems=problems or [],
        problems_heading=_("This could not be done"),
    )


@blueprint.route("/rules/<key>/flip", methods=["GET", "POST"])
def flip(key: str) -> Any:
    """Show what moving a switch would have changed; then move it, with a reason."""
    state = switch.rule(desk(), actor(), key)
    asked = request.form if request.method == "POST" else request.args
    to = flipping.wanted(asked.get("to", ""), state.stand.position)
    if request.method == "GET":
        return _flip_page(state, to)
    try:
        end = ruling.end_of_day(asked.get("until", "")) if to == "shadow" else None
    except ValueError:
        return _flip_page(state, to, [Said(_("That is no day."), "until")]), 422
    try:
        done = switch.flip(desk(), actor(), origin(), key, to, asked.get("reason", ""), end)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _flip_page(state, to, flipping.said(refused)), refused.status
    if done.waiting:
        flash(_("Proposed. A second person has to confirm it."))
    return _to_board(state.step, "" if done.waiting else key)


def _flip_page(state: RuleState, to: Position, problems: list[Said] | None = None) -> str:
    model = preview.model_of(catalog(), state.key)
    ready = next(one for one in model.rules if one.key == state.key)
    days = flipping.days(request.values.get("days", ""))
    return render_template(
        "pages/flip.html",
        here=":rules",
        state=state,
        says=ruling.says(model, ready),
        step=_tab(model),
        to=to,
        days=days,
        spans=flipping.SPANS,
        positions=flipping.other_positions(state.stand.position),
        ahead=flipping.ahead(state.key, to, days),
        act=flipping.act(to),
        reason=request.form.get("reason", ""),
        until=request.form.get("until", ""),
        problems=problems or [],
        problems_heading=_("This could not be done"),
    )


@blueprint.post("/rules/<key>/undo")
def undo(key: str) -> Any:
    """Move a switch back to where it stood before its latest move."""
    return _answered(key, lambda seq, why: switch.undo(desk(), actor(), origin(), seq, why))


@blueprint.post("/rules/<key>/answer")
def answer(key: str) -> Any:
    """Confirm or decline what somebody has proposed."""
    if request.form.get("answer") == "confirm":
        return _answered(key, lambda seq, why: switch.confirm(desk(), actor(), origin(), seq, why))
    return _answered(key, lambda seq, why: switch.decline(desk(), actor(), origin(), seq, why))


def _answered(key: str, act: Any) -> Any:
    state = switch.rule(desk(), actor(), key)
    seq = request.form.get("seq", "")
    try:
        act(int(seq) if seq.isdecimal() and len(seq) < 19 else 0, request.form.get("reason", ""))
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _rule_page(key, flipping.said(refused)), refused.status
    title = state.title.in_(language())
    now = switch.rule(desk(), actor(), key).stand.position
    flash(_("“%(title)s” stands: %(to)s.", title=title, to=ruling.position(now)))
    return _to_board(state.step, "")


def _to_board(step: str, moved: str) -> Answer:
    return redirect(url_for("switchboard.board", step=step, moved=moved or None), 303)
