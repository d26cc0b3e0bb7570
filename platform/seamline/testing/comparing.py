"""What came of an act against what had to come of it, each difference a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from seamline.facts import Finding, Held, Outcome
from seamline.metadata import Expected, ExpectedProblem
from seamline.problems import Problem, shorten
from seamline.text import Text

NOTHING = Text("没有", "none")


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one act: the verdict, what the rules found, problems, the record after it.

    `record`, `code` and `key` name the record; they are empty where there is none.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    judged: bool = True
    record: str = ""
    code: str = ""
    key: str = ""
    state: str = ""
    held: Held = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def rules(self, result: str) -> tuple[str, ...]:
        """Return the rules in force with this result: `true` (fired) or `unknown`."""
        return tuple(one.rule for one in self.findings if one.result == result and not one.shadow)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "outcome": self.outcome,
            "fired": list(self.rules("true")),
            "unchecked": list(self.rules("unknown")),
            "problems": [problem.as_json() for problem in self.problems],
            "state": self.state,
            "held": self.held,
        }


def differences(expected: Expected, came: Came) -> Iterator[Text]:
    """Yield a sentence for each thing that came otherwise."""
    if expected.outcome is not None and expected.outcome != came.outcome:
        yield _otherwise(Text("结果", "outcome"), expected.outcome, _told(came))
    elif not came.judged and expected.problems is None:
        # Refused by something that the scenario does not speak of: no rule was even asked.
        ruled = Text("规则的判定", "a verdict of the rules")
        yield _otherwise(Text("结果", "outcome"), ruled, _told(came))
    yield from _rules(expected, came)
    yield from _problems(expected.problems, came)
    if expected.state is not None and expected.state != came.state:
        yield _otherwise(Text("状态", "state"), expected.state, came.state or "-")
    if expected.held is not None and expected.held != came.held:
        yield _otherwise(Text("待复核", "held"), expected.held or "no", came.held or "no")
    for name, value in expected.values.items():
        if not same(value, came.values.get(name)):
            yield _otherwise(Text.same(name), value, came.values.get(name))


def _rules(expected: Expected, came: Came) -> Iterator[Text]:
    fired, unchecked = came.rules("true"), came.rules("unknown")
    wanted = (
        (expected.fired, fired, Text("触发的规则", "rules that fired")),
        (expected.unchecked, unchecked, Text("无法检查的规则", "rules that could not be checked")),
    )
    for words, found, name in wanted:
        if words is not None and (set(words) - set(found) or (not words and found)):
            yield _otherwise(name, _list(words), _list(found))
    for rule in expected.not_fired:
        if rule in fired:
            yield Text(f"规则 {rule} 不应触发，却触发了。", f"rule {rule} fired and must not.")


def _problems(expected: Sequence[ExpectedProblem] | None, came: Came) -> Iterator[Text]:
    for one in expected or ():
        if not any(_is(problem, one) for problem in came.problems):
            word = ": ".join(part for part in (one.path, one.code) if part)
            found = _list(f"{p.place.path}: {p.code}" if p.place.path else p.code
                          for p in came.problems)  # fmt: skip
            yield _otherwise(Text("问题", "problems"), word, found)
    if expected == () and came.problems:
        yield _otherwise(Text("问题", "problems"), NOTHING, _told(came))


def _is(problem: Problem, expected: ExpectedProblem) -> bool:
    return (not expected.code or problem.code == expected.code) and (
        not expected.path or problem.place.path == expected.path
    )


def _told(came: Came) -> Text:
    """Say the outcome, with the problems or rules behind it."""
    if came.problems:
        zh = " ".join(problem.line("zh") for problem in came.problems[:3])
        en = " ".join(problem.line("en") for problem in came.problems[:3])
        return Text(f"{came.outcome}({zh})", f"{came.outcome} ({en})")
    rules = came.rules("true") + came.rules("unknown")
    return Text.same(f"{came.outcome} ({', '.join(rules)})" if rules else came.outcome)


def _list(words: Iterable[str]) -> Text:
    listed = ", ".join(words)
    return Text.same(listed) if listed else NOTHING


def _otherwise(name: Text, expected: Any, came: Any) -> Text:
    wanted, found = _shown(expected), _shown(came)
    return Text(
        f"{name.zh}：应为 {wanted.zh}，得到 {found.zh}。",
        f"{name.en}: expected {wanted.en}, came {found.en}.",
    )


def _shown(value: Any) -> Text:
    return value if isinstance(value, Text) else Text.same(shorten(value, 200))


def same(expected: Any, came: Any) -> bool:
    """Say whether a value came as written: numbers by their worth, rows by the columns named."""
    if isinstance(expected, Mapping):
        return isinstance(came, Mapping) and all(
            same(value, came.get(name)) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(came, list)
            and len(expected) == len(came)
            and all(same(one, other) for one, other in zip(expected, came, strict=True))
        )
    if isinstance(expected, bool) or isinstance(came, bool) or expected is None or came is None:
        return expected is came
    number, other = _number(expected), _number(came)
    if number is not None and other is not None:
        return number == other
    return str(expected) == str(came)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
