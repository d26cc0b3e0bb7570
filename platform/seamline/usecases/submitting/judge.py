"""The third station: the rules of the step look at the facts."""

from __future__ import annotations

import re

from seamline.facts import Decision, Event, Finding, Value
from seamline.problems import Place, Problem
from seamline.rules import decide
from seamline.scope import MOMENT
from seamline.store.locked import LOCKED
from seamline.store.ulid import ulid

from ..hiding import masked_findings, says_of
from .case import Case, RefusedByRules
from .late import doubted


def judge(case: Case) -> Decision | None:
    """Return the decision of the step's rules, None where the step has no rule set.

    Raises RefusedByRules when a hard rule fires, with every reason at once; what has happened
    already is held for review instead.
    """
    rules = case.catalog.rules.get(case.business_step)
    if rules is None:
        return None
    at = case.model.moment(case.at)
    facts = case.model.facts(case.values, case.looked_up, {**_system(case), MOMENT: at})
    if LOCKED in rules.needs:  # another question to the database: asked where a rule asks
        facts[LOCKED] = case.before is not None and _is_locked(case, case.before.id)
    outcome, findings = decide(rules, facts, case.catalog.switches, case.catalog.shadows)
    if case.asked.late and outcome == "refused":
        outcome = "held"
    if case.doubts:
        outcome = "refused" if outcome == "refused" else "held"
        findings = (*findings, *doubted(case))
    decision = Decision(
        id=ulid(case.at),
        step=case.business_step,
        ruleset=rules.ruleset.id,
        ruleset_version=rules.version,
        outcome=outcome,
        findings=findings,
        facts=case.model.facts_json(facts),
    )
    if outcome == "refused":
        told = masked_findings(findings, says_of(case.catalog, case.business_step), case.unseen)
        raise RefusedByRules(tuple(_problems(told)), decision, _refusal(case, decision), case)
    return decision


def _system(case: Case) -> dict[str, Value]:
    before = case.before
    if before is None:
        return {"_state": "", "_revision": 0, "_created_by": case.actor.id, "_created_at": case.at}
    return {
        "_state": before.state,
        "_revision": before.revision,
        "_code": before.code,
        "_tracking": before.tracking,
        "_held": before.held,
        "_created_by": before.created_by,
        "_created_at": before.created_at,
    }


def _is_locked(case: Case, record: str) -> bool:
    return bool(case.unit.locks.of_records((record,)))


def _problems(findings: tuple[Finding, ...]) -> list[Problem]:
    return [
        Problem(
            "hard_rule",
            finding.say,
            Place(_field(finding.fields)),
            got=finding.rule,
        )
        for finding in findings
        if finding.rule_class == "hard" and finding.result == "true" and not finding.shadow
    ]


def _field(names: tuple[str, ...]) -> str:
    """Return the form's own field that a rule looked at first: `customer` of `customer.group`."""
    return re.split(r"[.\[]", names[0], maxsplit=1)[0] if names else ""


def _refusal(case: Case, decision: Decision) -> Event:
    before = case.before
    return Event(
        kind="refused",
        at=case.at,
        actor=case.actor.id,
        via=case.origin.via,
        form=case.model.form.id,
        record=before.id if before else "",
        code=before.code if before else "",
        tracking=before.tracking if before else "",
        step=case.business_step,
        seen=case.origin.seen,
        reported=case.origin.reported,
        reason=case.asked.reason,
        decision=decision.id,
        body={"rules": [problem.got for problem in _problems(decision.spoken)]},
    )
