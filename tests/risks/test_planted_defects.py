"""Twelve risk items against planted defects: every one is found, and nothing else is.

The submissions are real ones through the door of the auto-parts package. `planted.yaml` holds good
submissions, defects and near-misses; a case is a good submission with one of them, or with none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from seamline import clock
from seamline.facts import Actor, Decision, Origin
from seamline.usecases import files, locks, switch
from seamline.usecases.desk import Desk
from seamline.usecases.submit import RefusedByRules, Submission, Submitted, submit

from ..published import published

HERE = Path(__file__).parent
AUTO_PARTS = HERE.parents[1] / "examples" / "auto_parts"
PLANTED: dict[str, Any] = yaml.safe_load((HERE / "planted.yaml").read_text("utf-8"))
ADMIN = Actor("admin", "Admin", ("administrator",))
PAGE = Origin("form", "127.0.0.1")
DAY = datetime(2026, 11, 20, 2, tzinfo=UTC)
# The risk items of examples/auto_parts/README.md, and the rules that watch for each.
RISKS: Mapping[str, tuple[str, ...]] = {
    "no technical agreement": ("order_create.technical_agreement",),
    "material locked": ("order_create.material_locked",),
    "customer suspended": ("order_create.customer_suspended",),
    "credit line exceeded": ("order_create.credit_exceeded",),
    "stock below the line": (
        "order_create.stock_below_line", "stock_refresh.below_line", "material_change.below_line",
    ),
    "due date within the lead time": ("order_create.due_date_tight",),
    "no BOM version": ("order_create.bom_unbound", "order_release.bom_missing"),
    "drawing not signed off": ("order_release.drawing_not_approved",),
    "payment not received": ("order_release.payment_missing",),
    "overdue receivable": ("order_release.receivable_overdue",),
    "supplier blocked": (
        "purchase_create.supplier_blocked", "subcontract_create.subcontractor_blocked",
    ),
    "inspection report missing": ("delivery_ship.report_missing",),
}  # fmt: skip
RISK_OF = {rule: risk for risk, rules in RISKS.items() for rule in rules}
OUTCOMES = {"hard": "refused", "review": "held", "soft": "reminded"}


@dataclass(frozen=True)
class Case:
    """One submission, and the ids of the rules that must fire."""

    step: str
    name: str
    values: Mapping[str, Any]
    finds: frozenset[str]


def cases() -> Iterator[Case]:
    """Yield every good submission as it is, with each defect, and with each near-miss."""
    for step, part in PLANTED["steps"].items():
        (name, words), *_ = [*part.get("over", {}).items(), ("", [None])]
        for base in part["bases"]:
            for word in words:
                good = {**base, name: word} if name else base
                yield Case(step, "as it is", good, frozenset())
                for one in (*part["planted"], *part["near"]):
                    finds = frozenset(one.get("finds", ()))
                    yield Case(step, one["name"], {**good, **one["set"]}, finds)


class Factory:
    """The auto-parts workspace, and how a case is brought to the step that judges it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.number = desk, 0
        self.reports = [
            {"sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type,
             "size": kept.size}
            for kept in (files.keep(desk, ADMIN, word, "r.pdf", "application/pdf")
                         for word in (b"%PDF-1 a", b"%PDF-1 b"))
        ]  # fmt: skip
        for form, records in PLANTED["masters"].items():
            for values in records:
                self.do(form, "create", values)
        for act in PLANTED["then"]:
            self.do(act["form"], act["step"], act["set"], act["record"])

    def do(self, form: str, step: str, values: Mapping[str, Any], record: str = "") -> Submitted:
        """Take one step."""
        asked = Submission(form, step, values, record=record, reason="试验")
        return submit(self.desk, ADMIN, PAGE, asked)

    def judge(self, case: Case) -> Decision:
        """Return the verdict of the case's step."""
        form, _, step = case.step.partition(".")
        try:
            done = getattr(self, f"_{form}_{step}", self._plain)(case, form, step)
        except RefusedByRules as refused:
            return refused.decision
        assert done.decision is not None
        return done.decision

    def _plain(self, case: Case, form: str, step: str) -> Submitted:
        record = PLANTED["steps"][case.step].get("record", "")
        return self.do(form, step, self._with_order(case), record)

    def _sales_order_create(self, case: Case, form: str, step: str) -> Submitted:
        return self._order(case.values)

    def _sales_order_release(self, case: Case, form: str, step: str) -> Submitted:
        order = self._order(case.values).record.code
        for before, values in PLANTED["steps"][case.step]["by"].items():
            self.do(form, before, values, order)
        return self.do(form, step, {}, order)

    def _delivery_ship(self, case: Case, form: str, step: str) -> Submitted:
        values = self._with_order(case)
        count = {None: 0, "file": 1, "two": 2}[values.pop("report")]
        air = values.pop("air_cost", None)
        goods = self.do(form, "create", values).record.code
        return self.do(form, step, {"report": self.reports[:count], "air_cost": air}, goods)

    def _order(self, values: Mapping[str, Any]) -> Submitted:
        self.number += 1
        return self.do("sales_order", "create", {**values, "customer_po": f"PO-{self.number}"})

    def _with_order(self, case: Case) -> dict[str, Any]:
        values = deepcopy(dict(case.values))
        for name, order in PLANTED["steps"][case.step].get("needs", {}).items():
            values[name] = self._order(order).record.code
        return values


@pytest.fixture
def factory(tmp_path: Path) -> Iterator[Factory]:
    desk = published(tmp_path / "workspace", AUTO_PARTS)
    # Not one of the twelve: it looks at stock records, of which the planted world has none.
    switch.flip(desk, ADMIN, Origin("cli"), "order_create.promised_late", "off", "the twelve alone")
    desk.catalogs.refresh()
    with clock.frozen(DAY):
        yield Factory(desk)
    desk.close()


@pytest.mark.cap(56, 57, 60, 61, 62)
@pytest.mark.slow
def test_every_planted_defect_is_found_and_nothing_else(factory: Factory) -> None:
    catalog = factory.desk.catalogs.current()
    planted: dict[str, int] = dict.fromkeys(RISKS, 0)
    found, wrong, every = dict(planted), [], tuple(cases())
    for case in every:
        decision = factory.judge(case)
        fired = {one.rule for one in decision.findings if one.result == "true"}
        unknown = [one.rule for one in decision.findings if one.result == "unknown"]
        classes = {one.rule: one.rule_class for one in decision.findings}
        outcome = next((OUTCOMES[c] for c in OUTCOMES if c in classes.values()), "passed")
        ruleset = catalog.rules[case.step].ruleset.id
        for rule in case.finds:
            if (risk := RISK_OF.get(f"{ruleset}.{rule}")) is not None:
                planted[risk] += 1
                found[risk] += rule in fired
        if fired != case.finds or unknown or decision.outcome != outcome:
            wrong.append((case.step, case.name, sorted(case.finds), sorted(fired), unknown))
        if "below_line" in fired | case.finds or case.step.startswith("material."):
            standing = locks.standing(factory.desk, ADMIN, "material", "MIRROR")
            assert bool(standing) is ("below_line" in case.finds), case.name
    assert wrong == []
    assert found == planted, "recall"
    assert min(planted.values()) >= 5
    assert len(every) >= 600


@pytest.mark.cap(56)
def test_the_twelve_stand_on_seven_steps_in_all_three_classes(factory: Factory) -> None:
    bound = {
        f"{model.ruleset.id}.{ready.rule.id}": (step, ready.rule_class)
        for step, model in factory.desk.catalogs.current().rules.items()
        for ready in model.rules
    }
    assert len(RISKS) == 12
    assert RISK_OF.keys() <= bound.keys()
    assert len({bound[rule][0] for rule in RISK_OF}) == 7
    assert {bound[rule][1] for rule in RISK_OF} == {"hard", "soft", "review"}
    guide = (AUTO_PARTS / "README.md").read_text("utf-8")
    happens = {"hard": "拦截 · intercept", "soft": "提示", "review": "升级 · escalate"}
    for rule in RISK_OF:
        (row,) = (line for line in guide.splitlines() if f"`{rule}`" in line)
        step, rule_class = bound[rule]
        assert f"`{step}`" in row
        assert happens[rule_class] in row
