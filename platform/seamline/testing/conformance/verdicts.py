"""Verdicts of the ways in, side by side: what differs, and the table rule x way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from seamline.forms import FormModel
from seamline.store import Store
from seamline.text import Text

from .searching import Bound, Case
from .staging import Submitting

KINDS = ("created", "changed", "archived", "restored", "stepped", "refused")
NOT_JUDGED = "not judged"
# A problem as it was said: its code and the path of what it stands at.
Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one submission: what is stored of it, and what the way in answered.

    `outcome` is `not judged` where no decision is stored; `fired` and `unchecked` name rules.
    """

    outcome: str
    fired: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    problems: tuple[Said, ...] = ()
    held: str = ""
    state: str = ""
    via: str = ""

    def apart(self, other: Verdict) -> Iterator[str]:
        """Yield the names of what differs; the way itself differs always."""
        for name in ("outcome", "fired", "unchecked", "problems", "held", "state"):
            if getattr(self, name) != getattr(other, name):
                yield name


class Way(Protocol):
    """One way in: the page of a form, the API, an import, a caller of the use case."""

    @property
    def name(self) -> str:
        """What the way is called in the table."""
        ...

    def takes(self, model: FormModel, step: str) -> bool:
        """Return whether this way can take the step at all."""
        ...

    def submit(self, asked: Submitting) -> tuple[Said, ...]:
        """Submit for real and return the problems answered, nothing where it was accepted."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A case in which one way says otherwise than the first one."""

    case: Case
    way: str
    what: str
    expected: object
    came: object

    def sentence(self) -> Text:
        """Return the difference as a sentence."""
        rule, fires = self.case.bound.key, self.case.fires
        zh = f"{rule}({'应触发' if fires else '不应触发'})经 {self.way}：{self.what} "
        en = f"{rule} ({'firing' if fires else 'not firing'}) by {self.way}: {self.what} "
        return Text(
            f"{zh}应为 {self.expected!r}，得到 {self.came!r}。",
            f"{en}expected {self.expected!r}, came {self.came!r}.",
        )


@dataclass(slots=True)
class Report:
    """Everything that was submitted: per rule and way the number of equal verdicts."""

    ways: tuple[str, ...]
    rules: tuple[Bound, ...]
    equal: dict[tuple[str, str], int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    missing: list[tuple[Bound, bool]] = field(default_factory=list)
    verdicts: int = 0

    @property
    def passed(self) -> bool:
        """Whether every way said the same of every case."""
        return not self.differences

    def cell(self, rule: str, way: str) -> str:
        """Return the mark of a rule on a way: equal verdicts, `≠` or `–` where it is no way."""
        if any(one.way == way and one.case.bound.key == rule for one in self.differences):
            return "≠"
        return str(self.equal.get((rule, way), "–"))

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "passed": self.passed,
            "ways": list(self.ways),
            "submissions": self.verdicts,
            "rules": {
                bound.key: {way: self.cell(bound.key, way) for way in self.ways}
                for bound in self.rules
            },
            "differences": [
                {
                    "rule": one.case.bound.key, "fires": one.case.fires, "way": one.way,
                    "what": one.what, "expected": one.expected, "came": one.came,
                }
                for one in self.differences
            ],
            "without_case": [
                {"rule": bound.key, "fires": fires} for bound, fires in self.missing
            ],
        }  # fmt: skip


def stored(store: Store, forms: Mapping[str, FormModel], after: int, step: str) -> Verdict:
    """Return what is stored of the submission that came after a place of the journal."""
    with store.reading() as unit:
        found = [
            one for one in unit.journal.after(after, 100) if one.step == step and one.kind in KINDS
        ]
        if not found:
            return Verdict(NOT_JUDGED)
        event = found[-1]
        decision = unit.decisions.get(event.decision) if event.decision else None
        tables = forms[event.form].tables
        record = unit.records.get(tables, event.record) if event.record else None
    held, state = (record.held, record.state) if record is not None else ("", "")
    if decision is None:
        return Verdict(NOT_JUDGED, held=held, state=state, via=event.via)
    return Verdict(
        outcome=decision.outcome,
        fired=tuple(sorted(one.rule for one in decision.spoken if one.result == "true")),
        unchecked=tuple(sorted(one.rule for one in decision.spoken if one.result == "unknown")),
        held=held,
        state=state,
        via=event.via,
    )


def compare(report: Report, case: Case, came: Sequence[tuple[str, Verdict]]) -> None:
    """Add one case to the report: each way against what the case is for, and the first way."""
    _, first = came[0]
    for way, verdict in came:
        found = list(_differences(case, way, verdict, first))
        report.verdicts += 1
        report.differences.extend(found)
        if not found:
            cell = (case.bound.key, way)
            report.equal[cell] = report.equal.get(cell, 0) + 1


def _differences(case: Case, way: str, verdict: Verdict, first: Verdict) -> Iterable[Difference]:
    if (case.bound.rule.id in verdict.fired) != case.fires:
        yield Difference(case, way, "fired", case.bound.rule.id, list(verdict.fired))
        return
    for name in verdict.apart(first):
        yield Difference(case, way, name, getattr(first, name), getattr(verdict, name))
