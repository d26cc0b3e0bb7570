"""Locks that follow from a verdict: put while their rule is true, ended when it is judged false."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event, Finding, Origin, Record, Value
from seamline.metadata import Rule
from seamline.metadata.ruleset import SELF
from seamline.store import Lock, Unit
from seamline.text import Text

from .case import Case
from .values import refs_at

# A record that a lock is about: its form and its id.
Target = tuple[str, str]


def settle(case: Case, decision: Decision | None, record: Record | None) -> list[Event]:
    """Put and end the locks of the step's rules; return the events that tell of it.

    `record` is the stored record, None where a hard rule refused to make one. The caller appends
    the events after its own. A rule that could not be checked changes no lock. One that is off or
    on trial ends its locks like one that is false. Archiving a record ends every lock it caused.
    """
    if case.step.id == "archive":
        rules = [rule for _, rule in locking_rules(case.catalog, case.model.form.id)]
        findings: Mapping[str, Finding] = {}
    elif decision is not None:
        ruleset = case.catalog.rules[case.business_step].ruleset
        rules = [rule for rule in (*ruleset.hard, *ruleset.soft) if rule.lock is not None]
        findings = {one.rule: one for one in decision.spoken if not one.shadow}
    else:
        return []
    told: list[Event] = []
    for rule in rules:
        finding = findings.get(rule.id)
        if finding is None or finding.result != "unknown":
            told += _Settling(case, rule, record, decision).settled(finding)
    return told


def locking_rules(catalog: Catalog, form: str) -> Iterator[tuple[str, Rule]]:
    """Yield the rules of a form that lock, each with its business step."""
    for step, model in catalog.rules.items():
        if step.partition(".")[0] == form:
            for rule in (*model.ruleset.hard, *model.ruleset.soft):
                if rule.lock is not None:
                    yield step, rule


class _Settling:
    """One rule that locks, judged on one record."""

    def __init__(
        self, case: Case, rule: Rule, record: Record | None, decision: Decision | None
    ) -> None:
        assert rule.lock is not None
        self.case, self.rule, self.lock, self.decision = case, rule, rule.lock, decision
        stored = record or case.before
        self.cause = stored.id if stored is not None else ""
        before = case.before.values if case.before is not None else {}
        self.now = set(self._targets(case.values))
        self.earlier = set(self._targets(before)) - self.now

    def settled(self, finding: Finding | None) -> Iterator[Event]:
        """Put the lock where the rule is true, end it where it is not or no longer leads."""
        wanted = self.now if finding is not None else set()
        for form, record in sorted(self.now | self.earlier):
            self.case.unit.locks.hold(record)
            standing = list(self._standing(record))
            if (form, record) not in wanted:
                for lock in standing:
                    yield from self._ended(lock)
            elif finding is not None and not standing and not self._lifted_meanwhile(record):
                yield self._put((form, record), finding.say)

    def _targets(self, values: Mapping[str, Value]) -> Iterator[Target]:
        """Yield the records that the rule locks."""
        if self.lock.record == SELF:
            if self.cause:
                yield self.case.model.form.id, self.cause
            return
        form = str(self.case.model.fields[self.lock.record].field.settings["to"])
        for _place, ref in refs_at(values, self.lock.record):
            if ref.id:
                yield form, ref.id

    def _standing(self, record: str) -> Iterator[Lock]:
        return self._ours(self.case.unit.locks.of_records((record,)))

    def _ours(self, locks: Iterable[Lock]) -> Iterator[Lock]:
        """Yield the locks of this rule, at whichever step it is bound under its id."""
        for lock in locks:
            near = lock.act == self.lock.act and lock.cause in (self.cause, "")
            if near and lock.rule in self._keys:
                yield lock

    @cached_property
    def _keys(self) -> frozenset[str]:
        rules = self.case.catalog.rules
        return frozenset(f"{rules[step].ruleset.id}.{self.rule.id}" for step in self._steps())

    def _steps(self) -> list[str]:
        """Return the business steps of the form to which the rule is bound."""
        bound = locking_rules(self.case.catalog, self.case.model.form.id)
        return [step for step, rule in bound if rule.id == self.rule.id]

    def _lifted_meanwhile(self, record: str) -> bool:
        """Return whether a person lifted the lock, and the rule has been true ever since."""
        ended = list(self._ours(self.case.unit.locks.of_records((record,), ended=True)))
        if not ended or not ended[-1].ended_by:
            return False
        but = self.decision.id if self.decision is not None else ""
        return self.case.unit.locks.was_true(self.cause, self._steps(), self.rule.id, but)

    def _put(self, target: Target, say: Text) -> Event:
        case, (form, record) = self.case, target
        rule = f"{case.catalog.rules[case.business_step].ruleset.id}.{self.rule.id}"
        lock = case.unit.locks.add(
            Lock("", form, record, self.lock.act, rule, self.cause, say, case.actor.id, case.at)
        )
        return self._told("locked", lock, {"say": {"zh": say.zh, "en": say.en}})

    def _ended(self, lock: Lock) -> Iterator[Event]:
        if self.case.unit.locks.end(lock.id, "", "", self.case.at):
            yield self._told("unlocked", lock, {"by_itself": True})

    def _told(self, kind: str, lock: Lock, more: Mapping[str, object]) -> Event:
        case = self.case
        decision = self.decision.id if self.decision is not None else ""
        return event(
            case.unit, case.catalog, case.actor, case.origin, kind, lock, case.at,
            step=case.business_step, decision=decision, more=more,
        )  # fmt: skip


def event(
    unit: Unit,
    catalog: Catalog,
    actor: Actor,
    origin: Origin,
    kind: str,
    lock: Lock,
    at: datetime,
    *,
    step: str = "",
    reason: str = "",
    decision: str = "",
    more: Mapping[str, object],
) -> Event:
    """Return the entry in the locked record's journal: `locked` or `unlocked`."""
    model = catalog.forms.get(lock.form)
    record = unit.records.get(model.tables, lock.record) if model is not None else None
    return Event(
        kind=kind,
        at=at,
        actor=actor.id,
        via=origin.via,
        form=lock.form,
        record=lock.record,
        code=record.code if record is not None else "",
        tracking=record.tracking if record is not None else "",
        step=step,
        seen=origin.seen,
        reported=origin.reported,
        reason=reason,
        decision=decision,
        body={"lock": lock.id, "act": lock.act, "rule": lock.rule, **more},
    )
