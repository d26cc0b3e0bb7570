"""What a rule and its switch look like to people: sentences, positions, the story of its moves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g, url_for

from seamline.conditions.words import Vocabulary
from seamline.facts import Event, RuleClass
from seamline.fields.moments import show_duration, show_moment
from seamline.metadata import ReviewNode
from seamline.rules import ReadyRule, RuleModel
from seamline.store.hits import Hits
from seamline.usecases import explain, switch
from seamline.usecases.switch import RuleState

from ..say import _, ngettext
from ..session import catalog, language, reading
from .naming import pool_name
from .people import name_of_person

_PLACE = re.compile(r"\{([^{}]*)\}")  # a fact named in a rule's sentence
DAYS = 7  # over which hits are counted
CLASSES: tuple[RuleClass, ...] = ("hard", "soft", "review")
ICONS: Mapping[RuleClass, str] = {"hard": "octagon-x", "soft": "triangle-alert", "review": "hand"}
COLOURS: Mapping[RuleClass, str] = {"hard": "red", "soft": "amber", "review": "violet"}


@dataclass(frozen=True, slots=True)
class Moved:
    """One line in the story of a switch; `undo` is the entry's number where it can be undone."""

    icon: str
    colour: str
    who: str
    what: str
    at: str
    iso: str
    via: str
    reason: str
    seen: str
    rule: str
    address: str
    undo: int = 0


def says(model: RuleModel, ready: ReadyRule) -> str:
    """Return what a rule does as one plain sentence, read from its condition."""
    form = catalog().forms[model.step.partition(".")[0]]
    words = explain.read_aloud(ready, form, vocabulary(form.form.id)).in_(language())
    if ready.rule_class == "hard":
        return _("Not accepted when %(words)s.", words=words)
    if ready.rule_class == "soft":
        return _("Reminds, without stopping, when %(words)s.", words=words)
    node = model.ruleset.review
    return _(
        "Goes to the pool “%(pool)s” for at most %(span)s when %(words)s.",
        words=words,
        pool=pool_name(node.pool),
        span=within(node),
    )


def says_unchecked(node: ReviewNode) -> str:
    """Return what a review without a condition does."""
    return _(
        "Takes what a hard rule could not check; the pool “%(pool)s” decides within %(span)s.",
        pool=pool_name(node.pool),
        span=within(node),
    )


def vocabulary(form_id: str) -> Vocabulary:
    """Return how the facts of a form are called, read once for a request."""
    kept: dict[str, Vocabulary] = g.setdefault("vocabularies", {})
    if form_id not in kept:
        forms = {name: one.form for name, one in catalog().forms.items()}
        kept[form_id] = explain.vocabulary_of(forms[form_id], forms)
    return kept[form_id]


def called(form_id: str, name: str) -> str:
    """Return what a fact is called, with the number of its row (`lines[2].qty`)."""
    table, bracket, rest = name.partition("[")
    row, _close, column = rest.partition("].")
    label = vocabulary(form_id).labels.get(f"{table}[].{column}" if bracket else name)
    word = label.in_(language()) if label else name
    return _("row %(n)s, %(name)s", n=row, name=word) if row.isdecimal() else word


def spoken(form_id: str, sentence: str) -> str:
    """Return a rule's sentence with what its places stand for: `⟨due date⟩`."""
    return _PLACE.sub(lambda found: f"⟨{called(form_id, found[1])}⟩", sentence)


def unchecked(form_id: str, sentence: str) -> str:
    """Return why a rule could not be checked, the missing facts by their labels."""
    head, colon, tail = sentence.rpartition(":")
    names = ", ".join(called(form_id, name) for name in tail.strip().split(", "))
    return f"{head}{colon} {names}" if colon else sentence


def within(node: ReviewNode) -> str:
    """Return how long a review may take."""
    return show_duration(timedelta(seconds=node.within), language())


def counted(rule_class: RuleClass, hits: Hits) -> Iterator[str]:
    """Yield what a rule did in the last days, as short words."""
    if rule_class == "hard":
        yield _("fired %(n)s× in 7 days", n=hits.fired)
        yield _("stopped %(n)s", n=hits.stopped)
    elif rule_class == "soft":
        yield _("reminded %(n)s× in 7 days", n=hits.fired)
        if hits.shown:
            yield _("heeded %(n)s%%", n=round(100 * hits.heeded / hits.shown))
        if hits.dismissed:
            yield _("waved aside %(n)s", n=hits.dismissed)
    else:
        yield _("held %(n)s× in 7 days", n=hits.fired)
    if hits.unknown:
        yield _("could not be checked %(n)s×", n=hits.unknown)
    if hits.trial:
        yield _("on trial: would have spoken %(n)s×", n=hits.trial)


def position(name: str) -> str:
    """Return where a switch stands, as a word."""
    return {"on": _("on"), "off": _("off"), "shadow": _("on trial")}.get(name, name)


def class_word(rule_class: RuleClass) -> str:
    """Return what the people of a step call a class of rules."""
    words = {"hard": _("Hard rule"), "soft": _("Soft reminder"), "review": _("Human review")}
    return words[rule_class]


def last_moved(state: RuleState) -> str:
    """Return who moved a switch last, when and to where; nothing where nobody ever did."""
    if state.at is None:
        return ""
    day = state.at.astimezone(catalog().zone).strftime("%m-%d")
    who = name_of_person(state.actor)
    return _("%(who)s %(day)s: %(to)s", who=who, day=day, to=position(state.stand.position))


def until(state: RuleState) -> str:
    """Return when a trial ends."""
    end = state.stand.until
    return show_moment(end, reading()) if end is not None else ""


def story(events: tuple[Event, ...], may_switch: bool = False) -> Iterator[Moved]:
    """Yield the moves of one switch, newest first; the newest real move can be undone."""
    newest = next((event.seq for event in events if event.kind == switch.SWITCHED), 0)
    for event in events:
        yield _line(event, event.seq if may_switch and event.seq == newest else 0)


def _line(event: Event, undo: int) -> Moved:
    to = position(str(event.body.get("to", "")))
    sign, colour, what = _done(event, to)
    return Moved(
        icon=sign,
        colour=colour,
        who=name_of_person(event.actor),
        what=what,
        at=show_moment(event.at, reading()),
        iso=event.at.isoformat(),
        via=event.via,
        reason=event.reason,
        seen=_seen(event.body.get("preview")),
        rule=title_of(event.record),
        address=url_for("switchboard.rule", key=event.record),
        undo=undo,
    )


def _done(event: Event, to: str) -> tuple[str, str, str]:
    if event.kind == switch.PROPOSED:
        return "clock", "violet", _("proposed: %(to)s", to=to)
    if event.kind == switch.DECLINED:
        return "x", "red", _("declined: %(to)s", to=to)
    if "undoes" in event.body:
        return "undo-2", "", _("undid the move: %(to)s", to=to)
    if event.body.get("proposed_by"):
        who = name_of_person(str(event.body["proposed_by"]))
        return "toggle-right", "green", _("confirmed %(who)s: %(to)s", who=who, to=to)
    colour = {"on": "green", "shadow": "blue"}.get(str(event.body.get("to")), "")
    return "toggle-right", colour, _("switched to: %(to)s", to=to)


def _seen(preview: Any) -> str:
    """Return what the preview said when the switch was moved."""
    if not isinstance(preview, Mapping) or not preview.get("total"):
        return ""
    differ = sum(int(preview.get(name, 0)) for name in ("stopped", "held", "reminded", "released"))
    return _(
        "preview then: %(n)s of %(total)s in %(days)s days would have ended differently",
        n=differ,
        total=preview["total"],
        days=preview.get("days", ""),
    )


def title_of(key: str) -> str:
    """Return the title of a rule by the key of its switch; the key where it is no more."""
    for model in catalog().rules.values():
        for ready in model.rules:
            if ready.key == key:
                return ready.rule.title.in_(language())
    return key


def people_count(persons: int) -> str:
    """Return a number of people in words."""
    return ngettext("%(num)s person", "%(num)s people", persons)


def end_of_day(word: str) -> datetime | None:
    """Return the last minute of a day typed as `2026-12-06`; None for nothing.

    Raises ValueError for anything else.
    """
    if not word.strip():
        return None
    day = datetime.fromisoformat(word.strip()[:10])
    return day.replace(hour=23, minute=59, tzinfo=catalog().zone)
