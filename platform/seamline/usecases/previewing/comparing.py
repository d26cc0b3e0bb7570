"""Judges stored facts twice, by the rules as they stand and as they would stand, in one pass."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, TypeAlias

from seamline.conditions.evaluate import Fast
from seamline.facts import Outcome
from seamline.forms import Recall
from seamline.rules import ORDER, WEIGHT, ReadyRule, RuleModel
from seamline.scope import MOMENT, Scope
from seamline.store.ulid import moment_of

OUTCOMES: tuple[Outcome, ...] = tuple(sorted(ORDER, key=ORDER.__getitem__))
# What a rule weighs on the one side: outcome when true, when unknown, prompts when true.
Weight: TypeAlias = tuple[int, int, int]
NONE: Weight = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Side:
    """The rules of a step and where their switches stand; no model where the step has none."""

    model: RuleModel | None
    switches: Mapping[str, bool]

    def rules(self) -> dict[str, ReadyRule]:
        """Return the rules that are on, by their switch."""
        if self.model is None:
            return {}
        return {
            ready.key: ready
            for ready in self.model.rules
            if self.switches.get(ready.key, ready.rule.enabled)
        }


@dataclass(slots=True)
class Tally:
    """What came of one pass: how often each outcome became which, and where.

    `newest` names the facts that the last decision read had kept (`lines[].qty` within rows).
    """

    total: int = 0
    moves: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    changed: list[tuple[str, Outcome, Outcome]] = field(default_factory=list)
    prompts_before: int = 0
    prompts_after: int = 0
    newest: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """One condition with its weight on both sides."""

    ready: ReadyRule
    before: Weight
    after: Weight

    @property
    def changes(self) -> bool:
        return self.before != self.after


class Comparison:
    """Two sides over the facts of one form, made ready to run over any number of decisions.

    Only the rules that differ are looked at first, and the reminders where one of them differs;
    the others only where one of those that differ speaks, since nowhere else can anything change.
    """

    def __init__(self, scope: Scope, before: Side, after: Side, zone: tzinfo = UTC) -> None:
        lines = _lines(before.rules(), after.rules())
        soft = any(line.changes and line.ready.rule_class == "soft" for line in lines)
        first = [
            line for line in lines if line.changes or (soft and line.ready.rule_class == "soft")
        ]
        rest = [line for line in lines if line not in first]
        self.counts_prompts = soft
        self._first, self._rest = _ready(first), _ready(rest)
        moving = any(line.ready.moves for line in lines)
        self._zone = zone if moving else None
        self._recall = Recall(scope, _names(first), self._zone)
        self._recall_rest = Recall(scope, _names(rest), self._zone)

    @property
    def same(self) -> bool:
        """Whether both sides judge alike whatever the facts."""
        return not any(changes for *_, changes in self._first)

    def run(self, rows: Iterable[tuple[str, bytes | str]]) -> Tally:
        """Judge every stored decision by both sides."""
        tally = Tally()
        first, recall, total = self._first, self._recall, 0
        stored: bytes | str = b""
        prompts_before = prompts_after = 0
        for id_, stored in rows:
            total += 1
            facts, here, there, touched = recall(stored), 0, 0, False
            self._dated(id_, facts)
            for check, before, after, changes in first:
                result = check(facts)
                if result is False:
                    continue
                at = 0 if result else 1
                here, there = max(here, before[at]), max(there, after[at])
                touched = touched or changes
                if result:
                    prompts_before += before[2]
                    prompts_after += after[2]
            if touched and here != there:
                self._settle(tally, id_, stored, here, there)
        tally.total = total
        tally.newest = _kept(stored) if stored else None
        tally.prompts_before, tally.prompts_after = prompts_before, prompts_after
        return tally

    def _settle(self, tally: Tally, id_: str, stored: bytes | str, here: int, there: int) -> None:
        """Let the other rules have their say, and note what is left of the difference."""
        if self._rest:
            facts = self._recall_rest(stored)
            self._dated(id_, facts)
            for check, weight, _, _ in self._rest:
                result = check(facts)
                if result is not False:
                    least = weight[0 if result else 1]
                    here, there = max(here, least), max(there, least)
        if here != there:
            move = OUTCOMES[here], OUTCOMES[there]
            tally.moves[move] += 1
            tally.changed.append((id_, *move))

    def _dated(self, id_: str, facts: dict[str, Any]) -> None:
        """Say when a decision was made that has not kept the moment: its id tells."""
        if self._zone is not None and facts.get(MOMENT) is None:
            facts[MOMENT] = moment_of(id_).astimezone(self._zone)


def _kept(stored: bytes | str) -> frozenset[str]:
    facts = json.loads(stored)
    names = set(facts)
    for name, value in facts.items():
        if isinstance(value, list):
            names.update(
                f"{name}[].{column}" for row in value if isinstance(row, dict) for column in row
            )
    return frozenset(names)


def _lines(before: Mapping[str, ReadyRule], after: Mapping[str, ReadyRule]) -> list[_Line]:
    lines = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old and new and old.rule.when == new.rule.when:
            lines.append(_Line(new, _weight(old), _weight(new)))
            continue
        if old:
            lines.append(_Line(old, _weight(old), NONE))
        if new:
            lines.append(_Line(new, NONE, _weight(new)))
    return lines


def _weight(ready: ReadyRule) -> Weight:
    true, unknown = (ORDER[WEIGHT[ready.rule_class, result]] for result in (True, None))
    return true, unknown, int(ready.rule_class == "soft")


def _ready(lines: Iterable[_Line]) -> list[tuple[Fast, Weight, Weight, bool]]:
    return [(line.ready.check.fast, line.before, line.after, line.changes) for line in lines]


def _names(lines: Iterable[_Line]) -> set[str]:
    return {name for line in lines for name in line.ready.names}
