"""Explaining a verdict: every rule that was looked at, what it saw, why it fired or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seamline.access import plain
from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.conditions.words import Vocabulary, in_words
from seamline.facts import Actor, Clause, Decision, Event, Finding, Record, RuleClass, Truth
from seamline.fields.fragments import text_of
from seamline.forms import FormModel, facts_from_json
from seamline.metadata import Field, Form
from seamline.rules import ReadyRule, RuleModel
from seamline.store.locked import LOCKED
from seamline.text import Text

from . import look
from .desk import Desk
from .review import DONE, REVIEWING

_TRUTH: Mapping[bool | None, Truth] = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule of a verdict: its sentence read aloud, what it found, and the clauses it saw.

    `on` is False for a rule that was switched off; `shadow` for one on trial.
    """

    rule: str
    rule_class: RuleClass
    title: Text
    reads: Text
    result: Truth
    say: Text
    clauses: tuple[Clause, ...]
    on: bool = True
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """One verdict explained; `same_rules` tells whether the rule set is still the one that judged.

    Where it is not, only the rules that spoke then are named: the others cannot be known.
    `overruled` is the reviewer's entry in the journal, if a person decided afterwards.
    """

    decision: Decision
    at: datetime
    actor: str
    rules: tuple[Explained, ...]
    same_rules: bool
    overruled: Event | None = None


def explain(desk: Desk, actor: Actor, form: str, word: str) -> tuple[Explanation, ...]:
    """Return every verdict on one record, newest first; raises Refused 403 or 404."""
    told = look.told(desk, actor, form, word, limit=500)
    catalog = desk.catalogs.current()
    judged = {event.decision: event for event in told.events if _judging(event)}
    reviewed = {event.decision: event for event in told.events if event.kind in _VERDICTS}
    explained = [
        _explained(catalog, told.record, decision, judged[decision.id], reviewed.get(decision.id))
        for decision in told.decisions.values()
        if decision.id in judged
    ]
    return tuple(sorted(explained, key=lambda one: one.at, reverse=True))


# What a reviewer says carries the decision that held the record, and is not of its making.
_VERDICTS = frozenset(DONE.values())


def _judging(event: Event) -> bool:
    return event.kind not in REVIEWING


def _explained(
    catalog: Catalog, record: Record, decision: Decision, event: Event, overruled: Event | None
) -> Explanation:
    model = catalog.rules.get(decision.step)
    same = model is not None and model.version == decision.ruleset_version
    rules: Iterable[Explained]
    if model is not None and same:
        rules = _all_rules(catalog, record, model, decision)
    else:
        rules = (_as_found(finding) for finding in decision.findings)
    return Explanation(decision, event.at, event.actor, tuple(rules), same, overruled)


def _all_rules(
    catalog: Catalog, record: Record, model: RuleModel, decision: Decision
) -> Iterator[Explained]:
    """Yield every rule of the set, those that stayed silent run again on the facts it saw.

    Of rules that look at what the reader does not see, only what they came to is told.
    """
    form = catalog.forms[record.form]
    yield from (_as_found(finding) for finding in decision.findings if not finding.rule)
    facts: Mapping[str, Any] = facts_from_json(form.scope, decision.facts, form.zone)
    vocabulary = vocabulary_of(form.form, {name: m.form for name, m in catalog.forms.items()})
    spoke = {finding.rule: finding for finding in decision.findings}
    for ready in model.rules:
        if not record.unseen.isdisjoint(plain(name) for name in ready.names):
            continue
        reads = read_aloud(ready, form, vocabulary)
        finding = spoke.get(ready.rule.id)
        if finding is not None:
            yield _as_found(finding, reads)
            continue
        trace: list[Clause] = []
        result = ready.check(facts, trace)
        yield Explained(
            rule=ready.rule.id,
            rule_class=ready.rule_class,
            title=ready.rule.title,
            reads=reads,
            result=_TRUTH[result],
            say=ready.rule.title,
            clauses=tuple(trace),
            # A rule that would have spoken and did not was switched off at that moment.
            on=result is False,
        )


def read_aloud(ready: ReadyRule, form: FormModel, vocabulary: Vocabulary) -> Text:
    """Return what a rule looks for as one sentence, without a full stop."""
    if ready.rule.when is None:
        return Text("只接收强控无法判断的记录", "only what a hard rule could not check")
    return in_words(parse(ready.rule.when, form.scope), vocabulary)


def _as_found(finding: Finding, reads: Text | None = None) -> Explained:
    return Explained(
        rule=finding.rule,
        rule_class=finding.rule_class,
        title=finding.title,
        reads=reads or finding.title,
        result=finding.result,
        say=finding.say,
        clauses=finding.trace,
        shadow=finding.shadow,
    )


def vocabulary_of(form: Form, forms: Mapping[str, Form]) -> Vocabulary:
    """Return how the facts of a form are called, those of its rows and references too."""
    labels: dict[str, Text] = dict(_SYSTEM)
    options: dict[str, Mapping[str, Text]] = {}
    for path, field in form.every_field():
        table, _, column = path.partition(".")
        _name(labels, options, f"{table}[].{column}" if column else table, field, forms)
    return Vocabulary(labels, options)


_SYSTEM: Mapping[str, Text] = {
    "_state": Text("状态", "state"),
    "_revision": Text("修订号", "revision"),
    "_code": Text("编号", "code"),
    "_tracking": Text("追踪码", "tracking code"),
    "_held": Text("审核状态", "review state"),
    "_created_by": Text("创建人", "author"),
    "_created_at": Text("创建时间", "time of creation"),
}


def _name(
    labels: dict[str, Text],
    options: dict[str, Mapping[str, Text]],
    name: str,
    field: Field,
    forms: Mapping[str, Form],
) -> None:
    labels[name] = field.label
    _options(options, name, field)
    target = forms.get(str(field.settings.get("to", ""))) if field.kind == "reference" else None
    if target is not None:
        labels[f"{name}.{LOCKED}"] = Text(f"{field.label.zh}的锁定", f"{field.label.en}: locked")
    for other in target.fields if target is not None else ():
        there = f"{name}.{other.id}"
        labels[there] = Text(
            f"{field.label.zh}的{other.label.zh}", f"{field.label.en}: {other.label.en}"
        )
        _options(options, there, other)


def _options(options: dict[str, Mapping[str, Text]], name: str, field: Field) -> None:
    listed = field.settings.get("options")
    if isinstance(listed, (list, tuple)):
        options[name] = {str(one["id"]): text_of(one["label"]) for one in listed}
