"""What a switch or an edit would have done to the decisions of the last days, from their facts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from seamline import clock
from seamline.access import EVERYTHING, SWITCH
from seamline.catalog import Catalog
from seamline.documents import read
from seamline.facts import Actor, Outcome
from seamline.package.building import ruleset as ruleset_of
from seamline.problems import Problems, Refused, did_you_mean, shorten
from seamline.rules import ORDER, WEIGHT, RuleModel, compile_ruleset, graver
from seamline.schema import check
from seamline.store import Unit
from seamline.text import Text

from . import scenarios
from .desk import Desk
from .previewing.comparing import Comparison, Side, Tally
from .submitting.admit import form_named

DAYS, MOST_DAYS = 30, 366
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Touched:
    """One decision that would have come out differently; `code` and `record` may be empty."""

    code: str
    id: str
    before: Outcome
    after: Outcome
    decision: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Prompts:
    """Reminders per day of all people together; divide by `persons` for one."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What would have changed among `total` decisions of one step.

    `changed` counts what would have been stopped, held or reminded instead of something milder,
    and what would have been released into something milder. `records` are the newest of them.
    `prompts` is None where no reminder changes. `missing` names facts that an edited rule looks
    at and that were not kept with the decisions. `seconds` is what the preview took.
    """

    step: str
    days: int
    total: int
    changed: Mapping[str, int]
    records: tuple[Touched, ...]
    persons: int
    prompts_per_day: Prompts | None
    missing: tuple[str, ...]
    seconds: float

    def counts(self) -> dict[str, object]:
        """Return the figures alone, as the journal keeps them with a flip."""
        counted: dict[str, object] = {"days": self.days, "total": self.total, **self.changed}
        if self.prompts_per_day is not None:
            prompts = self.prompts_per_day
            counted["prompts"] = [f"{prompts.before:.2f}", f"{prompts.after:.2f}"]
        return counted


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What a rule in shadow would have said, beside what happened instead.

    `would` counts (what happened, what would have) where they differ from silence; `returned` is
    how many of these records a reviewer has sent back all the same.
    """

    key: str
    since: datetime
    until: datetime
    running: bool
    total: int
    spoke: int
    would: Mapping[tuple[Outcome, Outcome], int]
    returned: int
    records: tuple[Touched, ...]


def of_flip(desk: Desk, actor: Actor, key: str, on: bool, days: int = DAYS) -> Preview:
    """Return what the last `days` days would have been like with one rule on or off.

    Both sides are judged by today's rules. Raises Refused: 403, 404 unknown rule, 422 days.
    """
    catalog = desk.catalogs.current()
    model = model_of(catalog, key)
    require_right(catalog, actor, model.step)
    with desk.store.reading() as unit:
        before = Side(model, _in_force(catalog))
        after = Side(model, {**before.switches, key: on})
        return _compare(unit, catalog, actor, model.step, before, after, _days(days))


def of_edit(desk: Desk, actor: Actor, text: str, days: int = DAYS) -> Preview:
    """Return what the last `days` days would have been like with another rule set document.

    Raises Refused with every problem of the document, 403 and 404 as `of_flip` does.
    """
    catalog = desk.catalogs.current()
    model = _read(catalog, text)
    require_right(catalog, actor, model.step)
    switches = _in_force(catalog)
    before = Side(catalog.rules.get(model.step), switches)
    with desk.store.reading() as unit:
        after = Side(model, switches)
        return _compare(unit, catalog, actor, model.step, before, after, _days(days))


def examples(desk: Desk, actor: Actor, key: str, on: bool) -> tuple[scenarios.Result, ...]:
    """Return the examples of the packages that would not hold any more with one rule on or off.

    That forbids nothing: an example in which a rule fires ends where somebody switches it off.
    Raises Refused 403 or 404.
    """
    catalog = desk.catalogs.current()
    require_right(catalog, actor, model_of(catalog, key).step)
    switches = {**_in_force(catalog), key: on}
    played = scenarios.run(catalog.packages, switches, catalog.shadows - {key})
    return tuple(result for result in played if not result.passed)


def of_shadow(desk: Desk, actor: Actor, key: str) -> TrialReport:
    """Return what the latest trial of a rule has shown so far; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    model = model_of(catalog, key)
    require_right(catalog, actor, model.step)
    with desk.store.reading() as unit:
        shadow = unit.switches.shadows().get(key)
        if shadow is None:
            raise Refused.one(
                "no_trial",
                Text("这条规则没有试运行过。", "This rule has never been on trial."),
                status=404,
            )
        would: Counter[tuple[Outcome, Outcome]] = Counter()
        found: list[tuple[str, Outcome, Outcome]] = []
        held: set[str] = set()
        for record, decision in unit.decisions.on_trial(model.step, shadow.since, shadow.until):
            for finding in decision.findings:
                if finding.shadow and f"{decision.ruleset}.{finding.rule}" == key:
                    result = True if finding.result == "true" else None
                    after = graver(decision.outcome, WEIGHT[finding.rule_class, result])
                    would[decision.outcome, after] += 1
                    found.append((decision.id, decision.outcome, after))
                    held.add(record)
        return TrialReport(
            key=key,
            since=shadow.since,
            until=shadow.until,
            running=key in catalog.shadows,
            total=unit.decisions.judged(model.step, shadow.since, shadow.until).count,
            spoke=len(found),
            would=dict(would),
            returned=len(unit.decisions.returned(held - {""})),
            records=_touched(unit, catalog, actor, model.step, found),
        )


def model_of(catalog: Catalog, key: str) -> RuleModel:
    """Return the rule set of a switch; raises Refused 404 with the nearest one there is."""
    models = {ready.key: model for model in catalog.rules.values() for ready in model.rules}
    model = models.get(key)
    if model is None:
        word = shorten(key)
        raise Refused.one(
            "unknown_rule",
            Text(f"没有规则“{word}”。", f"There is no rule '{word}'."),
            status=404,
            hint=did_you_mean(word, models),
        )
    return model


def is_on(catalog: Catalog, key: str) -> bool:
    """Return whether a rule is in force; raises Refused 404 where there is none."""
    ready = next(one for one in model_of(catalog, key).rules if one.key == key)
    return _in_force(catalog).get(key, ready.rule.enabled)


def require_right(catalog: Catalog, actor: Actor, step: str) -> None:
    """Let those pass who may switch the rules of a step, or may publish; raises Refused 403."""
    form, _, word = step.partition(".")
    if not catalog.access.may(actor, "publish", EVERYTHING):
        catalog.access.require(actor, SWITCH + word, form)


def _in_force(catalog: Catalog) -> dict[str, bool]:
    """Return where the switches stand; a rule on trial has no more effect than one that is off."""
    return {**catalog.switches, **dict.fromkeys(catalog.shadows, False)}


def _days(days: int) -> int:
    if 1 <= days <= MOST_DAYS:
        return days
    raise Refused.one(
        "days_out_of_range",
        Text(f"天数应为 1–{MOST_DAYS}，收到 {days}。", f"Days are 1 to {MOST_DAYS}, got {days}."),
    )


def _read(catalog: Catalog, text: str) -> RuleModel:
    """Return the rule set of a document as it would be judged by; raises Refused."""
    document = read(text, "ruleset.yaml", "yaml")
    problems = Problems()
    problems.extend(check(document))
    problems.raise_if_any()
    if "ruleset" not in document.data:
        raise Refused.one(
            "ruleset_expected", Text("这不是规则集文档。", "This document is no rule set.")
        )
    ruleset = ruleset_of(document.data)
    form, _, step = ruleset.step.partition(".")
    model = form_named(catalog, form)
    if step not in model.steps:
        raise Refused.one(
            "unknown_step",
            Text("表单没有步骤“{step}”。", "The form has no step '{step}'.").fill(step=step),
            status=404,
            hint=did_you_mean(step, model.steps),
        )
    return compile_ruleset(ruleset, model.scope, zone=catalog.zone, locate=document.place)


def _compare(
    unit: Unit, catalog: Catalog, actor: Actor, step: str, before: Side, after: Side, days: int
) -> Preview:
    began = time.perf_counter()
    since = clock.now() - timedelta(days=days)
    scope = catalog.forms[step.partition(".")[0]].scope
    comparison = Comparison(scope, before, after, catalog.zone)
    judged = unit.decisions.judged(step, since)
    rows = () if comparison.same else unit.decisions.facts_of(step, since)
    tally = comparison.run(rows)
    return Preview(
        step=step,
        days=days,
        total=judged.count,
        changed=_counts(tally),
        records=_touched(unit, catalog, actor, step, tally.changed),
        persons=judged.people,
        prompts_per_day=_prompts(tally, judged.since) if comparison.counts_prompts else None,
        missing=_missing(tally.newest, before, after),
        seconds=time.perf_counter() - began,
    )


def _counts(tally: Tally) -> dict[str, int]:
    """Return what would have been stopped, held, reminded, released."""
    counts = {"stopped": 0, "held": 0, "reminded": 0, "released": 0}
    words = {"refused": "stopped", "held": "held", "reminded": "reminded"}
    for (before, after), count in tally.moves.items():
        graver_now = ORDER[after] > ORDER[before]
        counts[words[after] if graver_now else "released"] += count
    return counts


def _prompts(tally: Tally, first: datetime | None) -> Prompts:
    """Spread the reminders over the days there were, from the first decision on."""
    now = clock.now()
    days = max(1.0, (now - (first or now)) / timedelta(days=1))
    return Prompts(tally.prompts_before / days, tally.prompts_after / days)


def _missing(newest: frozenset[str] | None, before: Side, after: Side) -> tuple[str, ...]:
    """Return the facts that only the new rules name and that the newest decision did not keep."""
    if newest is None:
        return ()
    known = {name for ready in before.rules().values() for name in ready.names}
    wanted = {name for ready in after.rules().values() for name in ready.names} - known
    tables = {name.partition("[]")[0] for name in newest if "[]" in name}
    return tuple(
        sorted(
            name
            for name in wanted - newest
            if "[]" not in name or name.partition("[]")[0] in tables
        )
    )


def _touched(
    unit: Unit,
    catalog: Catalog,
    actor: Actor,
    step: str,
    changed: list[tuple[str, Outcome, Outcome]],
) -> tuple[Touched, ...]:
    """Return the newest changed decisions with their records, to those who may read them."""
    if not catalog.access.whole(actor, step.partition(".")[0]):
        return ()
    newest = sorted(changed, reverse=True)[:SHOWN]  # ids of decisions sort by time
    stored = unit.decisions.stored([id_ for id_, _, _ in newest])
    return tuple(
        Touched(stored[id_].code, stored[id_].record, before, after, id_, stored[id_].at)
        for id_, before, after in newest
    )
