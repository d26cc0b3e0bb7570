"""Prompts: soft reminders put before a person, within what one person is asked to read a day."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.facts import Decision, Finding, Value
from seamline.rules import RuleModel
from seamline.store.prompts import Prompted

from .submitting.case import Case

# Ways in on which somebody reads the answer; files and pipelines have no reader at that moment.
WITH_A_READER = frozenset({"form", "api", "pda", "mcp", "cli"})


def heeded(case: Case) -> frozenset[str]:
    """Return the soft rules (`ruleset.rule`) that fired at the record's last submission and would
    not fire now: what their reminder asked for has been done.

    To be called before the new submission is kept.
    """
    if case.before is None or case.step.id in ("archive", "restore"):
        return frozenset()
    if case.model.form.id not in case.catalog.judged:
        return frozenset()  # there is nothing to heed
    decided = case.unit.prompts.newest_decision(case.before.id)
    decision = case.unit.decisions.speaking(decided) if decided else None
    reminders = {one.rule for one in reminders_of(decision)}
    model = case.catalog.rules.get(decision.step) if decision is not None else None
    if not reminders or model is None:
        return frozenset()
    return frozenset(_silent(case, model, reminders))


def prompt(
    case: Case, decision: Decision | None, followed: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """Return the reminders to put before the person now, and count them and what was `followed`.

    To be called after the journal's entry was appended: whoever holds the journal counts alone,
    so that two submissions of one person at one moment cannot both take the last prompt.
    """
    reminders = reminders_of(decision) if case.origin.via in WITH_A_READER else ()
    if not reminders and not followed:
        return ()
    day = case.at.astimezone(case.catalog.zone).date().isoformat()
    prompts = case.unit.prompts
    room = 0
    if reminders:
        room = max(0, case.catalog.prompts_per_day - prompts.shown(day, case.actor.id))
    shown = reminders[:room]
    ruleset = decision.ruleset if decision is not None else ""
    keys = [f"{ruleset}.{one.rule}" for one in shown]
    prompts.count(
        day,
        case.actor.id,
        [
            Prompted(key, int(key in keys), int(key in followed))
            for key in dict.fromkeys([*keys, *followed])
        ],
    )
    return shown


def reminders_of(decision: Decision | None) -> tuple[Finding, ...]:
    """Return the soft rules of a decision that fired; those on trial are shown to nobody."""
    if decision is None:
        return ()
    return tuple(
        one for one in decision.spoken if one.rule_class == "soft" and one.result == "true"
    )


def _silent(case: Case, model: RuleModel, reminders: set[str]) -> list[str]:
    found: Mapping[str, Mapping[str, Mapping[str, Value]]] = {
        path: {word: one.values for word, one in words.items()}
        for path, words in case.found.items()
    }
    facts = case.model.facts(case.values, found)
    return [
        ready.key
        for ready in model.rules
        if ready.rule.id in reminders and ready.check.fast(facts) is False
    ]
