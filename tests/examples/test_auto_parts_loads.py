"""The auto-parts package for real: published, its data imported, orders judged by its rules."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin, Ref, Row
from seamline.problems import Refused
from seamline.ui.retelling import STORY, retell
from seamline.usecases import look, review
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import problems_of
from seamline.usecases.measure import each, measured
from seamline.usecases.submit import Submission, Submitted, submit

from ..published import published

AUTO_PARTS = Path(__file__).parents[2] / "examples/auto_parts"
ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
SELLER = Actor("wang", "王芳", ("sales",))
PLANNER = Actor("zhao", "赵强", ("planner",))
PHONE = Origin("form", "127.0.0.1")

MASTERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("customer", {"code": "C1", "name": "甲厂", "group": "tier1", "cooperation": "active",
                  "credit_line": 100000, "receivable": 20000, "overdue": 0}),
    ("customer", {"code": "C2", "name": "乙厂", "group": "tier1", "cooperation": "suspended",
                  "credit_line": 100000, "receivable": 0, "overdue": 0}),
    ("material", {"code": "0001", "name": "齿轮轴", "category": "finished", "source": "make",
                  "unit": "piece", "drawing_status": "approved", "lead_time": 10,
                  "safety_stock": 100, "available": 500, "arrivals_72h": 0}),
    ("material", {"code": "0002", "name": "油封", "category": "finished", "source": "buy",
                  "unit": "piece", "lead_time": 5, "safety_stock": 100, "available": 120,
                  "arrivals_72h": 0}),
    ("material", {"code": "0003", "name": "支架", "category": "finished", "source": "buy",
                  "unit": "piece", "lead_time": 5, "safety_stock": 100,
                  "available": 60, "arrivals_72h": 0}),
    ("material", {"code": "0004", "name": "衬套", "category": "finished", "source": "make",
                  "unit": "piece", "lead_time": 5, "safety_stock": 1, "available": 50,
                  "arrivals_72h": 0}),
    ("material", {"code": "R1", "name": "圆钢", "category": "raw", "source": "buy", "unit": "kg"}),
    ("bom_version", {"code": "0001/V2.0", "material": "0001", "version": "V2.0",
                     "effective_from": "2026-01-01", "customer_groups": ["tier1"],
                     "change_reason": "首批", "route_card": "GY-1", "approval": "approved",
                     "components": [{"component": "R1", "per_unit": "1.25"}]}),
)  # fmt: skip
ORDER: dict[str, Any] = {
    "channel": "wechat", "evidence_ref": "供货群 11-20 09:12", "customer": "C1",
    "customer_po": "PO-1", "signing_date": "2026-11-20", "order_type": "series",
    "contact": "李娜", "contact_phone": "13812345678", "agreement_no": "JSXY-1",
    "due_date": "2027-03-01", "urgency": "normal", "delivery_terms": "to_plant",
    "freight_by": "us", "delivery_address": "园区北路 1 号", "packaging": "carton",
    "inspection": "standard", "payment_terms": "monthly_60", "invoice_type": "vat_special",
    "lines": [{"material": "0001", "qty": "100", "unit_price": "12.5",
               "special_process": "none", "bom_version": "0001/V2.0"}],
}  # fmt: skip
REQUIRED = (
    "channel", "evidence_ref", "customer", "customer_po", "signing_date", "order_type", "contact",
    "contact_phone", "due_date", "urgency", "delivery_terms", "freight_by", "delivery_address",
    "packaging", "inspection", "payment_terms", "invoice_type",
    "lines.material", "lines.qty", "lines.unit_price", "lines.special_process",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, store_url: str) -> Iterator[Desk]:
    """The auto-parts package with two customers, four materials and one BOM version."""
    opened = published(tmp_path / "workspace", AUTO_PARTS, store_url)
    for form, values in MASTERS:
        submit(opened, ADMIN, Origin("cli"), Submission(form, "create", values))
    mirrored = Submission("material", "refresh_stock", {"available": 60}, record="0003")
    submit(opened, ADMIN, Origin("pipeline"), mirrored)
    yield opened
    opened.close()


def place(desk: Desk, **changes: Any) -> Submitted:
    """Submit a good order with changes; `line_qty=5` changes the line."""
    values = deepcopy(ORDER)
    for name, value in changes.items():
        if name.startswith("line_"):
            values["lines"][0][name.removeprefix("line_")] = value
        else:
            values[name] = value
    return submit(desk, SELLER, PHONE, Submission("sales_order", "create", values))


def fired(done: Submitted) -> set[str]:
    return {one.rule for one in done.decision.findings if one.result == "true"}


@pytest.mark.cap(1, 11)
def test_a_good_order_is_computed_and_coded(desk: Desk) -> None:
    done = place(desk)
    values = done.record.values
    assert done.record.state == "submitted"
    assert done.record.held == ""
    assert done.record.tracking == done.record.code
    assert done.record.code.startswith("OD-")
    assert values["customer_name"] == "甲厂"
    assert values["total"] == Decimal("1250.00")
    assert values["exposure"] == Decimal("21250.00")
    assert values["longest_lead"] == 10
    line = values["lines"]
    assert isinstance(line, tuple)
    assert isinstance(line[0], Row)
    assert line[0].values["stock_floor"] == Decimal("130.00")
    assert isinstance(line[0].values["bom_version"], Ref)
    assert fired(done) == set()


@pytest.mark.cap(2)
def test_each_of_the_21_is_missed_when_it_lacks(desk: Desk) -> None:
    missed = {path: what_is_missed(desk, path) for path in REQUIRED}
    assert missed == {path: {path.replace("lines.", "lines[1].")} for path in REQUIRED}


def what_is_missed(desk: Desk, path: str) -> set[str]:
    """Submit a good order without one field; return the fields that the refusal names."""
    values = deepcopy(ORDER)
    head, _, column = path.partition(".")
    if column:
        del values["lines"][0][column]
    else:
        del values[head]
    with pytest.raises(Refused) as refused:
        submit(desk, SELLER, PHONE, Submission("sales_order", "create", values))
    assert refused.value.status == 422
    return {problem.place.path for problem in refused.value.problems}


@pytest.mark.cap(60)
def test_without_an_agreement_nothing_is_taken(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        place(desk, agreement_no=None)
    assert "技术协议" in refused.value.problems[0].say.zh


@pytest.mark.cap(56)
@pytest.mark.parametrize(
    ("changes", "word"),
    [({"line_material": "0003", "line_bom_version": None}, "锁定"), ({"customer": "C2"}, "暂停")],
)
def test_other_hard_rules(desk: Desk, changes: dict[str, Any], word: str) -> None:
    with pytest.raises(Refused) as refused:
        place(desk, **changes)
    assert any(word in problem.say.zh for problem in refused.value.problems)


@pytest.mark.cap(29, 61)
def test_soft_reminders_mark_and_let_pass(desk: Desk) -> None:
    near = date.today().isoformat()
    done = place(desk, line_material="0002", line_bom_version=None, due_date=near)
    assert fired(done) == {"stock_below_line", "due_date_tight", "promised_late"}
    assert done.decision.outcome == "reminded"
    unbound = place(desk, customer_po="PO-2", line_material="0004", line_bom_version=None)
    assert fired(unbound) == {"bom_unbound"}
    on_paper = place(desk, customer_po="PO-3", channel="paper")
    assert fired(on_paper) == {"evidence_missing"}


@pytest.mark.cap(62, 63)
def test_an_order_above_the_credit_line_waits_for_risk_control(desk: Desk) -> None:
    done = place(desk, line_qty="8000")
    assert done.record.held == "pending"
    manager = Actor("lu", "陆峰", ("risk_manager",))
    waiting = review.waiting(desk, manager)
    assert [one.rule for one in done.decision.findings if one.rule_class == "review"]
    assert len(waiting) == 1


@pytest.mark.cap(13, 14, 41)
def test_an_order_goes_its_way_and_is_followed(desk: Desk) -> None:
    code = place(desk).record.code

    def step(actor: Actor, name: str, reason: str = "", **values: Any) -> Submitted:
        asked = Submission("sales_order", name, values, record=code, reason=reason)
        return submit(desk, actor, PHONE, asked)

    rushed = step(SELLER, "rush", "客户提前量产", due_date="2027-02-01", urgency="urgent")
    assert rushed.record.revision == 2
    assert step(PLANNER, "confirm", promise_date="2027-01-30").record.state == "confirmed"
    released = step(PLANNER, "release")
    assert released.record.state == "released"
    follower = submit(
        desk,
        PLANNER,
        PHONE,
        Submission(
            "production_order",
            "create",
            {
                "sales_order": code,
                "material": "0001",
                "bom_version": "0001/V2.0",
                "qty": 100,
                "priority": "normal",
                "workshop": "machining",
                "planned_start": "2027-01-05",
                "planned_end": "2027-01-20",
            },  # fmt: skip
        ),
    )
    assert follower.record.tracking == code
    assert follower.record.values["slack"] == 12
    heads = look.tracked(desk, ADMIN, code)
    assert {head.form for head in heads} == {"sales_order", "production_order"}

    def make(name: str, **values: Any) -> Submitted:
        asked = Submission("production_order", name, values, record=follower.record.id)
        return submit(desk, PLANNER, PHONE, asked)

    make("start")
    with pytest.raises(Refused):  # hours of rework want their cause
        make("finish", done_qty=98, rework_hours=6)
    make("finish", done_qty=98, rework_hours=6, rework_cause="wrong_version")
    figures = {name: measured(desk, ADMIN, name, 1) for name in ("bom_misuse", "rework_hours")}
    assert [one.points[-1].sample.value for one in figures.values()] == [100, 6]


@pytest.mark.slow
@pytest.mark.cap(72)
def test_the_sample_data_loads(load: Callable[[str], Any]) -> None:
    factory = load("auto_parts")
    jobs = factory.load_all()
    said = [one.sentence("en") for job in jobs.values() for one in problems_of(job)]
    assert said[:10] == []
    assert {name: job.good for name, job in jobs.items()} == {
        "customers": 217, "materials": 2000, "suppliers": 36, "warehouses": 9, "stock": 1529,
        "bom_versions": 380, "sales_orders": 60, "stock_figures": 9,
    }  # fmt: skip
    held = Counter(order.held for order in factory.every("sales_order"))
    assert held == {"": 48, "pending": 12}, "eleven over the line, one customer without a line"
    _tells_its_year(factory.desk)


def _tells_its_year(desk: Desk) -> None:
    """The year of the demonstration happens through the door, and measures find figures in it."""
    lines = (AUTO_PARTS / STORY).read_text(encoding="utf-8").count("\n") - 1
    assert retell(desk, ADMIN, PHONE, AUTO_PARTS) >= lines * 0.9
    found = {one.measure.id: one for one in each(desk, ADMIN)}
    for name in ("order_flow", "cash_safety", "customer_queries", "on_time_delivery"):
        known = [point for point in found[name].points if point.sample.value is not None]
        assert len(known) >= 6, name
    with desk.store.reading() as unit:
        assert unit.journal.verify().sound
