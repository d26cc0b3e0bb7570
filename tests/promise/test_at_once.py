"""Many orders for the last pieces at the same moment, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from seamline import clock
from seamline.facts import Record
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit, submit_in

from .conftest import ADMIN, API, TUESDAY, Trade, opened

pytestmark = pytest.mark.cap(30, 31)


@pytest.fixture
def desk(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A workspace on each database."""
    with opened(tmp_path / "workspace", store_url) as desk:
        yield desk


def test_fifty_orders_cannot_take_more_than_there_is(trade: Trade):
    trade.part("A", there=20, lead=10)
    trade.part("B", there=7.5, lead=10)
    trade.buy("A", 15, "2026-12-04")

    def order(number: int) -> Record:
        with clock.frozen(TUESDAY):  # a clock of its own in each thread
            # One half names the parts the other way round: whoever locked them one by one would
            # wait for one another for ever.
            lines = [("A", 1 + number % 3), ("B", 0.5)]
            return trade.order(*lines[:: 1 if number % 2 else -1], wish="2026-12-02")

    with ThreadPoolExecutor(12) as threads:
        orders = list(threads.map(order, range(50)))

    taken: dict[tuple[str, str], Decimal] = {}
    with trade.desk.store.reading() as unit:
        for record in orders:
            for part in unit.promises.of_record(record.id):
                taken.setdefault((part.item, part.source), Decimal(0))
                taken[part.item, part.source] += part.qty
        parts = [trade.code("A"), trade.code("B")]
        model = trade.desk.catalogs.current().forms["part"]
        found = unit.records.resolve(model.tables, parts)
    a, b = (found[code].ref.id for code in parts)
    assert taken[a, "stock"] == 20
    assert taken[a, "arrival"] == 15
    assert taken[b, "stock"] == Decimal("7.5")
    asked = sum(1 + number % 3 for number in range(50))
    assert taken[a, "lead"] == asked - 35
    assert len({record.code for record in orders}) == 50


def test_long_work_and_single_orders_do_not_block_one_another(trade: Trade):
    """Many orders in one transaction, as an import has them, beside orders one by one."""
    for code in ("A", "B"):
        trade.part(code, there=30, lead=5)

    def batch() -> list[Record]:
        with clock.frozen(TUESDAY), trade.desk.store.unit() as unit:
            catalog = trade.desk.catalogs.current()
            asked = [Submission("order", "create", {"lines": trade.rows((code, 1))})
                     for code in "ABABAB"]  # fmt: skip
            return [submit_in(unit, catalog, ADMIN, API, one).record for one in asked]

    def single(code: str) -> Record:
        with clock.frozen(TUESDAY):
            asked = Submission("order", "create", {"lines": trade.rows((code, 1))})
            return submit(trade.desk, ADMIN, API, asked).record

    with ThreadPoolExecutor(8) as threads:
        batches = [threads.submit(batch) for _ in range(3)]
        singles = [threads.submit(single, code) for code in "BA" * 10]
        done = [one for batch in batches for one in batch.result()]
        done += [one.result() for one in singles]
    days = [row.values["promised"] for record in done for row in record.values["lines"]]
    assert days == [TUESDAY.date()] * 38


def test_rows_sent_anew_and_dropped(trade: Trade, told):
    days, _ = told
    trade.part("A", there=10)
    order = trade.order(("A", 4), ("A", 3))
    again = trade.write("order", {"lines": trade.rows(("A", 3), ("A", 4))}, order.id)
    assert days(again) == ["2026-12-01", "2026-12-01"]
    fewer = trade.write("order", {"lines": trade.rows(("A", 4))}, order.id)
    assert trade.taken(fewer) == [("4", "2026-12-01", "stock")]
    assert days(trade.order(("A", 6), ("A", 1))) == ["2026-12-01", None]
    assert trade.taken(trade.write("order", {}, order.id, "cancel")) == []
