"""The order intake form: exactly 21 required fields, four channels, steps with reasons."""

import pytest

from seamline.metadata import Field, Form

REQUIRED = (
    "channel", "evidence_ref",
    "customer", "customer_po", "signing_date", "order_type", "contact", "contact_phone",
    "due_date", "urgency", "delivery_terms", "freight_by", "delivery_address", "packaging",
    "inspection",
    "lines.material", "lines.qty", "lines.unit_price", "lines.special_process",
    "payment_terms", "invoice_type",
)  # fmt: skip


def required(form: Form) -> tuple[str, ...]:
    """Return the required fields: all marked so, columns too, the table itself not."""
    return tuple(
        path for path, field in form.every_field() if field.required and field.kind != "table"
    )


def field_of(form: Form, word: str) -> Field:
    return next(field for path, field in form.every_field() if path == word)


@pytest.mark.cap(2)
def test_exactly_21_fields_are_required(order_form: Form) -> None:
    assert required(order_form) == REQUIRED
    assert len(REQUIRED) == 21
    assert order_form.help is not None
    assert "21" in order_form.help.zh
    assert "21" in order_form.help.en


@pytest.mark.cap(2)
def test_no_required_field_fills_itself(order_form: Form) -> None:
    """A default would let a submission pass that lacks the field."""
    assert [path for path in REQUIRED if field_of(order_form, path).default is not None] == []


@pytest.mark.cap(3)
def test_the_story_s_four_fields_are_among_them(order_form: Form) -> None:
    named = {
        "customer": "客户编码", "lines.material": "物料编码", "due_date": "交期",
        "lines.special_process": "特殊工艺要求",
    }  # fmt: skip
    assert set(named) <= set(required(order_form))
    assert {path: field_of(order_form, path).label.zh for path in named} == named


@pytest.mark.cap(4)
def test_channel_and_original_are_kept(order_form: Form) -> None:
    options = [option["id"] for option in field_of(order_form, "channel").settings["options"]]
    assert options == ["wechat", "email", "phone", "paper"]
    assert field_of(order_form, "evidence").kind == "attachment"


@pytest.mark.cap(11)
def test_the_tracking_code_has_the_story_s_shape(order_form: Form) -> None:
    assert order_form.code is not None
    assert order_form.code.pattern == "OD-{year}-{month}-{number:5}"
    assert order_form.code.tracking


@pytest.mark.cap(14)
@pytest.mark.parametrize("step_id", ["change", "rush", "spec_change", "cancel"])
def test_later_changes_need_a_reason_and_make_a_revision(order_form: Form, step_id: str) -> None:
    step = next(step for step in order_form.steps if step.id == step_id)
    assert step.reason == "required"
    assert step.revises


@pytest.mark.cap(15)
def test_a_customer_po_is_a_duplicate_mark(order_form: Form) -> None:
    assert [item.fields for item in order_form.duplicates] == [("customer", "customer_po")]
