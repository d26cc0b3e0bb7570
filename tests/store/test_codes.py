"""Codes under concurrency: every order gets its own, past any number of digits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from seamline.store import Store
from seamline.testing.trade import order, record, tables

NAME = "order:2026-02"


@pytest.mark.cap(12)
@pytest.mark.parametrize("before", [0, 99_975])
def test_fifty_orders_at_once_get_fifty_codes(store: Store, before: int) -> None:
    with store.unit() as unit:
        unit.connection.execute(
            text("INSERT INTO seam_sequences (name, value) VALUES (:name, :value)"),
            {"name": NAME, "value": before},
        )

    def place(_: int) -> str:
        with store.unit() as unit:
            return order(unit, f"OD-2026-02-{unit.sequences.next(NAME):05}").code

    with ThreadPoolExecutor(16) as many:
        codes = list(many.map(place, range(50)))
    assert set(codes) == {f"OD-2026-02-{before + number:05}" for number in range(1, 51)}
    if before:
        assert "OD-2026-02-100025" in codes


@pytest.mark.cap(12)
def test_a_code_is_never_reused(store: Store) -> None:
    with store.unit() as unit:
        order(unit, "OD-1")
        archived = record("order", {}, code="OD-2", archived=True)
        unit.records.insert(tables("order"), archived)
    for code in ("OD-1", "OD-2"):
        with pytest.raises(Exception, match="has this value"), store.unit() as unit:
            order(unit, code)
