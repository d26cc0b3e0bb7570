"""Say why the rules judged a record as they did."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from typing import Any

from seamline.facts import Clause
from seamline.problems import Refused
from seamline.store import RecordHead
from seamline.text import Text
from seamline.usecases import look
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.explain import Explained, Explanation, explain

from . import OPERATOR, language, settings_of, workspace_option

_CLASSES = {
    "hard": Text("强控", "hard rule"),
    "soft": Text("弱提醒", "soft reminder"),
    "review": Text("人工审核", "review"),
}
_RESULTS = {
    "true": Text("触发", "fired"),
    "false": Text("未触发", "did not fire"),
    "unknown": Text("无法判断", "could not be checked"),
}
_OUTCOMES = {
    "passed": Text("通过", "passed"),
    "reminded": Text("有提醒", "passed with reminders"),
    "held": Text("转人工审核", "held for review"),
    "refused": Text("拦截", "refused"),
}
_REVIEWED = Text("复核 {kind}:{who},{why}", "review {kind} by {who}: {why}")
_CHANGED = Text(
    "规则集此后已修改，只列出当时触发的规则。",
    "The rule set has changed since: only the rules that spoke then are listed.",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the words of this verb."""
    parser.add_argument("code", help="a tracking code, or FORM/RECORD for any other record")
    workspace_option(parser)
    parser.add_argument("--json", action="store_true", help="print data instead of sentences")


def run(asked: argparse.Namespace) -> int:
    """Print every verdict under the code, newest first."""
    with closing(open_desk(settings_of(asked))) as desk:
        for form, word in _records(desk, asked.code):
            found = explain(desk, OPERATOR, form, word)
            if asked.json:
                shown = json.dumps([_data(one) for one in found], ensure_ascii=False, default=str)
                print(shown)
                continue
            for one in found:
                print("\n".join(_lines(word, one, language())))
    return 0


def _records(desk: Desk, code: str) -> list[tuple[str, str]]:
    form, slash, word = code.partition("/")
    if slash:
        return [(form, word)]
    heads: tuple[RecordHead, ...] = look.tracked(desk, OPERATOR, code)
    if not heads:
        raise Refused.one(
            "unknown_code",
            Text(f"没有追踪码“{code[:60]}”。", f"There is no tracking code '{code[:60]}'."),
            status=404,
            hint=Text("其他记录请写 表单/编号。", "For another record write FORM/RECORD."),
        )
    return [(head.form, head.id) for head in heads]


def _lines(word: str, one: Explanation, tongue: str) -> Iterator[str]:
    decision = one.decision
    yield (
        f"{word}  {decision.step}  {one.at:%Y-%m-%d %H:%M} UTC  {one.actor}: "
        f"{_OUTCOMES[decision.outcome].in_(tongue)}  "
        f"({decision.ruleset} {decision.ruleset_version})"
    )
    if not one.same_rules:
        yield "  " + _CHANGED.in_(tongue)
    for rule in one.rules:
        yield from _rule_lines(rule, tongue)
    if one.overruled is not None:
        event = one.overruled
        said = _REVIEWED.fill(kind=event.kind, who=event.actor, why=event.reason)
        yield "  " + said.in_(tongue)


def _rule_lines(rule: Explained, tongue: str) -> Iterator[str]:
    marks = [_CLASSES[rule.rule_class].in_(tongue), _RESULTS[rule.result].in_(tongue)]
    if not rule.on:
        marks.append(Text("当时已关闭", "switched off then").in_(tongue))
    if rule.shadow:
        marks.append(Text("试运行", "on trial").in_(tongue))
    yield f"  {rule.rule} [{', '.join(marks)}]  {rule.reads.in_(tongue)}"
    for clause in rule.clauses:
        yield f"      {_clause(clause)}"


def _clause(clause: Clause) -> str:
    if clause.operator in ("var", "!"):
        return f"{clause.operator} {clause.path} = {clause.left} -> {clause.result}"
    return f"{clause.path} = {clause.left}  {clause.operator} {clause.right} -> {clause.result}"


def _data(one: Explanation) -> dict[str, Any]:
    return {
        "step": one.decision.step,
        "outcome": one.decision.outcome,
        "ruleset": one.decision.ruleset,
        "version": one.decision.ruleset_version,
        "at": one.at.isoformat(),
        "actor": one.actor,
        "same_rules": one.same_rules,
        "rules": [asdict(rule) for rule in one.rules],
    }
