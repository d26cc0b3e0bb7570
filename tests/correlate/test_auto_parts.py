"""The correlations that ship with the auto-parts package, on records as people enter them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from seamline import clock
from seamline.facts import Actor, GeoPoint, Origin
from seamline.proofs import sample
from seamline.usecases import correlate, files
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
CLI = Origin("cli")
NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)  # noon in Shanghai
AUTO_PARTS = Path(__file__).parents[2] / "examples" / "auto_parts"
ORDER = {
    "channel": "email", "evidence_ref": "M-1", "customer": "C1", "customer_po": "PO-1",
    "signing_date": "2026-04-01", "order_type": "series", "contact": "Li",
    "contact_phone": "+8657112345678", "due_date": "2026-06-01", "urgency": "normal",
    "delivery_terms": "to_plant", "freight_by": "us", "delivery_address": "Hangzhou",
    "packaging": "carton", "inspection": "standard", "payment_terms": "monthly_30",
    "invoice_type": "vat_special", "agreement_no": "A-1",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The auto-parts package with a customer, a bought part, a supplier, and one order over 40."""
    desk = published(tmp_path / "workspace", AUTO_PARTS)
    with clock.frozen(NOON):
        take(desk, "customer", code="C1", name="Hangzhou", group="passenger", cooperation="active",
             credit_line=50_000, receivable=1_000)  # fmt: skip
        take(desk, "material", code="M1", name="Seal", category="bought", source="buy",
             unit="piece", available=100, safety_stock=10, arrivals_72h=0)  # fmt: skip
        take(desk, "supplier", code="S1", name="Furnace", **supplier(desk))
        take(desk, "sales_order", **ORDER, lines=[line(40)])
    yield desk
    desk.close()


def supplier(desk: Desk) -> dict[str, Any]:
    """Return what else a supplier needs: the first option of each required choice."""
    form = desk.catalogs.current().forms["supplier"].form
    return {
        field.id: field.settings["options"][0]["id"]
        for field in form.fields
        if field.required and field.kind == "choice"
    }


def line(qty: int) -> dict[str, Any]:
    return {"material": "M1", "qty": qty, "unit_price": "2.50", "special_process": "none"}


def take(desk: Desk, form: str, step: str = "create", record: str = "", **values: Any) -> Any:
    asked = Submission(form, step, values, record=record, reason="test")
    return submit(desk, ADMIN, CLI, asked).record


def raised(desk: Desk, rule: str) -> list[str]:
    return [match.facts["say"]["en"] for match in correlate.standing(desk, rule)]


@pytest.mark.cap(27)
def test_a_part_that_orders_use_up_is_locked_until_it_arrives(desk):
    rule = "short_for_order"
    with clock.frozen(NOON):
        correlate.sweep(desk, [rule])
        assert raised(desk, rule) == []
        part = take(desk, "material", "refresh_stock", "M1", available=30)
        correlate.react(desk, "material", part.id)
        (said,) = raised(desk, rule)
        assert "wants 40.00, 30.00 available" in said
        with desk.store.reading() as unit:
            locks = {lock.rule: lock.act for lock in unit.locks.of_records((part.id,))}
        assert locks[f"correlation.{rule}"] == "order_taking"
        take(desk, "material", "refresh_stock", "M1", arrivals_72h=500)
        correlate.react(desk, "material", part.id)
        assert raised(desk, rule) == []
        with desk.store.reading() as unit:
            rules = [lock.rule for lock in unit.locks.of_records((part.id,))]
        assert f"correlation.{rule}" not in rules


@pytest.mark.cap(57)
def test_credit_that_runs_out_after_the_order_was_taken_is_told(desk):
    with clock.frozen(NOON):
        correlate.sweep(desk, ["late_credit"])
        assert raised(desk, "late_credit") == []
        customer = take(desk, "customer", "refresh_receivable", "C1", receivable=60_000)
        correlate.react(desk, "customer", customer.id)
        (said,) = raised(desk, "late_credit")
        assert said.startswith("OD-2026-04-00001") and "Hangzhou" in said
        take(desk, "customer", "adjust_credit", "C1", credit_line=90_000)
        correlate.react(desk, "customer", customer.id)
        assert raised(desk, "late_credit") == []


@pytest.mark.cap(50)
def test_a_task_not_started_48_hours_before_is_told(desk):
    rule = "subcontract_not_started"
    with clock.frozen(NOON):
        asked = {"sales_order": "OD-2026-04-00001", "supplier": "S1", "material": "M1", "qty": 4}
        task = take(desk, "subcontract_task", **asked, due_date="2026-04-14")
        correlate.sweep(desk, [rule])
        assert raised(desk, rule) == []
    with clock.frozen(datetime(2026, 4, 12, 1, tzinfo=UTC)):
        correlate.sweep(desk, [rule])
        (said,) = raised(desk, rule)
        assert said.startswith(task.code)
        scene = sample.photo(1, clock.now(), place=GeoPoint(31.2, 121.5))
        ref = files.keep(desk, ADMIN, scene, "shop.jpg", "image/jpeg")
        photo = [asdict(ref) | {"capture": {"device": "D-1"}}]
        take(desk, "subcontract_task", "quench", task.id, photo=photo)
        correlate.sweep(desk, [rule])
        assert raised(desk, rule) == []
