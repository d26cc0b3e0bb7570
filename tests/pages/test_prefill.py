"""A form begins with what is known: of the customer, of the last order, of this person."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.ui.app import create_app
from seamline.usecases.prefill import Given, prefill
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, CLI, Site

NEW = "/r/sales_order/new"
CHEN = Actor("chen", "陈洁", ("sales",))
ORDER: dict[str, Any] = {
    "channel": "email", "evidence_ref": "E-1", "customer": "C1", "customer_po": "PO-1",
    "signing_date": "2026-01-28", "order_type": "spare", "contact": "老李",
    "agreement_no": "JS-1", "due_date": "2028-03-01", "urgency": "urgent",
    "delivery_terms": "pickup", "freight_by": "customer", "delivery_address": "A", "packaging":
    "wooden", "inspection": "ppap", "payment_terms": "prepaid", "invoice_type": "export",
    "contact_phone": "13800138000",
    "lines": [
        {"material": "HX-2041", "qty": 1, "unit_price": 9.5, "special_process": "zinc"},
        {"material": "HX-3310", "qty": 1, "unit_price": 3.25, "special_process": "nickel"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def chen(shop) -> Site:
    """The pages as the salesperson, after one order of a customer with a contact."""
    customer = {
        "code": "C1", "name": "One", "group": "tier1", "cooperation": "active", "contact": "小王",
        "credit_line": 9_000_000, "payment_terms": "monthly_60", "phone": "0514-55533423",
    }  # fmt: skip
    bare = {"name": "Two", "contact": "", "payment_terms": ""}
    for code, more in (("C1", {}), ("C2", bare)):
        submit(shop, ADMIN, CLI, Submission("customer", "create", customer | {"code": code} | more))
    submit(shop, CHEN, Origin("form"), Submission("sales_order", "create", ORDER))
    site = Site(create_app(shop).test_client())
    site.sign_in("chen")
    return site


def test_a_new_form_begins_with_what_the_person_entered_last(chen) -> None:
    chen.get(NEW)
    begun = chen.fields()
    assert (begun["channel"], begun["packaging"], begun["order_type"]) == (
        "email",
        "wooden",
        "spare",
    )
    assert begun["urgency"] == "normal"  # as the form says, not as it was last
    assert begun["signing_date"] and begun["due_date"] == ""
    assert begun["payment_terms"] == begun["contact"] == ""
    assert "同上一单 OD-" in chen.text


@pytest.mark.cap(16)
def test_a_known_customer_brings_its_own_and_its_last_terms(chen) -> None:
    chen.get(f"{NEW}?customer=C1")
    begun = chen.fields()
    assert (begun["contact"], begun["payment_terms"]) == ("小王", "monthly_60")
    assert begun["inspection"] == "ppap"
    assert "客户编码 C1" in chen.text
    chen.get(f"{NEW}?customer=C2")
    assert (chen.fields()["contact"], chen.fields()["contact_phone"]) == ("", "0514-55533423")


def test_without_scripts_a_button_fills_what_is_blank_and_nothing_else(chen) -> None:
    chen.get(NEW)
    chen.send(NEW, _do="refresh", customer="C1", contact="自己写的", lines__0__material="HX-3310")
    kept = chen.fields()
    assert (kept["contact"], kept["delivery_terms"]) == ("自己写的", "pickup")
    assert (kept["lines.0.unit_price"], kept["lines.0.special_process"]) == ("3.2500", "nickel")
    chen.send(NEW, _do="refresh", customer="C2", lines__0__unit_price="", lines__0__qty="7")
    kept = chen.fields()
    assert (
        kept["lines.0.unit_price"] == ""
    )  # the other customer had none, and no list price is known
    assert kept["lines.0.qty"] == "7"


def test_the_browser_asks_for_one_field_or_one_row(chen) -> None:
    chen.get(NEW)
    headers = {"X-CSRFToken": chen.token()}

    def ask(**body: Any) -> Any:
        told = {"step": "create", "words": {"customer": "C1"}, **body}
        return chen.client.post("/r/sales_order/prefill", json=told, headers=headers)

    answer = ask(wanted=["contact", "packaging", "customer_po", "nothing"]).json
    assert answer["contact"] == {"value": "小王", "say": "客户编码 C1"}
    assert answer["packaging"]["value"] == "wooden"
    assert set(answer) == {"contact", "packaging"}
    row = {"table": "lines", "row": {"material": "HX-2041"}}
    answer = ask(wanted=["unit_price", "special_process", "qty"], **row).json
    assert {name: one["value"] for name, one in answer.items()} == {
        "unit_price": "9.5000", "special_process": "zinc",
    }  # fmt: skip
    assert ask(wanted=["unit_price"], table="nothing", row={}).json == {}
    for body in ({"wanted": 3}, {"words": "x", "wanted": []}, {"row": [], "wanted": ["a"]}):
        assert ask(**body).status_code in (200, 400)
    assert chen.client.post("/r/sales_order/prefill", json=[], headers=headers).status_code == 400


def test_what_a_person_may_not_read_is_not_known_to_their_form(shop, chen) -> None:
    model: FormModel = shop.catalogs.current().forms["sales_order"]
    stranger = Actor("stranger", "stranger", ("nobody",))
    given = Given({"customer": "C1"})
    wanted = ["contact", "packaging", "urgency"]
    assert set(prefill(shop, CHEN, model, given, wanted)) == set(wanted)
    assert set(prefill(shop, stranger, model, given, wanted)) == {"urgency"}


@pytest.mark.cap(2)
def test_elsewhere_a_required_field_has_to_be_given_all_the_same(shop, chen) -> None:
    left = {name: value for name, value in ORDER.items() if name not in ("urgency", "channel")}
    values = left | {"customer_po": "PO-2"}
    with pytest.raises(Refused) as refused:
        submit(shop, CHEN, Origin("api"), Submission("sales_order", "create", values))
    assert [problem.place.path for problem in refused.value.problems] == ["channel", "urgency"]
