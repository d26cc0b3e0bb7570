"""A form completes a record: lookups, formulas, visibility, then what is missing."""

from __future__ import annotations

from decimal import Decimal

from seamline.facts import Ref, Row


def test_what_is_hidden_is_emptied_and_not_required(order):
    values, problems = order.done(reason="x", reason_code="R1")
    assert problems == []
    assert (values["reason"], values["reason_code"]) == (None, None)
    values, problems = order.done(urgency="rush", reason="x", reason_code="R1")
    assert (values["reason"], values["reason_code"]) == ("x", "R1")
    assert order.codes(order.done(urgency="rush")[1]) == [("reason", "required")]


def test_columns_hide_and_are_required_by_their_row(order):
    lines = [
        {"material": "M1", "qty": 1, "note": "gone"},
        {"material": "M1", "qty": 500, "process": "rush"},
        {"material": "M1", "qty": 5, "process": "rush", "note": "kept"},
    ]
    values, problems = order.done(po="P", lines=lines)
    assert order.codes(problems) == [("lines[2].note", "required")]
    assert [row.values["note"] for row in values["lines"]] == [None, None, "kept"]


def test_a_condition_over_a_computed_field_requires(order):
    lines = [{"material": "M1", "qty": 200}]
    assert order.codes(order.done(lines=lines)[1]) == [("po", "required")]
    assert order.codes(order.done(lines=lines, po="P")[1]) == []


def test_a_result_beyond_the_digits_is_a_problem_and_not_a_value(order):
    lines = [{"material": "M1", "qty": "9" * 15, "unit_price": "9" * 15}]
    values, problems = order.done(po="P", lines=lines)
    assert ("lines[1].amount", "computed_too_large") in order.codes(problems)
    assert values["lines"][0].values["amount"] is None


def test_what_was_not_found_stays_unknown_and_is_not_said_twice(order):
    values, problems = order.done(found={})
    assert problems == []
    assert (values["customer_name"], values["left"]) == (None, None)


def test_a_lookup_keeps_its_copy_where_the_record_was_not_asked_for(order):
    before, _ = order.done()
    values, _ = order.done(raw={"po": "x"}, before=before, step="change", found={})
    assert values["customer_name"] == "宏达"
    values, _ = order.done(raw={"customer": ""}, before=before, step="change", found={})
    assert values["customer_name"] is None


def test_the_given_rows_are_not_touched(order):
    row = Row({"material": Ref("M1"), "qty": Decimal(1)}, "R1")
    values = {"customer": Ref("C1"), "lines": (row,)}
    order.model.finish(values, order.found)
    assert row.values == {"material": Ref("M1"), "qty": Decimal(1)}
    assert values["lines"][0].values["amount"] == Decimal("10.00")
    assert values["lines"][0].id == "R1"
