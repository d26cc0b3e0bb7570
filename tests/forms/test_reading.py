"""A form reads what came in: every problem at its place, at once; nothing slips through."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from seamline import clock
from seamline.facts import Ref, Row


def test_a_good_record_is_read_and_completed(order):
    with clock.frozen(datetime(2026, 2, 18, 20, 0, tzinfo=UTC)):
        values, problems = order.done(discount="10", due_date="2026/2/20")
    assert problems == []
    assert values["customer"] == Ref("C1")
    assert values["customer_name"] == "宏达"
    assert values["manager"] == Ref("E7")
    assert [row.values["amount"] for row in values["lines"]] == [Decimal("30.00"), Decimal("3.00")]
    assert values["total"] == Decimal("29.70")
    assert values["left"] == Decimal("9970.30")
    assert values["weight"] == Decimal("5.500")
    assert values["days_left"] == 1  # in Shanghai it is the 19th already
    assert values["lines"][0].values["process"] == "normal"


def test_every_problem_is_said_at_once_at_its_place(order):
    values, problems = order.done(
        raw={
            "customer": ["C1"],
            "urgncy": "rush",
            "urgency": "rsh",
            "po": "x" * 300,
            "due_date": "2026-02-30",
            "discount": "1e400",
            "total": "5",
            "number": "N-1",
            "ok": "maybe",
            "lines": [
                {"material": "M1", "qty": "abc"},
                {"qty": -1, "amount": 5, "colour": "red"},
                {"material": "M1", "qty": "1.234", "process": "slow"},
            ],
        }
    )
    assert order.codes(problems) == [
        ("customer", "text_expected"),
        ("urgency", "not_an_option"),
        ("po", "too_long"),
        ("due_date", "date_expected"),
        ("discount", "number_too_large"),
        ("ok", "boolean_expected"),
        ("number", "platform_filled"),
        ("lines[1].qty", "number_expected"),
        ("lines[2].qty", "too_small"),
        ("lines[2].amount", "platform_filled"),
        ("lines[2].colour", "unknown_field"),
        ("lines[3].qty", "too_many_decimals"),
        ("lines[3].process", "not_an_option"),
        ("total", "platform_filled"),
        ("urgncy", "unknown_field"),
        ("lines[2].material", "required"),
    ]
    hints = {problem.code: problem.hint for problem in problems}
    assert hints["unknown_field"].en == "Did you mean 'urgency'?"
    assert all(problem.say.zh and problem.say.en for problem in problems)


def test_nothing_given_names_what_is_required(order):
    assert order.codes(order.done(raw={})[1]) == [
        ("customer", "required"),
        ("lines", "too_few_rows"),
    ]


@pytest.mark.parametrize("raw", [None, 5, "x", [], [("customer", "C1")]])
def test_what_is_no_mapping_is_refused(order, raw):
    _, problems = order.model.read(raw, order.model.steps["create"], None, order.reading)
    assert order.codes(problems) == [("", "object_expected")]


def test_blank_is_absent(order):
    values, problems = order.done(po="  ", tags=[], agreement=[], spot=None, discount="", total="")
    assert problems == []
    assert {values[name] for name in ("po", "tags", "agreement", "spot", "discount")} == {None}


def test_defaults_fill_what_was_not_sent_and_respect_what_was_emptied(order):
    with clock.frozen(datetime(2026, 2, 18, 20, 0, tzinfo=UTC)):
        assert order.done()[0]["due_date"] == date(2026, 2, 19)
    values, _ = order.done(urgency="")
    assert values["urgency"] is None


def test_a_change_replaces_only_what_is_given(order):
    before, _ = order.done(po="PO-1")
    values, problems = order.done(raw={"po": "PO-2"}, before=before, step="change")
    assert problems == []
    assert values["po"] == "PO-2"
    assert {**values, "po": "PO-1"} == before


def test_a_step_changes_only_its_fields(order):
    before, _ = order.done()
    step = order.model.steps["rush"]
    raw = {"urgency": "rush", "reason": "line down", "po": "X", "lines": []}
    values, problems = order.model.read(raw, step, before, order.reading)
    assert order.codes(problems) == [("po", "not_in_step"), ("lines", "not_in_step")]
    assert (values["urgency"], values["po"], values["lines"]) == ("rush", None, before["lines"])
    _, problems = order.model.read({"po": "X"}, order.model.steps["finish"], before, order.reading)
    assert order.codes(problems) == [("po", "not_in_step")]


def test_only_fields_that_the_step_may_change_are_required(order):
    values, _ = order.model.read({}, order.model.steps["rush"], {"urgency": "rush"}, order.reading)
    assert order.codes(order.model.finish(values, {})) == [("reason", "required")]
    values, _ = order.model.read(
        {}, order.model.steps["finish"], {"urgency": "rush"}, order.reading
    )
    assert order.model.finish(values, {}) == []


def test_rows_keep_their_identity_and_only_their_own(order):
    before, _ = order.done()
    rows = tuple(Row(row.values, f"R{n}") for n, row in enumerate(before["lines"], 1))
    raw = [
        {"_id": "R2", "material": "M1", "qty": 1},
        {"_id": "", "material": "M1", "qty": 1},
        {"_id": "R2", "material": "M1", "qty": 1},
        {"_id": "R9", "material": "M1", "qty": 1},
        {"_id": ["R1"], "material": "M1", "qty": 1},
    ]
    values, problems = order.done(
        raw={"lines": raw}, before={**before, "lines": rows}, step="change"
    )
    assert order.codes(problems) == [
        ("lines[3]._id", "unknown_row"),
        ("lines[4]._id", "unknown_row"),
        ("lines[5]._id", "unknown_row"),
    ]
    assert [row.id for row in values["lines"]] == ["R2", "", "", "", ""]


def test_blank_rows_at_the_end_are_dropped_and_others_keep_their_number(order):
    raw = [
        {"material": "M1", "qty": 1},
        {"qty": ""},
        {"material": "M1", "qty": 2},
        {"qty": " "},
        {},
    ]
    values, problems = order.done(lines=raw)
    assert order.codes(problems) == [
        ("lines[2].material", "required"),
        ("lines[2].qty", "required"),
    ]
    assert len(values["lines"]) == 3


def test_too_many_rows_are_one_problem(order):
    _, problems = order.done(lines=[{"material": "M1", "qty": 1}] * 51)
    assert order.codes(problems) == [("lines", "too_many_rows")]
    _, problems = order.done(lines=[5])
    assert order.codes(problems) == [("lines", "rows_expected")]
