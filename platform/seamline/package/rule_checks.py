"""Rule sets against the form of their step: the step, the conditions, the sentences, the pool."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from seamline.metadata import Form, ReviewNode, Rule, RuleSet
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.metadata.ruleset import SELF
from seamline.problems import Refused
from seamline.rules import compile_ruleset
from seamline.text import Text

from .computing import scope_of
from .draft import Draft, Sheet, mentions

AnyRule = TypeVar("AnyRule", Rule, ReviewNode)


def check_rulesets(draft: Draft) -> None:
    """Check every rule set of the package."""
    bound = {
        ruleset.step: package.head.id for package in draft.others for ruleset in package.rulesets
    }
    for sheet in draft.of_kind("ruleset"):
        ruleset: RuleSet = sheet.part
        _check_step(draft, sheet, ruleset)
        where = bound.get(ruleset.step)
        if where is not None:
            say = Text(
                f"业务环节 {ruleset.step} 已经有规则集(在 {where})。",
                f"The step {ruleset.step} has a rule set already (in {where}).",
            )
            hint = Text("一个环节只有一套规则。", "One step has one rule set.")
            draft.tell(sheet, ("step",), "second_ruleset", say, hint, got=ruleset.step)
        bound.setdefault(ruleset.step, sheet.document.name)
        _check_pool(draft, sheet, ruleset)
        _check_locks(draft, sheet, ruleset)


def _check_step(draft: Draft, sheet: Sheet, ruleset: RuleSet) -> None:
    """Check the step and, where its form is there, the rules against the form's names."""
    word, _, step = ruleset.step.partition(".")
    forms = draft.forms()
    form = forms.get(word)
    if form is None:
        if ("form", word) not in draft.failed:
            draft.unknown(sheet, ("step",), "form", word, forms)
        return
    steps = steps_of(form)
    if step not in steps:
        draft.unknown(sheet, ("step",), "step", step, steps)
    scope = scope_of(draft, form)
    try:
        steady = _steady(ruleset, draft.shaky.get(word, frozenset()))
        compile_ruleset(steady, scope, locate=sheet.document.place)
    except Refused as refused:
        draft.problems.extend(refused.problems)


def steps_of(form: Form) -> tuple[str, ...]:
    """Return the steps that a form has, built in or listed."""
    return tuple(dict.fromkeys((*BUILT_IN_STEPS, *(step.id for step in form.steps))))


def _steady(ruleset: RuleSet, shaky: frozenset[str]) -> RuleSet:
    """Return the rule set without what it says about fields that stand on something unknown."""
    if not shaky:
        return ruleset
    return replace(
        ruleset,
        hard=tuple(_excused(rule, shaky) for rule in ruleset.hard),
        soft=tuple(_excused(rule, shaky) for rule in ruleset.soft),
        review=_excused(ruleset.review, shaky),
    )


def _excused(rule: AnyRule, shaky: frozenset[str]) -> AnyRule:
    say = rule.say or rule.title
    if any(f"{{{name}" in sentence for name in shaky for sentence in (say.zh, say.en)):
        rule = replace(rule, say=Text.same("-"))
    if rule.when is not None and mentions(rule.when, shaky):
        always: Any = True
        rule = replace(rule, when=always)
    return rule


def _check_locks(draft: Draft, sheet: Sheet, ruleset: RuleSet) -> None:
    """Check that each lock is of the record itself or of what a reference of it leads to."""
    form = draft.forms().get(ruleset.step.partition(".")[0])
    if form is None:
        return
    known = [SELF, *(path for path, field in form.every_field() if field.kind == "reference")]
    for rule_class, rules in (("hard", ruleset.hard), ("soft", ruleset.soft)):
        for index, rule in enumerate(rules):
            if rule.lock is not None and rule.lock.record not in known:
                place = (rule_class, index, "lock", "record")
                draft.unknown(sheet, place, "reference", rule.lock.record, known)


def _check_pool(draft: Draft, sheet: Sheet, ruleset: RuleSet) -> None:
    """Check that somebody decides the pool; without any pool in any role, administrators do."""
    roles = [other.part for other in draft.of_kind("role")]
    roles += [role for package in draft.others for role in package.roles]
    pools = {pool for role in roles for pool in role.pools}
    failed = any(kind == "role" for kind, _ in draft.failed)
    if not pools or failed:
        return
    node = ruleset.review
    if node.pool not in pools:
        draft.unknown(sheet, ("review", "pool"), "pool", node.pool, pools)
    if node.escalate_to is not None and node.escalate_to not in pools:
        draft.unknown(sheet, ("review", "then", "escalate_to"), "pool", node.escalate_to, pools)
