"""What every store must do, whatever database is under it: subclass, and give a `store` fixture.

The store must hold the small trade of `seamline.testing.trade`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from seamline.facts import Decision, Event, FileRef, Finding, Record, Row, Value
from seamline.problems import Refused
from seamline.store import Store, verify_export
from seamline.store.ulid import ulid
from seamline.text import Text

from .list_contract import ListContract
from .trade import customer, order, package, part, record, tables

AT = datetime(2026, 2, 1, 8, 0, 0, 5, tzinfo=UTC)


def event(**more: Any) -> Event:
    """Return an event of an order."""
    given: dict[str, Any] = {"kind": "created", "at": AT, "actor": "li", "via": "api"} | more
    return Event(**given)


class StoreContract(ListContract):
    """Everything that the rest of the product relies on."""

    def test_a_record_comes_back_as_it_went_in(self, store: Store) -> None:
        with store.unit() as unit:
            buyer, bolt = customer(unit, "C1"), part(unit, "P1")
            values: Mapping[str, Value] = {
                "customer": buyer,
                "customer_po": "PO'1%_\\",
                "due_date": date(2026, 3, 1),
                "amount": Decimal("9999999999999999.99"),
                "weight": Decimal("-0.001"),
                "urgent": False,
                "tags": ("red", "blue"),
                "agreement": (FileRef("a" * 64, "协议.pdf", "application/pdf", 7),),
                "credit_line": Decimal("5.00"),
                "lines": (
                    Row({"part": bolt, "qty": Decimal("1.50"), "note": "甲"}),
                    Row({"part": None, "qty": None, "note": None}),
                ),
            }
            stored = order(unit, "OD-00001", AT, **values)
        with store.reading() as unit:
            found = unit.records.get(tables("order"), stored.id)
        assert found is not None
        rows = found.values["lines"]
        assert isinstance(rows, tuple) and all(isinstance(row, Row) and row.id for row in rows)
        bare = tuple(replace(row, id="") for row in rows if isinstance(row, Row))
        assert replace(found, values={**found.values, "lines": bare}) == stored
        assert found.created_at.tzinfo is not None

    def test_a_record_is_found_by_what_people_call_it(self, store: Store) -> None:
        with store.unit() as unit:
            buyer = customer(unit, "C1")
            placed = order(unit, "OD-00001", customer=buyer)
        with store.reading() as unit:
            for form, word in (("customer", "C1"), ("order", "OD-00001"), ("order", placed.id)):
                assert unit.records.get(tables(form), word) is not None
            for word in ("", "c1", "OD-0000", "x" * 26, ulid()):
                assert unit.records.get(tables("customer"), word) is None

    def test_an_update_keeps_rows_and_refuses_the_second_of_two(self, store: Store) -> None:
        with store.unit() as unit:
            buyer = customer(unit, "C1")
            first = order(
                unit, "OD-1", customer=buyer, lines=(Row({"note": "a"}), Row({"note": "b"}))
            )
        with store.unit() as unit:
            found = unit.records.get(tables("order"), first.id, lock=True)
            assert found is not None
            one, two = _rows(found)
            changed = replace(found, version=2, values={**found.values, "lines": (two, one)})
            unit.records.update(tables("order"), changed, 1)
        with store.reading() as unit:
            kept = unit.records.get(tables("order"), first.id)
        assert kept is not None and kept.version == 2
        assert [row.id for row in _rows(kept)] == [two.id, one.id]
        with pytest.raises(Refused) as refused, store.unit() as unit:
            unit.records.update(tables("order"), replace(first, version=2), 1)
        assert refused.value.status == 412

    def test_only_what_is_said_to_have_changed_is_written(self, store: Store) -> None:
        with store.unit() as unit:
            stored = order(unit, "OD-1", customer=customer(unit, "C1"), lines=(Row({"note": "a"}),))
            moved = replace(
                stored, state="released", version=2, values={"customer_po": "x", "urgent": True}
            )
            unit.records.update(tables("order"), moved, 1, changed=("urgent",))
        with store.reading() as unit:
            found = unit.records.get(tables("order"), stored.id)
        assert found is not None and found.state == "released"
        assert (found.values["urgent"], found.values["customer_po"]) == (True, None)
        assert len(_rows(found)) == 1

    def test_what_the_platform_adds_is_written_where_it_is_not_as_it_was(
        self, store: Store
    ) -> None:
        with store.unit() as unit:
            stored = order(unit, "OD-1", customer=customer(unit, "C1"))
            moved = replace(stored, state="released", held="pending", version=2)
            unit.records.update(tables("order"), moved, 1, (), stored)
            again = replace(moved, held="", revision=2, version=3)
            unit.records.update(tables("order"), again, 2, (), moved)
        with store.reading() as unit:
            found = unit.records.get(tables("order"), stored.id)
        assert found is not None
        assert (found.state, found.held, found.revision, found.version) == ("released", "", 2, 3)
        assert (found.code, found.archived_at) == ("OD-1", None)

    def test_a_taken_value_is_refused_by_the_name_of_its_field(self, store: Store) -> None:
        with store.unit() as unit:
            customer(unit, "C1")
        with pytest.raises(Refused) as refused, store.unit() as unit:
            customer(unit, "C1")
        (problem,) = refused.value.problems
        assert (refused.value.status, problem.place.path) == (409, "code")

    def test_words_are_resolved_in_one_go(self, store: Store) -> None:
        with store.unit() as unit:
            buyer = customer(unit, "C1", credit_line=Decimal("10.00"), source_id=7)
            stored = record("customer", {"code": "C2"}, archived=True)
            unit.records.insert(tables("customer"), stored)
            words = ("C1", "C2", "C3", "", buyer.id)
            found = unit.records.resolve(
                tables("customer"), words, ("credit_line", "_tracking", "region")
            )
            by = unit.records.resolve(tables("customer"), ("7", "x", "9" * 30), by="source_id")
        assert set(found) == {"C1", "C2", buyer.id}
        assert found["C1"].ref == buyer and not found["C1"].archived
        assert found["C1"].values == {
            "credit_line": Decimal("10.00"), "_tracking": None, "region": None
        }  # fmt: skip
        assert found["C2"].archived
        assert {word: hit.ref for word, hit in by.items()} == {"7": buyer}

    def test_equal_values_are_found(self, store: Store) -> None:
        with store.unit() as unit:
            one, two = customer(unit, "C1"), customer(unit, "C2")
            first = order(unit, "OD-1", customer=one, customer_po="A")
            order(unit, "OD-2", customer=two, customer_po="A")
            wanted: Mapping[str, Value] = {"customer": one, "customer_po": "A"}
            assert [head.code for head in unit.records.equal(tables("order"), wanted)] == ["OD-1"]
            assert unit.records.equal(tables("order"), wanted, first.id) == []
            assert unit.records.equal(tables("order"), {"customer_po": None}) == []
            (head,) = unit.records.equal(tables("customer"), {"code": "C1"})
            assert (head.code, head.label, head.archived) == ("C1", "公司 C1", False)

    def test_records_under_one_tracking_code(self, store: Store) -> None:
        with store.unit() as unit:
            order(unit, "OD-1", customer=customer(unit, "C1"))
            follows = replace(record("part", {"code": "P1"}), tracking="OD-1")
            unit.records.insert(tables("part"), follows)
            both = unit.records.tracked((tables("part"), tables("order")), "OD-1")
            assert [(head.form, head.code) for head in both] == [("part", "P1"), ("order", "OD-1")]
            assert unit.records.tracked((tables("part"), tables("order")), "") == []

    def test_what_fails_leaves_nothing(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.unit() as unit:
            customer(unit, "C1")
            assert unit.sequences.next("n") == 1
            unit.journal.append(event())
            raise ZeroDivisionError
        with store.unit() as unit:
            with pytest.raises(Refused), unit.savepoint():
                customer(unit, "C2")
                customer(unit, "C2")
            assert unit.records.get(tables("customer"), "C2") is None
            assert unit.sequences.next("n") == 1
            assert unit.journal.append(event()).seq == 1

    def test_fifty_at_once_get_fifty_numbers(self, store: Store) -> None:
        def take(_: int) -> int:
            with store.unit() as unit:
                number = unit.sequences.next("order:2026-02")
                unit.journal.append(event(code=f"OD-{number}"))
                return number

        with ThreadPoolExecutor(16) as many:
            numbers = list(many.map(take, range(50)))
        assert sorted(numbers) == list(range(1, 51))
        with store.reading() as unit:
            assert [entry.seq for entry in unit.journal.after(0, 100)] == list(range(1, 51))
            assert unit.journal.verify().sound

    def test_two_at_once_cannot_store_the_same_order(self, store: Store) -> None:
        with store.unit() as unit:
            buyer = customer(unit, "C1")
        wanted: Mapping[str, Value] = {"customer": buyer, "customer_po": "A"}

        def place(number: int) -> bool:
            with store.unit() as unit:
                kept = unit.idempotency.find("li", "key")
                if kept is not None or unit.records.equal(tables("order"), wanted):
                    return False
                order(unit, f"OD-{number}", AT, **wanted)
                unit.idempotency.keep("li", "key", "f", "order", "id", {"event": 1})
                return True

        with ThreadPoolExecutor(8) as many:
            assert sum(many.map(place, range(8))) == 1

    def test_the_journal_tells_and_is_sealed(self, store: Store) -> None:
        finding = Finding("credit", "hard", Text("信用", "Credit"), "true", Text("超限", "Over"))
        decision = Decision(
            ulid(), "order.create", "order_create", "1", "held", (finding,),
            {"amount": Decimal("1.50"), "due": date(2026, 1, 1)},
        )  # fmt: skip
        with store.unit() as unit:
            unit.decisions.add(decision, "r1", AT)
            body = {"b": [Decimal("2.50"), {"z": 1, "a": None}], "甲": "乙"}
            told = unit.journal.append(
                event(form="order", record="r1", tracking="OD-1", decision=decision.id, body=body)
            )
            unit.journal.append(event(form="order", record="r2", at=AT + timedelta(1)))
        with store.reading() as unit:
            assert unit.journal.of_record("order", "r1") == (told,) == unit.journal.after(0, 1)
            assert unit.journal.at(1) == told and unit.journal.at(9) is None
            assert unit.journal.of_tracking("OD-1") == (told,)
            kept = unit.decisions.get(decision.id)
            assert kept is not None and kept.findings == (finding,)
            assert kept.facts == {"amount": "1.50", "due": "2026-01-01"}
            assert unit.decisions.of_record("order", "r1") == (kept,)
            out = io.StringIO()
            entries, head = unit.journal.export(out)
        verdict = verify_export(out.getvalue().splitlines())
        assert verdict.sound and (verdict.entries, verdict.head) == (entries, head) == (2, head)
        tampered = out.getvalue().replace("超限", "未超")
        assert verify_export(tampered.splitlines()).broken == 1
        assert json.loads(out.getvalue().splitlines()[1])["decided"]["outcome"] == "held"

    def test_small_things_are_kept(self, store: Store) -> None:
        with store.unit() as unit:
            message = unit.outbox.add("order.create", "id:1", {"code": "OD-1"})
            review = unit.reviews.open("r1", "order", "order.create", "risk", AT, "d1")
            version = unit.bump_catalog()
            unit.packages.keep(package(version="2.0.0"))
            unit.switches.set("order_create.credit", False, "li", AT, "")
            unit.switches.set("order_create.credit", True, "li", AT, "again")
        with store.unit() as unit:
            assert (unit.outbox.waiting(), unit.outbox.next()[0].body) == (1, {"code": "OD-1"})
            unit.outbox.done([message])
            assert unit.outbox.waiting() == 0
            assert [one.id for one in unit.reviews.waiting(("risk", "other"))] == [review]
            unit.reviews.close(review, "approve", "ok", "li", AT)
            with pytest.raises(LookupError):
                unit.reviews.close(review, "return", "no", "li", AT)
            assert unit.reviews.waiting(("risk",)) == ()
            assert unit.catalog_version() == version
            assert [one.version for one in unit.packages.installed()] == ["2.0.0"]
            assert unit.switches.all() == {"order_create.credit": True}

    def test_files_are_kept_by_their_bytes(self, store: Store) -> None:
        with store.unit() as unit:
            one = unit.files.put(b"drawing", "a.pdf", "application/pdf")
            assert unit.files.put(b"drawing", "b.pdf", "application/pdf").sha256 == one.sha256
            with unit.files.open(one.sha256) as stored:
                assert stored.read() == b"drawing"
            assert unit.files.total() == (1, 7)
            with pytest.raises(Refused) as refused:
                unit.files.open("0" * 64)
        assert refused.value.status == 404

    def test_a_reader_cannot_write_and_a_thread_cannot_wait_for_itself(self, store: Store) -> None:
        with pytest.raises(Exception, match="(?i)read.?only"), store.reading() as unit:
            unit.outbox.add("t", "k", {})


def _rows(record: Record) -> tuple[Row, ...]:
    rows = record.values["lines"]
    assert isinstance(rows, tuple)
    return tuple(row for row in rows if isinstance(row, Row))
