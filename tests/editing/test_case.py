"""A verdict over a record as a scenario: masked, and true on its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin
from seamline.package import read_sources
from seamline.problems import Refused
from seamline.settings import load
from seamline.usecases import edit, install, scenarios
from seamline.usecases.desk import open_desk
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("admin", "Admin", ("administrator",))
SALES = Actor("zhangwei", "张伟", ("sales",))
CLI = Origin("cli", "", "test")
AUTO_PARTS = Path(__file__).parents[2] / "examples" / "auto_parts"
TELLING = ("张伟", "13912345678", "zw@corp.cn", "滨江", "K001", "33010619800101123X", "zhangwei",
           "特急", "PO-9")  # fmt: skip
CUSTOMER = {
    "code": "K001", "name": "杭州张伟汽配", "group": "tier1", "cooperation": "active",
    "credit_line": 1000, "receivable": 900, "contact": "张伟", "phone": "13912345678",
    "email": "zw@corp.cn", "remark": "身份证 33010619800101123X",
}  # fmt: skip
MATERIAL = {
    "code": "M-1", "name": "半轴", "category": "finished", "source": "make", "unit": "piece",
    "available": 1, "safety_stock": 100, "arrivals_72h": 0, "lead_time": 30,
}  # fmt: skip
ORDER = {
    "channel": "email", "evidence_ref": "张伟 13912345678", "customer": "K001",
    "customer_po": "PO-9", "signing_date": "2026-11-01", "order_type": "series", "contact": "张伟",
    "contact_phone": "13912345678", "agreement_no": "JS-1", "due_date": "2026-12-01",
    "urgency": "normal", "delivery_terms": "to_plant", "freight_by": "us",
    "delivery_address": "杭州滨江区某路 1 号", "packaging": "carton", "inspection": "standard",
    "payment_terms": "prepaid", "invoice_type": "vat_special", "salesperson": "zhangwei",
    "remark": "请联系张伟", "lines": [
        {"material": "M-1", "qty": 10, "unit_price": 20, "special_process": "none"}],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path):
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    opened = open_desk(load(workspace, {}))
    install.publish(opened, ADMIN, CLI, AUTO_PARTS, skip_scenarios=True)
    ask(opened, "customer", "create", CUSTOMER)
    ask(opened, "material", "create", MATERIAL)
    yield opened
    opened.close()


def ask(desk, form, step, values, actor=ADMIN, **more):
    return submit(desk, actor, CLI, Submission(form, step, values, **more))


def played(desk, document):
    with desk.store.reading() as unit:
        (installed,) = unit.packages.installed()
    sources = {**installed.sources, "scenarios/case.yaml": document}
    package = read_sources(sources)
    case = tuple(one for one in package.scenarios if one.id.startswith("case_"))
    (result,) = scenarios.run([replace(package, scenarios=case)])
    return result


@pytest.mark.cap(115)
def test_a_case_becomes_a_scenario_that_tells_nobody(desk):
    made = ask(desk, "sales_order", "create", ORDER, SALES)
    assert made.outcome == "held"
    document = edit.scenario_of(desk, ADMIN, "sales_order", made.record.code)
    assert [word for word in TELLING if word in document] == []
    assert "fired: [stock_below_line, " in document
    assert document.count("contact 1") == 2  # the same person in customer and order
    assert played(desk, document).passed
    # Edited in, it guards the rule from then on.
    put = edit.edit(desk, ADMIN, CLI, "auto_parts", "scenarios/case.yaml", document, "a real case")
    assert put.diff[0].en.startswith("scenario 'case_sales_order_create_")


def test_a_refused_step_and_a_field_that_changed_since(desk):
    ask(desk, "customer", "change", {"credit_line": 100000, "overdue": 0}, record="K001")
    made = ask(desk, "sales_order", "create", ORDER, SALES)
    ask(desk, "sales_order", "confirm", {"promise_date": "2026-12-05"}, record=made.record.id)
    with pytest.raises(Refused):
        ask(desk, "sales_order", "release", {}, record=made.record.id, reason="张伟催货")
    # Judged under a clean customer; what the customer owes today must not matter.
    ask(desk, "customer", "refresh_receivable", {"overdue": 500}, record="K001")
    document = edit.scenario_of(desk, ADMIN, "sales_order", made.record.id)
    assert "step: release" in document
    assert "outcome: refused" in document
    assert "state: confirmed" in document
    assert "张伟" not in document
    assert played(desk, document).passed
    first = edit.scenario_of(desk, ADMIN, "sales_order", made.record.id, made.decision.id)
    assert "step: create" in first


def test_what_cannot_be_told(desk):
    made = ask(desk, "sales_order", "create", ORDER, SALES)
    rules = edit.text_of(desk, ADMIN, "auto_parts", "rulesets/order_create.yaml").text
    for work, status, code in (
        (lambda: edit.scenario_of(desk, ADMIN, "customer", "K001"), 404, "no_decision"),
        (lambda: edit.scenario_of(desk, ADMIN, "sales_order", "OD-0"), 404, "unknown_record"),
        (lambda: edit.scenario_of(desk, Actor("w", "W", ()), "sales_order", made.record.id), 403,
         "not_allowed"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            work()
        assert (refusal.value.status, refusal.value.problems[0].code) == (status, code)
    # The rule that spoke has gone: the case is no example any more.
    start = rules.index("  - id: evidence_missing")
    gone = rules[:start] + rules[rules.index("review:") :]
    edit.edit(desk, ADMIN, CLI, "auto_parts", "scenarios/evidence_missing.yaml", "", "gone too")
    edit.edit(desk, ADMIN, CLI, "auto_parts", "rulesets/order_create.yaml", gone, "not needed")
    with pytest.raises(Refused) as refusal:
        edit.scenario_of(desk, ADMIN, "sales_order", made.record.id)
    assert refusal.value.status == 422
