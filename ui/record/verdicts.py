"""What the rules found on a record, and how long a reviewer has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from seamline import clock
from seamline.facts import Decision, Finding, Record
from seamline.usecases.look import Told

from ..pages.naming import pool_name
from ..pages.ruling import unchecked
from ..say import _, ngettext
from ..session import actor, catalog, desk, language
from ..shown import badge


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule found, ready to show."""

    colour: str
    icon: str
    word: str
    say: str
    rule: str = ""
    waved: bool = False


def latest(told: Told) -> Decision | None:
    """Return the newest verdict over an accepted submission of a record."""
    for event in told.events:
        if event.decision in told.decisions and event.kind != "refused":
            return told.decisions[event.decision]
    return None


def verdicts(decision: Decision, waved: Collection[str] = ()) -> Iterator[Verdict]:
    """Yield what the rules of a decision have found, the review first, then what was passed.

    `waved` names the reminders that somebody has waved aside.
    """
    for finding in sorted(decision.spoken, key=_weight):
        shown = _verdict(finding, decision.step.partition(".")[0])
        reminds = finding.rule_class == "soft" and finding.result == "true"
        yield replace(shown, rule=finding.rule, waved=finding.rule in waved) if reminds else shown
    rules = catalog().rules.get(decision.step)
    open_ = sum(one.rule_class == "hard" for one in decision.spoken)
    hard = len(rules.ruleset.hard) if rules else 0
    if hard > open_:
        passed = ngettext("%(num)s hard rule passed", "%(num)s hard rules passed", hard - open_)
        yield Verdict("green", "circle-check", passed, "")


def _weight(finding: Finding) -> tuple[bool, bool]:
    """Return what a finding is sorted by: the review first, then what fired."""
    return finding.rule_class != "review", finding.result == "unknown"


def _verdict(finding: Finding, form_id: str) -> Verdict:
    say = finding.say.in_(language())
    if finding.result == "unknown":
        say = unchecked(form_id, say)
    if finding.rule_class == "review":
        return Verdict("violet", "hand", _("Human review"), say)
    if finding.result == "unknown":
        colour = "violet" if finding.rule_class == "hard" else ""
        return Verdict(colour, "circle-alert", _("Not checked"), say)
    if finding.rule_class == "hard":
        return Verdict("red", "octagon-x", _("Stopped"), say)
    return Verdict("amber", "triangle-alert", _("Reminder"), say)


def counted(decision: Decision) -> str:
    """Return how many rules of each class stand on the step: `3·4·1`."""
    rules = catalog().rules.get(decision.step)
    if rules is None:
        return ""
    return f"{len(rules.ruleset.hard)}·{len(rules.ruleset.soft)}·1"


def due_badge(due: datetime) -> Markup:
    """Return how long a review may still wait, in the colour that fits."""
    minutes = int((due - clock.now()).total_seconds() // 60)
    if minutes < 0:
        return badge(_("overdue by %(span)s", span=_span(-minutes)), "red", "clock")
    colour = "red" if minutes < 60 else "amber"
    return badge(_("%(span)s left", span=_span(minutes)), colour, "clock")


def _span(minutes: int) -> str:
    if minutes < 60:
        return _("%(m)s min", m=minutes)
    if minutes < 48 * 60:
        return _("%(h)s h %(m)s min", h=minutes // 60, m=minutes % 60)
    return _("%(d)s days", d=minutes // 1440)


def review(record: Record) -> dict[str, Any] | None:
    """Return the review that holds a record, as its banner shows it."""
    if record.held != "pending":
        return None
    with desk().store.reading() as unit:
        held = [one for one in unit.reviews.of_record(record.id) if not one.verdict]
    for one in held:
        return {
            "id": one.id,
            "pool": pool_name(one.pool),
            "due": due_badge(one.due_at),
            "mine": one.pool in catalog().access.pools(actor()),
            "question": one.question,
        }
    return None
