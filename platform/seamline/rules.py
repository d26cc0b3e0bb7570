"""The 3-5-1 rules of a business step: compiled once, judged on every write."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from seamline.conditions.evaluate import TRUTH, Check, Facts, compiled
from seamline.conditions.parse import Node, names_in_order, parse, timely
from seamline.facts import Clause, Finding, Outcome, RuleClass
from seamline.fields.moments import show_duration
from seamline.metadata import ReviewNode, Rule, RuleSet
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.scope import Scope
from seamline.text import Text

# Leaves kept with a finding: enough to explain it, bounded whatever the record holds.
TRACE_LIMIT = 100
MISSING = "—"

Path = tuple[str | int, ...]
Locate = Callable[[Path], Place]
PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """One rule ready to judge; `key` (`ruleset.rule`) is the name of its switch."""

    key: str
    rule: Rule | ReviewNode
    rule_class: RuleClass
    check: Check
    names: tuple[str, ...]
    say: Text
    moves: bool = False  # what it comes to depends on when it is asked


@dataclass(frozen=True, slots=True)
class RuleModel:
    """The rules of one step, compiled; frozen and shared by every request.

    `needs` are the facts that conditions and sentences name (`customer.credit_line`,
    `lines[].qty`). `version` is the start of the SHA-256 of the rule set's content, so that a
    decision can say which wording it was made under. Times in sentences are shown in `zone`.
    """

    ruleset: RuleSet
    step: str
    needs: frozenset[str]
    version: str
    rules: tuple[ReadyRule, ...]
    zone: tzinfo = UTC


def compile_ruleset(
    ruleset: RuleSet,
    scope: Scope,
    *,
    zone: tzinfo = UTC,
    locate: Locate | None = None,
) -> RuleModel:
    """Return the rule set ready to judge records whose names `scope` gives.

    Raises `Refused` with every problem of every rule; each stands at `order.hard[rule].when...`,
    or where `locate` puts the way from the document's root (`("hard", 0, "when", "and", 1)`).
    """
    problems = Problems()
    ready: list[ReadyRule] = []
    needs: set[str] = set()
    seen: set[str] = set()
    for rule_class, way, rule in _bound(ruleset):
        at = _placer(ruleset, rule, way, locate)
        if rule.id in seen:
            problems.add(_twice(rule.id, at(("id",))))
        seen.add(rule.id)
        say = rule.say or rule.title
        needs |= _said(say, scope, ("say" if rule.say else "title"), at, problems)
        node = _condition(rule, scope, at, problems)
        if node is not None:
            names = names_in_order(node)
            needs.update(names)
            key = f"{ruleset.id}.{rule.id}"
            ready.append(ReadyRule(key, rule, rule_class, compiled(node), names, say, timely(node)))
    problems.raise_if_any()
    return RuleModel(
        ruleset, ruleset.step, frozenset(needs), content_version(ruleset), tuple(ready), zone
    )


def content_version(ruleset: RuleSet) -> str:
    """Return twelve hexadecimal digits that change whenever the rule set's content changes."""
    text = json.dumps(asdict(ruleset), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def decide(
    model: RuleModel | None,
    facts: Facts,
    switches: Mapping[str, bool],
    shadows: Set[str] = frozenset(),
) -> tuple[Outcome, tuple[Finding, ...]]:
    """Judge the facts of one record: the outcome, and what each rule that spoke has found.

    A rule speaks when it fires or when a fact it needs is missing. A hard rule that fires refuses;
    one that cannot be checked holds the record for the review node, as the review's own condition
    does when true or unknown; a soft rule that fires reminds, and one that cannot be checked is
    only found. A switch (`ruleset.rule`) that was moved wins over the rule's own `enabled`; a rule
    in `shadows` is looked at all the same, but what it finds is only marked so.
    """
    if model is None:
        return "passed", ()
    outcome: Outcome = "passed"
    findings = []
    for ready in model.rules:
        shadow = ready.key in shadows
        if not shadow and not switches.get(ready.key, ready.rule.enabled):
            continue
        result = ready.check.fast(facts)
        if result is False:
            continue
        findings.append(_finding(ready, facts, result, model.zone, shadow))
        if not shadow:
            outcome = graver(outcome, WEIGHT[ready.rule_class, result])
    return outcome, tuple(findings)


def graver(one: Outcome, other: Outcome) -> Outcome:
    """Return the graver of two outcomes."""
    return one if ORDER[one] >= ORDER[other] else other


# From the mildest outcome to the gravest.
ORDER: Mapping[Outcome, int] = {"passed": 0, "reminded": 1, "held": 2, "refused": 3}
# What a rule of a class brings about when it fires (True) or cannot be checked (None).
WEIGHT: Mapping[tuple[RuleClass, bool | None], Outcome] = {
    ("hard", True): "refused",
    ("hard", None): "held",
    ("review", True): "held",
    ("review", None): "held",
    ("soft", True): "reminded",
    ("soft", None): "passed",
}


def _bound(ruleset: RuleSet) -> Iterator[tuple[RuleClass, Path, Rule | ReviewNode]]:
    for index, rule in enumerate(ruleset.hard):
        yield "hard", ("hard", index), rule
    for index, rule in enumerate(ruleset.soft):
        yield "soft", ("soft", index), rule
    yield "review", ("review",), ruleset.review


def _placer(ruleset: RuleSet, rule: Rule | ReviewNode, way: Path, locate: Locate | None) -> Locate:
    """Return what places a path inside `rule`: by the caller's `locate`, else by ids."""
    if locate is not None:
        return lambda path: locate((*way, *path))
    part = f"{way[0]}[{rule.id}]" if len(way) > 1 else str(way[0])

    def by_id(path: Path) -> Place:
        tail = "".join(f"[{word + 1}]" if isinstance(word, int) else f".{word}" for word in path)
        return Place(path=f"{ruleset.id}.{part}{tail}")

    return by_id


def _condition(
    rule: Rule | ReviewNode, scope: Scope, at: Locate, problems: Problems
) -> Node | None:
    if rule.when is None:
        return None
    try:
        return parse(rule.when, scope, locate=lambda path: at(("when", *path)))
    except Refused as refused:
        problems.extend(refused.problems)
        return None


def _said(say: Text, scope: Scope, part: str, at: Locate, problems: Problems) -> set[str]:
    """Return the names in a sentence; unknown ones become problems."""
    found = set()
    for language, sentence in (("zh", say.zh), ("en", say.en)):
        for name in dict.fromkeys(PLACE.findall(sentence)):
            if scope.types.get(name, "table") != "table":
                found.add(name)
                continue
            word = shorten(name)
            problems.add(
                Problem(
                    "unknown_name",
                    Text(
                        f"语句里的“{{{word}}}”不是可显示的字段。",
                        f"'{{{word}}}' in the sentence is no field that can be shown.",
                    ),
                    at((part, language)),
                    did_you_mean(word, (n for n, t in scope.types.items() if t != "table")),
                    word,
                )
            )
    return found


def _twice(rule: str, place: Place) -> Problem:
    return Problem(
        "duplicate_rule",
        Text(
            f"规则 id“{rule}”在规则集中出现了两次。", f"The rule set has two rules called '{rule}'."
        ),
        place,
        Text("每个开关需要自己的名字。", "Every switch needs a name of its own."),
        rule,
    )


def _finding(
    ready: ReadyRule, facts: Facts, result: bool | None, zone: tzinfo, shadow: bool
) -> Finding:
    trace: list[Clause] = []
    ready.check.traced(facts, trace, "")
    if result is None:
        say = _unchecked(ready, _absent(ready.names, facts, trace))
    else:
        say = filled(ready.say, facts, zone)
    return Finding(
        rule=ready.rule.id,
        rule_class=ready.rule_class,
        title=ready.rule.title,
        result=TRUTH[result],
        say=say,
        fields=ready.names,
        trace=tuple(trace[:TRACE_LIMIT]),
        shadow=shadow,
    )


def _absent(names: Iterable[str], facts: Facts, trace: Iterable[Clause]) -> tuple[str, ...]:
    """Return what is missing: facts without a value, and the rows that could not be checked."""
    missing = [name for name in names if "[" not in name and facts.get(name) is None]
    rows = [clause.path for clause in trace if clause.result == "unknown" and "[" in clause.path]
    return tuple(dict.fromkeys(missing + rows))[:5]


def _unchecked(ready: ReadyRule, missing: tuple[str, ...]) -> Text:
    title = ready.rule.title
    lack = ", ".join(missing) or MISSING
    return Text(
        f"“{title.zh}”无法检查，缺少：{lack}", f"'{title.en}' cannot be checked; missing: {lack}"
    )


def filled(say: Text, facts: Facts, zone: tzinfo = UTC) -> Text:
    """Return a rule's sentence with each `{name}` replaced by its fact, `—` where there is none."""
    return Text(_filled(say.zh, facts, zone, "zh"), _filled(say.en, facts, zone, "en"))


def _filled(sentence: str, facts: Facts, zone: tzinfo, language: str) -> str:
    if "{" not in sentence:
        return sentence
    return PLACE.sub(lambda found: _shown(facts.get(found[1]), zone, language), sentence)


def _shown(value: Any, zone: tzinfo, language: str) -> str:
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return {"zh": "是" if value else "否"}.get(language, "yes" if value else "no")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return show_duration(value, language)
    if isinstance(value, (tuple, list)):
        return (", " if language == "en" else "、").join(str(word) for word in value) or MISSING
    return str(value)
