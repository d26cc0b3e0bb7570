"""What lines are promised as their record is written, changed and given up."""

from __future__ import annotations

from datetime import date

import pytest

from seamline.facts import Record
from seamline.problems import Refused
from seamline.usecases.submit import Submission, submit

from .conftest import ADMIN, API, CLERK, Trade

pytestmark = pytest.mark.cap(30, 31)


def test_a_line_is_promised_from_stock_then_arrivals_then_the_lead_time(trade: Trade, told):
    days, whys = told
    trade.part("A", there=60, lead=10)
    bought = trade.buy("A", 25, "2026-12-09")
    order = trade.order(("A", 100), wish="2026-12-03")
    # 10 working days from Tuesday the 1st; Monday the 7th is a holiday.
    assert days(order) == ["2026-12-16"]
    assert whys(order) == [
        "60 from stock on 3 Dec 2026; 25 from purchase on 9 Dec 2026; "
        "15 by the lead time on 16 Dec 2026."
    ]
    assert whys(order, "zh") == [
        "60 取自库存，2026年12月3日 可交；25 取自采购单到货，2026年12月9日 可交；"
        "15 按补货周期，2026年12月16日 可交。"
    ]
    assert trade.taken(order) == [
        ("60", "2026-12-03", "stock"),
        ("25", "2026-12-09", bought.code),
        ("15", "2026-12-16", "lead"),
    ]


def test_formulas_and_rules_see_the_promised_day(trade: Trade):
    trade.part("A", there=5, lead=3)
    order = trade.order(("A", 5), ("A", 5), wish="2026-12-02")
    assert [row.values["late"] for row in order.values["lines"]] == [0, 2]
    assert order.values["last"] == date(2026, 12, 4)


def test_what_cannot_be_had_is_said_and_not_promised(trade: Trade, told):
    days, whys = told
    trade.part("A", there=3)
    order = trade.order(("A", 5), wish="2026-12-02")
    assert days(order) == [None]
    assert "2 cannot be promised" in whys(order)[0]
    assert trade.taken(order) == [("3", "2026-12-02", "stock")]
    trade.shelve("A", 9)
    later = trade.write("order", {"note": "again?"}, order.id, "annotate")
    assert days(later) == ["2026-12-02"], "a line without a day is promised as soon as can be"


def test_whoever_comes_later_gets_what_is_left(trade: Trade, told):
    days, _ = told
    trade.part("A", there=10, lead=20)
    first = trade.order(("A", 8), wish="2026-12-20")
    second = trade.order(("A", 8), wish="2026-12-02")
    assert days(first) == ["2026-12-20"]
    assert trade.taken(second)[0] == ("2", "2026-12-02", "stock")
    assert days(trade.write("order", {}, first.id, "annotate")) == ["2026-12-20"]


def test_two_lines_of_one_order_do_not_share_a_piece(trade: Trade, told):
    days, _ = told
    trade.part("A", there=10)
    order = trade.order(("A", 7), ("A", 7), wish="2026-12-02")
    assert days(order) == ["2026-12-02", None]
    assert [qty for qty, _, _ in trade.taken(order)] == ["7", "3"]


def test_a_line_that_needs_the_same_keeps_its_promise(trade: Trade, told):
    days, _ = told
    trade.part("A", lead=5)
    stock = trade.shelve("A", 10)
    order = trade.order(("A", 4), wish="2026-12-02")
    row = order.values["lines"][0]
    trade.write("shelf", {"there": 0}, stock.id)
    kept = trade.write(
        "order", {"lines": [{"_id": row.id, "part": trade.code("A"), "qty": 4}]}, order.id
    )
    assert days(kept) == ["2026-12-02"]
    renamed = trade.write("order", {"lines": trade.rows(("A", 4))}, order.id)
    assert days(renamed) == ["2026-12-02"]
    assert renamed.values["lines"][0].id != row.id
    assert trade.taken(renamed) == [("4", "2026-12-02", "stock")]
    more = trade.write("order", {"lines": trade.rows(("A", 5))}, order.id)
    assert days(more) == ["2026-12-09"], "a line that needs more is promised anew"
    assert trade.taken(more) == [("5", "2026-12-09", "lead")]


def test_another_day_wanted_is_another_promise(trade: Trade, told):
    days, _ = told
    trade.part("A", there=5)
    bought = trade.buy("A", 5, "2026-12-10")
    order = trade.order(("A", 5), wish="2026-12-15")
    assert [source for *_, source in trade.taken(order)] == [bought.code]
    moved = trade.write("order", {"wish": "2026-12-03"}, order.id, "move")
    assert days(moved) == ["2026-12-03"]
    assert [source for *_, source in trade.taken(moved)] == ["stock"]


def test_a_step_may_promise_every_line_anew(trade: Trade, told):
    days, _ = told
    trade.part("A", lead=10)
    order = trade.order(("A", 5), wish="2026-12-02")
    assert days(order) == ["2026-12-16"]
    trade.shelve("A", 5)
    assert days(trade.write("order", {"note": "x"}, order.id, "annotate")) == ["2026-12-16"]
    assert days(trade.write("order", {"note": "y"}, order.id, "again")) == ["2026-12-02"]


@pytest.mark.parametrize("step", ["send", "cancel", "archive"])
def test_what_is_over_gives_back_what_it_took(trade: Trade, told, step: str):
    days, _ = told
    trade.part("A", there=5)
    order = trade.order(("A", 5), wish="2026-12-02")
    assert days(trade.order(("A", 1))) == [None]
    after = trade.write("order", {}, order.id, step)
    assert trade.taken(order) == []
    assert days(after) == ["2026-12-02"], "the record goes on telling what was promised"
    assert days(trade.order(("A", 5))) == ["2026-12-01"]


def test_a_record_that_comes_back_is_promised_anew(trade: Trade, told):
    days, _ = told
    trade.part("A", there=5, lead=5)
    order = trade.order(("A", 5), wish="2026-12-02")
    trade.write("order", {}, order.id, "archive")
    trade.order(("A", 5), wish="2026-12-02")
    assert days(trade.write("order", {}, order.id, "restore")) == ["2026-12-09"]


def test_a_line_that_is_taken_out_gives_back_what_it_took(trade: Trade, told):
    days, _ = told
    trade.part("A", there=5)
    trade.part("B", there=5)
    order = trade.order(("A", 5), ("B", 5))
    a, b = order.values["lines"]
    trade.write("order", {"lines": [{"_id": b.id, "part": trade.code("B"), "qty": 5}]}, order.id)
    assert [qty for qty, _, _ in trade.taken(order)] == ["5"]
    assert days(trade.order(("A", 5), ("B", 1))) == ["2026-12-01", None]


def test_lines_sent_along_when_an_order_ends_keep_telling(trade: Trade, told):
    days, _ = told
    trade.part("A", there=5)
    order = trade.order(("A", 5), wish="2026-12-02")
    row = {"_id": order.values["lines"][0].id, "part": trade.code("A"), "qty": 2}
    assert days(trade.write("order", {"lines": [row]}, order.id, "cancel")) == ["2026-12-02"]


def test_a_record_can_be_the_line_itself_and_shares_the_pool(trade: Trade, told):
    days, _ = told
    trade.part("A", there=3, lead=1)
    repair = trade.write("repair", {"part": trade.code("A"), "pieces": 2})
    assert repair.values["ready"] == date(2026, 12, 1)
    assert trade.taken(trade.order(("A", 2), wish="2026-12-01")) == [
        ("1", "2026-12-01", "stock"),
        ("1", "2026-12-02", "lead"),
    ]
    trade.write("repair", {"pieces": 1}, repair.id)
    assert [qty for qty, _, _ in trade.taken(repair)] == ["1"]


def test_only_what_the_metadata_counts_counts(trade: Trade, told):
    days, _ = told
    trade.part("A", there=5)
    trade.shelve("A", 50, usable=False)
    bought = trade.buy("A", 50, "2026-12-05")
    trade.write("purchase", {}, bought.id, "receive")
    trade.buy("A", 50, "2026-11-30")  # overdue: nobody counts on it
    trade.write("job", {"part": trade.code("A"), "uses": 2, "on": "2026-12-20"})
    assert trade.taken(trade.order(("A", 9))) == [("3", "2026-12-01", "stock")]


def test_part_of_a_purchase_has_come(trade: Trade, told):
    days, _ = told
    trade.part("A")
    lines = [{"part": trade.code("A"), "qty": 10, "got": 4}]
    trade.write("purchase", {"due": "2026-12-05", "lines": lines})
    assert days(trade.order(("A", 6))) == ["2026-12-05"]
    assert days(trade.order(("A", 1))) == [None]


def test_a_stock_below_nothing_is_owed_first(trade: Trade, told):
    days, _ = told
    trade.part("A", there=-4)
    trade.buy("A", 10, "2026-12-05")
    assert days(trade.order(("A", 6))) == ["2026-12-05"]
    assert days(trade.order(("A", 1))) == [None]


def test_nobody_writes_a_promise_by_hand(trade: Trade):
    trade.part("A", there=5)
    lines = [{"part": trade.code("A"), "qty": 1, "promised": "2026-12-24"}]
    with pytest.raises(Refused) as refused:
        submit(trade.desk, CLERK, API, Submission("order", "create", {"lines": lines}))
    assert [problem.code for problem in refused.value.problems] == ["platform_filled"]


def test_an_amount_beyond_reason_is_refused_a_promise(trade: Trade, told):
    days, whys = told
    trade.part("A", there=5, lead=1)
    order = trade.order(("A", 10**9))
    assert days(order) == [None]
    assert "too large" in whys(order)[0]


def test_a_refused_order_takes_nothing(trade: Trade):
    trade.part("A", there=5)
    with pytest.raises(Refused):
        trade.order(("A", 5), ("nothing", 1))
    assert trade.taken(trade.order(("A", 5))) == [("5", "2026-12-01", "stock")]


def test_a_repeated_submission_takes_once(trade: Trade):
    trade.part("A", there=5)
    asked = Submission(
        "order", "create", {"lines": [{"part": trade.code("A"), "qty": 2}]}, idempotency_key="k"
    )
    first, again = (submit(trade.desk, ADMIN, API, asked) for _ in range(2))
    assert again.repeated and first.record.id == again.record.id
    assert trade.taken(first.record) == [("2", "2026-12-01", "stock")]


def test_an_unchanged_record_is_left_alone(trade: Trade):
    trade.part("A", there=5, lead=2)
    order = trade.order(("A", 2))
    values = {"lines": trade.rows(("A", 2))}
    asked = Submission("order", "change", values, order.id, only_if_changed=True)
    done = submit(trade.desk, ADMIN, API, asked)
    assert done.repeated and done.record.version == 1


def test_an_order_of_nothing_is_promised_nothing(trade: Trade):
    trade.part("A", there=5)
    order: Record = trade.write("order", {"lines": [{"part": trade.code("A")}]})
    assert order.values["lines"][0].values["promised"] is None
    assert order.values["lines"][0].values["why"] is None
