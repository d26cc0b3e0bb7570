"""Waving a soft reminder aside: one tap of who reads the record, kept in the journal."""

from __future__ import annotations

from collections.abc import Iterable

from seamline import clock
from seamline.facts import Actor, Decision, Event, Origin, Record
from seamline.problems import Refused, shorten
from seamline.store.hits import DISMISSED
from seamline.text import Text

from . import look
from .desk import Desk
from .submitting.admit import stored


def dismiss(
    desk: Desk, actor: Actor, origin: Origin, form: str, word: str, decision: str, rule: str
) -> Event:
    """Wave aside what a soft rule said in one decision over a record; the second time is a no-op.

    `rule` is its id within the rule set. Raises Refused: 403 without the right to read the record,
    404 unknown record, decision or reminder.
    """
    told = look.told(desk, actor, form, word, limit=500)
    judged = told.decisions.get(decision)
    if judged is None or not _reminds(judged, rule):
        raise Refused.one(
            "no_such_reminder",
            Text(
                f"这条记录上没有提醒“{shorten(rule)}”。",
                f"There is no reminder '{shorten(rule)}' on this record.",
            ),
            status=404,
        )
    known = next((one for one in _of(told.events) if _place(one) == (decision, rule)), None)
    if known is not None:
        return known
    with desk.store.unit() as unit:
        whole = stored(unit, desk.catalogs.current(), told.record)
        return unit.journal.append(_event(whole, judged, rule, actor, origin))


def dismissed(events: Iterable[Event]) -> dict[tuple[str, str], Event]:
    """Return the entries that wave a reminder aside, by decision and rule."""
    return {_place(event): event for event in _of(events)}


def _reminds(decision: Decision, rule: str) -> bool:
    return any(
        finding.rule == rule and finding.rule_class == "soft" and finding.result == "true"
        for finding in decision.spoken
    )


def _of(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.kind == DISMISSED]


def _place(event: Event) -> tuple[str, str]:
    return str(event.body.get("of", "")), str(event.body.get("rule", "")).rpartition(".")[2]


def _event(record: Record, decision: Decision, rule: str, actor: Actor, origin: Origin) -> Event:
    # The decision stands in the body: the entry is not of its making, and does not seal it.
    return Event.on(
        record,
        DISMISSED,
        clock.now(),
        actor.id,
        origin,
        step=decision.step,
        body={"rule": f"{decision.ruleset}.{rule}", "of": decision.id},
    )
