"""Asking without taking, how promises stand, and who is told what, through the use cases."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from seamline import clock
from seamline.facts import Actor
from seamline.problems import Refused
from seamline.usecases import install, promise
from seamline.usecases.desk import Desk

from .conftest import ADMIN, API, CLERK, PACKAGE, TUESDAY, Trade, opened

pytestmark = pytest.mark.cap(30)


def test_asking_takes_nothing(trade: Trade):
    trade.part("A", there=5, lead=3)
    values = {"wish": "2026-12-02", "lines": trade.rows(("A", 5), ("A", 2))}
    for _ in range(2):
        answer = promise.ask(trade.desk, CLERK, "order", values)
        first, second = answer.lines
        assert (first.place, first.day, first.late) == (0, date(2026, 12, 2), 0)
        assert (second.place, second.day, second.late) == (1, date(2026, 12, 4), 2)
        assert first.why.en == "5 from stock."
        assert second.item.key == trade.code("A")
    assert trade.taken(trade.order(("A", 5)))[0][2] == "stock"


def test_asking_with_half_a_form(trade: Trade):
    trade.part("A", there=5)
    rows = [{"part": trade.code("A"), "qty": "many"}, {"part": "no such"}, {"qty": 3}]
    answer = promise.ask(trade.desk, CLERK, "order", {"wish": "soon", "lines": rows})
    assert answer.lines == ()
    more = {"lines": [*rows, *trade.rows(("A", 9))]}
    (line,) = promise.ask(trade.desk, CLERK, "order", more).lines
    assert (line.place, line.day, line.promised.short) == (3, None, 4)


def test_asking_about_a_change_keeps_what_stays(trade: Trade):
    trade.part("A", there=5, lead=5)
    order = trade.order(("A", 4), wish="2026-12-02")
    row = {"_id": order.values["lines"][0].id, **trade.rows(("A", 4))[0]}
    values = {"lines": [row, *trade.rows(("A", 3))]}
    kept, new = promise.ask(
        trade.desk, CLERK, "order", values, step="change", record=order.id
    ).lines
    assert (kept.fresh, kept.day, kept.why.en) == (
        False, date(2026, 12, 2), "4 from stock.",
    )  # fmt: skip
    assert (new.fresh, new.day) == (True, date(2026, 12, 9))


def test_asking_needs_the_right_to_take_the_step(trade: Trade):
    stranger = Actor("x", "X", ())
    with pytest.raises(Refused) as refused:
        promise.ask(trade.desk, stranger, "order", {})
    assert refused.value.status == 403


def test_what_arrives_is_named_only_to_those_who_may_see_it(trade: Trade):
    trade.part("A")
    bought = trade.buy("A", 5, "2026-12-05")
    values = {"lines": trade.rows(("A", 5))}
    (mine,) = promise.ask(trade.desk, ADMIN, "order", values).lines
    (theirs,) = promise.ask(trade.desk, CLERK, "order", values).lines
    assert mine.why.en == f"5 from purchase {bought.code}."
    assert mine.why.zh == f"5 取自采购单 {bought.code} 到货。"
    assert theirs.why.en == "5 from purchase."
    order = trade.write("order", values)
    assert bought.code not in str(order.values), "the record itself names nobody"


def test_what_it_assumes_is_said_in_words(trade: Trade):
    answer = promise.ask(trade.desk, CLERK, "order", {})
    assert answer.lines == ()
    trade.part("A", lead=1)
    (said,) = promise.ask(trade.desk, CLERK, "order", {"lines": trade.rows(("A", 1))}).assumes
    assert said.en == (
        "Stock is 'There' in Stock (only where usable is yes); arrivals are 'Missing' in Purchase, "
        "usable on 'Due' (only where state is Open); 'Uses' in Job goes first, on 'Day'; what is "
        "missing takes as many working days as 'Lead time' of the item says; what was promised "
        "before is taken, and overdue arrivals do not count."
    )
    assert said.zh == (
        "库存取“库存”的“数量”(仅限可用为“是”)；到货取“采购单”的“未到”，按“到货日”当天可用(仅限状态等于在途)；"
        "先扣“领料”的“用量”，按“日期”；不足的按物料的“周期”(个工作日)补货；已经承诺的先占用，逾期未到的到货不计。"
    )


def test_how_promises_stand(trade: Trade):
    trade.part("A", lead=10)
    stock = trade.shelve("A", 6, counted="2026-12-01T01:00:00Z")
    bought = trade.buy("A", 5, "2026-12-09")
    order = trade.order(("A", 4), ("A", 5), ("A", 3), wish="2026-12-03")
    kept, second, third = promise.stands(trade.desk, ADMIN, "order", order.id)
    assert [one.state for one in (kept, second, third)] == ["kept", "kept", "lead"]
    assert (kept.stock, kept.free, kept.as_of.hour) == (6, 0, 1)
    assert second.expected == date(2026, 12, 9)
    assert third.expected == third.day == date(2026, 12, 16)

    trade.write("purchase", {"due": "2026-12-11"}, bought.id)
    assert [one.state for one in promise.stands(trade.desk, ADMIN, "order", order.id)] == [
        "kept", "late", "lead",
    ]  # fmt: skip
    late = promise.stands(trade.desk, ADMIN, "order", order.id)[1]
    assert (late.day, late.expected) == (date(2026, 12, 9), date(2026, 12, 11))

    trade.write("shelf", {"there": 1}, stock.id)
    states = [one.state for one in promise.stands(trade.desk, ADMIN, "order", order.id)]
    assert states == ["late", "short", "short"], "who was promised first is served first"

    trade.write("purchase", {"due": "2026-11-30"}, bought.id)
    first = promise.stands(trade.desk, ADMIN, "order", order.id)[0]
    assert (first.state, first.lacking, first.late) == ("short", 3, (bought.code,))


def test_figures_of_the_shelf_are_for_those_who_may_see_it(trade: Trade):
    trade.part("A", there=6)
    order = trade.order(("A", 4))
    (mine,) = promise.stands(trade.desk, ADMIN, "order", order.id)
    (theirs,) = promise.stands(trade.desk, CLERK, "order", order.id)
    assert (mine.stock, mine.free) == (6, 2)
    assert (theirs.stock, theirs.free, theirs.as_of) == (None, None, None)
    trade.write("order", {}, order.id, "cancel")
    assert promise.stands(trade.desk, ADMIN, "order", order.id) == ()


def test_a_quote_for_one_item(trade: Trade):
    code = trade.part("A", there=6, lead=2)
    (one,) = promise.quote(trade.desk, ADMIN, code, Decimal(8), date(2026, 12, 2))
    assert (one.promised.day, one.stock) == (date(2026, 12, 3), 6)
    assert one.why.en == "6 from stock on 2 Dec 2026; 2 by the lead time on 3 Dec 2026."
    for actor, word, pool, status in (
        (ADMIN, "nothing", "", 404),
        (ADMIN, code, "redy", 404),
        (CLERK, code, "", 403),
    ):
        with pytest.raises(Refused) as refused:
            promise.quote(trade.desk, actor, word, Decimal(1), None, pool)
        assert refused.value.status == status


def test_a_promise_that_is_published_later_takes_what_is_open(tmp_path: Path, told):
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package)
    with clock.frozen(TUESDAY), opened(tmp_path / "workspace") as desk:
        trade = Trade(desk)
        trade.part("A", there=10, lead=5)
        before = trade.order(("A", 6), wish="2026-12-02")
        path = package / "promises" / "ready.yaml"
        only_repairs = _without_orders(path.read_text("utf-8"))
        _publish(desk, package, only_repairs, "0.2.0")
        assert trade.taken(before) == [], "nobody promises its lines any more"
        meanwhile = trade.order(("A", 3), wish="2026-12-02")
        assert trade.taken(meanwhile) == []
        _publish(desk, package, (PACKAGE / "promises" / "ready.yaml").read_text("utf-8"), "0.3.0")
        assert trade.taken(before) == [("6", "2026-12-02", "stock")]
        assert trade.taken(meanwhile) == [("3", "2026-12-02", "stock")]
        assert trade.taken(trade.order(("A", 2)))[0] == ("1", "2026-12-01", "stock")
        assert promise.fill(desk) == promise.fill(desk), "done already"


def _without_orders(text: str) -> str:
    head, _, rest = text.partition("  - form: order\n")
    return head + "  - {form: repair" + rest.partition("  - {form: repair")[2]


def _publish(desk: Desk, package: Path, promises: str, version: str) -> None:
    (package / "promises" / "ready.yaml").write_text(promises, "utf-8")
    head = package / "package.yaml"
    head.write_text(head.read_text("utf-8").replace("version: 0.1.0", f"version: {version}"))
    form = package / "forms" / "order.yaml"
    text = (PACKAGE / "forms" / "order.yaml").read_text("utf-8")
    if "form: order" not in promises:
        kept = [line for line in text.splitlines(True) if "promised" not in line]
        text = "".join(kept)
    form.write_text(text, "utf-8")
    install.publish(desk, ADMIN, API, package)
