"""Looks for a case in which a rule fires and one in which it does not, by asking the door."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.parse import names, parse
from seamline.facts import Origin, RuleClass
from seamline.metadata import ReviewNode, Rule
from seamline.store import Store, Unit
from seamline.testing.comparing import Came
from seamline.testing.stage import Door

from .examples import examples, played
from .inputs import Input, Inputs, Path, constants, words
from .staging import NOBODY, NotStaged, Played, Staging, Submitting, Wanted

PAIRS = 400
RANDOM = 500
SILENT = 100  # tries to keep one rule silent
LONGER = 25  # tries more for a case in which no other rule speaks


@dataclass(frozen=True, slots=True)
class Bound:
    """One rule as it is bound to a step."""

    key: str
    form: str
    step: str
    rule: Rule | ReviewNode
    rule_class: RuleClass


@dataclass(frozen=True, slots=True)
class Case:
    """What to submit so that a rule fires, or does not: values, or the act of a scenario."""

    bound: Bound
    fires: bool
    wanted: Wanted | Played

    def stage(self, unit: Unit, catalog: Catalog, door: Door) -> Submitting:
        """Make what the case needs and return what to submit; raises NotStaged."""
        return staged(unit, catalog, door, self.bound, self.wanted)


def staged(
    unit: Unit, catalog: Catalog, door: Door, bound: Bound, wanted: Wanted | Played
) -> Submitting:
    """Make what is wanted around the step of a rule; raises NotStaged."""
    if isinstance(wanted, Played):
        return wanted.stage(unit, catalog, door)
    return Staging(unit, catalog, door).stage(bound.form, bound.step, wanted)


def rules_of(catalog: Catalog) -> Iterator[Bound]:
    """Yield every rule of every rule set that has a condition, in their order."""
    for model in catalog.rules.values():
        form, _, step = model.step.partition(".")
        for ready in model.rules:
            yield Bound(ready.key, form, step, ready.rule, ready.rule_class)


def everything_on(catalog: Catalog) -> Catalog:
    """Return the catalog with every rule switched on and none on trial."""
    switches = {bound.key: True for bound in rules_of(catalog)}
    return replace(catalog, switches=switches, shadows=frozenset())


def merged(calm: Wanted, tried: Wanted) -> Wanted:
    """Return what is tried, and of what keeps other rules silent all that does not contradict."""
    apart = {
        path: word
        for path, word in calm.items()
        if not any(path[: len(one)] == one or one[: len(path)] == path for one in tried)
    }
    return {**apart, **tried}


class _Undone(Exception):  # noqa: N818  # no error: it rolls a try back
    pass


@dataclass(slots=True)
class Search:
    """Looks for the cases of rules on a workspace; whatever it tries is rolled back."""

    store: Store
    catalog: Catalog
    door: Door
    seed: int = 1
    _quiet: dict[str, Wanted] = field(default_factory=dict)

    def _calm(self, bound: Bound) -> Wanted:
        """Return what keeps the rules of a step silent, as far as each can be on its own."""
        step = f"{bound.form}.{bound.step}"
        if step not in self._quiet:
            calm: dict[Path, Any] = {}
            for other in rules_of(self.catalog):
                if (other.form, other.step) == (bound.form, bound.step):
                    calm |= self._silent(other, calm)
            self._quiet[step] = calm
        return self._quiet[step]

    def _silent(self, bound: Bound, calm: Wanted) -> Wanted:
        made_up = itertools.islice(self._made_up(bound), SILENT)
        for wanted in made_up:
            came = self._try(bound, {**calm, **wanted})
            if came is not None and came.judged and self._result(bound, came) == "false":
                return wanted
        return {}

    def cases(self, bound: Bound) -> list[Case]:
        """Return the case in which the rule fires and the one in which it does not, if found."""
        best: dict[bool, tuple[int, Wanted | Played]] = {}
        left = LONGER
        for wanted in self._tries(bound):
            if isinstance(wanted, Played) and len(best) == 2:
                break
            came = self._try(bound, wanted)
            if came is None or not came.judged or self._result(bound, came) == "unknown":
                continue
            fires = self._result(bound, came) == "true"
            others = sum(1 for one in came.findings if one.rule != bound.rule.id)
            if fires not in best or others < best[fires][0]:
                best[fires] = (others, wanted)
            if len(best) == 2:
                left -= 1
                if left <= 0 or all(others == 0 for others, _ in best.values()):
                    break
        return [Case(bound, fires, best[fires][1]) for fires in (True, False) if fires in best]

    def _result(self, bound: Bound, came: Came) -> str:
        found = (one.result for one in came.findings if one.rule == bound.rule.id)
        return next(found, "false")

    def _try(self, bound: Bound, wanted: Wanted | Played) -> Came | None:
        came = None
        try:
            with self.store.unit() as unit:
                asked = staged(unit, self.catalog, self.door, bound, wanted)
                came = self.door(unit, self.catalog, NOBODY, Origin("api"), asked.as_act())
                raise _Undone
        except (_Undone, NotStaged):
            return came

    def _tries(self, bound: Bound) -> Iterator[Wanted | Played]:
        """Yield what to try: the package's examples, nothing special, one value, two values, then
        any mixture; at last its scenarios, for what only records that belong together show."""
        calm = self._calm(bound)
        for tried in examples(self.catalog, bound.form, bound.step):
            yield merged(calm, tried)
        for tried in self._made_up(bound):
            yield merged(calm, tried)
        yield from played(self.catalog, bound.form, bound.step)

    def _made_up(self, bound: Bound) -> Iterator[Wanted]:
        yield {}
        dice = random.Random(f"{self.seed} {bound.key}")
        choices = self._choices(bound, clock.today(self.catalog.zone))
        singles = [{path: word} for path, found in choices.items() for word in found]
        yield from singles
        pairs = [
            {**one, **other}
            for one, other in itertools.combinations(singles, 2)
            if one.keys() != other.keys()
        ]
        yield from dice.sample(pairs, min(PAIRS, len(pairs)))
        for _ in range(RANDOM if len(choices) > 2 else 0):
            yield {path: dice.choice(found) for path, found in choices.items()}

    def _choices(self, bound: Bound, today: date) -> dict[Path, list[Any]]:
        model = self.catalog.forms[bound.form]
        assert bound.rule.when is not None
        node = parse(bound.rule.when, model.scope)
        told = list(constants(node))
        found = Inputs(self.catalog).of(bound.form, names(node))
        step = model.steps[bound.step]
        return {
            one.path: words(one, told, today)
            for one in found
            if self._may(one, bound.step == "create", step.fields)
        }

    def _may(self, one: Input, creates: bool, fields: tuple[str, ...] | None) -> bool:
        return not creates or fields is None or one.path[0] in fields
