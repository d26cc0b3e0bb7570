"""Correlations by durable_rules: proposes matches as records change; the rows decide on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seamline.store import Unit
from seamline.store.joins import Group, Touching

from .compiling import CorrelationModel, FactModel
from .encoding import TRUE, TYPE, EngineRule, Ids, Unfit, Words, engine_rule, whole, within
from .matches import key_of
from .sql import Sql, spots
from .supervise import EngineHealth, EngineLost, Supervisor

PATTERNS_TOGETHER = 48  # of one rule set of the engine; beyond that it errs, then it hangs
AT_ONCE = 300  # facts in one request: an answer comes in time, and a pipe holds it

Spot = tuple[str, str]  # correlation and alias


@dataclass(frozen=True, slots=True)
class _Known:
    """A fact that the engine holds: where it belongs, its member key, what it stands on."""

    spot: Spot
    key: str
    fact: Mapping[str, Any]
    touched: frozenset[str]


class Proposals:
    """What the engine holds, kept in step with the rows, and the matches it proposes.

    Facts that fulfil their own condition are read from the tables; the engine only joins them.
    `None` from `of` means: ask SQL. Used by one thread.
    """

    def __init__(
        self, models: Iterable[CorrelationModel], sql: Sql, supervisor: Supervisor
    ) -> None:
        self._sql = sql
        self._supervisor = supervisor
        self._models: dict[str, CorrelationModel] = {}
        self._rules: dict[str, EngineRule] = {}
        self._unfit: set[str] = set()
        types = 1
        for model in models:
            try:
                rule = engine_rule(model, types)
            except Unfit:
                self._unfit.add(model.id)
                continue
            types += len(rule.order)
            self._models[model.id], self._rules[model.id] = model, rule
        self._sets = dict(_sets(self._rules.values()))
        self._set_of = {rule: name for name, rules in self._sets.items() for rule in rules}
        self._forget()

    def _forget(self) -> None:
        self._ids = Ids()
        self._words = Words()
        self._facts: dict[str, _Known] = {}
        self._by_member: dict[tuple[Spot, str], str] = {}
        self._by_record: dict[str, set[str]] = {}

    def joins(self, model: CorrelationModel) -> bool:
        """Say whether the engine is trusted with a correlation."""
        return model.id in self._rules and model.id not in self._unfit

    @property
    def pid(self) -> int:
        """The id of the engine's process, 0 where none runs."""
        return self._supervisor.pid

    def __len__(self) -> int:
        return len(self._facts)

    def health(self) -> EngineHealth:
        """Return how the engine is."""
        return self._supervisor.health()

    def beat(self) -> None:
        """Look whether the engine still answers; it is ended and noted as lost where not."""
        if self._supervisor.running:
            try:
                self._supervisor.beat()
            except EngineLost:
                self._forget()

    def close(self) -> None:
        """End the engine's process."""
        self._supervisor.stop()
        self._forget()

    def of(self, unit: Unit, form: str, record: str) -> dict[str, set[str]] | None:
        """Return the matches proposed because of one changed record, by correlation.

        None where the engine does not run or was lost meanwhile: then SQL has to look.
        """
        try:
            if not self._supervisor.running and not self._start(unit):
                return None
            return self._change(unit, form, record)
        except EngineLost:
            self._forget()
            return None

    def _start(self, unit: Unit) -> bool:
        """Start the engine and give it every fact of the tables; raises EngineLost."""
        if not self._rules or not self._supervisor.may_start():
            return False
        self._forget()
        self._supervisor.start()
        self._supervisor.ask({"define": self._sets})
        operations: list[list[Any]] = []
        for model in list(self._models.values()):
            for fact in model.facts:
                if not self.joins(model):
                    break
                for group in self._groups(unit, model, fact, ()):
                    self._take(model, group, operations)
                    if len(operations) >= AT_ONCE:
                        self._do(operations)
                        operations = []
        # What these propose stands already, or belongs to a change that is still to be told.
        self._do(operations)
        return True

    def _change(self, unit: Unit, form: str, record: str) -> dict[str, set[str]]:
        """Put the facts that stand on a record anew; return what fired."""
        operations: list[list[Any]] = []
        for name in sorted(self._by_record.get(record, ())):
            self._drop(name, operations)
        for model in self._models.values():
            asked = tuple(spots(model, form, record))
            for fact in model.facts:
                own = tuple(touching for touching in asked if touching.alias == fact.alias)
                if own and self.joins(model):
                    for group in self._groups(unit, model, fact, own):
                        self._take(model, group, operations)
        return self._do(operations)

    def _groups(
        self, unit: Unit, model: CorrelationModel, fact: FactModel, own: Sequence[Touching]
    ) -> Iterator[Group]:
        """Yield the facts of one alias with the values that the engine compares.

        Comparisons within the fact are made here, those with moments only when rows decide.
        """
        start = f"{fact.alias}."
        tokens = self._rules[model.id].patterns[fact.alias].tokens
        names = tuple(name.removeprefix(start) for name in tokens)
        side = replace(self._sql.side(fact), names=names)
        joins = [join for join in model.joins if within(join) == fact.alias]
        yield from unit.matches.groups([side], joins, {}, touching=own)

    def _take(self, model: CorrelationModel, group: Group, operations: list[list[Any]]) -> None:
        """Have a fact asserted; one without a value that is compared can be part of no match."""
        (member,) = group.members
        spot = (model.id, member.alias)
        known = self._by_member.get((spot, member.key))
        if known is not None:
            self._drop(known, operations)
        pattern = self._rules[model.id].patterns[member.alias]
        fact: dict[str, Any] = {TYPE: pattern.type, TRUE: 0}
        for name, token in pattern.tokens.items():
            value = group.values[name]
            if value is None:
                return
            try:
                fact[token] = whole(value, self._words)
            except Unfit:
                self._unfit.add(model.id)
                return
        name = fact["id"] = self._ids.new()
        self._facts[name] = _Known(spot, member.key, fact, group.touched)
        self._by_member[spot, member.key] = name
        for record in group.touched:
            self._by_record.setdefault(record, set()).add(name)
        operations.append(["+", self._set_of[model.id], fact])

    def _drop(self, name: str, operations: list[list[Any]]) -> None:
        known = self._facts.pop(name)
        del self._by_member[known.spot, known.key]
        for record in known.touched:
            names = self._by_record[record]
            names.discard(name)
            if not names:
                del self._by_record[record]
        self._ids.free(name)
        operations.append(["-", self._set_of[known.spot[0]], dict(known.fact)])

    def _do(self, operations: list[list[Any]]) -> dict[str, set[str]]:
        """Have the engine do it, a part at a time; return the keys of the matches that fired."""
        proposed: dict[str, set[str]] = {}
        for start in range(0, len(operations), AT_ONCE):
            answer = self._supervisor.ask({"do": operations[start : start + AT_ONCE]})
            for rule, names in answer["fired"]:
                key = self._key(rule, names)
                if key:
                    proposed.setdefault(rule, set()).add(key)
        return proposed

    def _key(self, rule: str, names: Sequence[str]) -> str:
        """Return the key of a match, empty where one of its facts has gone again meanwhile."""
        found = [self._facts[name] for name in names if name in self._facts]
        if len(found) < len(names):
            return ""
        members = {known.spot[1]: known.key for known in found}
        return key_of(rule, (members[fact.alias] for fact in self._models[rule].facts))


def _sets(rules: Iterable[EngineRule]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the engine's rule sets, none with more patterns than it bears."""
    number, held = 0, 0
    bodies: dict[str, Any] = {}
    for rule in rules:
        if held + len(rule.order) > PATTERNS_TOGETHER:
            yield f"s{number}", bodies
            number, held, bodies = number + 1, 0, {}
        bodies[rule.name] = rule.body
        held += len(rule.order)
    if bodies:
        yield f"s{number}", bodies
