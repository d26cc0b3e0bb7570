"""What lists and searches of every store must do; a part of the store's contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from seamline.conditions.parse import parse
from seamline.facts import FileRef, Row
from seamline.problems import Refused
from seamline.scope import Scope
from seamline.store import Query, Store

from .trade import customer, order, part, record, tables

SCOPE = Scope(
    {"customer": "text", "customer.region": "text", "urgent": "boolean", "amount": "number",
     "weight": "number", "tags": "list", "agreement": "file", "_state": "text", "lines": "table"},
    {"lines": Scope({"part": "text", "qty": "number"})},
)  # fmt: skip


class ListContract:
    """Lists by condition, sort, page and search."""

    def test_a_search_survives_wildcards_and_typing_errors(self, store: Store) -> None:
        with store.unit() as unit:
            for code in ("M-10023", "M-10024", "X%_1", "ABC"):
                customer(unit, code)
            archived = record("customer", {"code": "M-10025"}, archived=True)
            unit.records.insert(tables("customer"), archived)

            def keys(words: str) -> list[str]:
                return [ref.key for ref in unit.records.search(tables("customer"), words)]

            assert keys("m-1002") == ["M-10023", "M-10024"]
            assert keys("M-10024")[0] == "M-10024"
            assert keys("%_") == ["X%_1"]
            assert keys("公司 ABC") == ["ABC"]
            assert keys("M-1O023")[0] == "M-10023"
            assert keys("zzzzzz") == [] and len(keys("")) == 4

    @pytest.mark.parametrize(
        ("condition", "codes"),
        [
            ({"==": [{"var": "customer"}, "C1"]}, "1 2"),
            ({"!=": [{"var": "customer"}, "C1"]}, "3"),
            ({"==": [{"var": "customer"}, "nobody"]}, ""),
            ({"!=": [{"var": "customer"}, "nobody"]}, "1 2 3"),
            ({"in": [{"var": "customer"}, ["C1", "nobody"]]}, "1 2"),
            ({"==": [{"var": "customer.region"}, "东"]}, "1 2"),
            ({"<": [{"var": "amount"}, 10.005]}, "1"),
            ({"<": [{"var": "weight"}, {"var": "amount"}]}, "1"),
            ({"!": [{"var": "agreement"}]}, "2 3"),
            ({"in": ["red", {"var": "tags"}]}, "2"),
            ({"some": [{"var": "lines"}, {"==": [{"var": "part"}, "P1"]}]}, "2"),
            ({"none": [{"var": "lines"}, {">": [{"var": "qty"}, 2]}]}, "1 3"),
            ({"!": [{"==": [{"var": "urgent"}, True]}]}, "1"),
        ],
    )
    def test_a_list_narrows_by_a_condition(
        self, store: Store, condition: dict[str, Any], codes: str
    ) -> None:
        with store.unit() as unit:
            east, west, bolt = (
                customer(unit, "C1", region="东"),
                customer(unit, "C2"),
                part(unit, "P1"),
            )
            files = (FileRef("a" * 64, "a.pdf", "application/pdf", 1),)
            order(unit, "1", customer=east, amount=Decimal("10.00"), weight=Decimal("9.999"),
                  urgent=False, agreement=files)  # fmt: skip
            lines = (Row({"part": bolt, "qty": Decimal("3.00")}),)
            order(unit, "2", customer=east, amount=Decimal("10.01"), tags=("red",), lines=lines,
                  weight=Decimal("10.011"), urgent=True)  # fmt: skip
            order(unit, "3", customer=west)
        node = parse(condition, SCOPE)
        with store.reading() as unit:
            page = unit.records.page(tables("order"), Query(node, sort=("_code",)))
        assert " ".join(row.code for row in page.rows) == codes
        assert page.total == len(codes.split())

    @pytest.mark.parametrize(
        ("shape", "expected"),
        [
            (lambda n: {"<": [{"var": "amount"}, n]},
             {1: "", 3: "1 2", 2.005: "1 2", 1e15: "1 2 3 4"}),
            (lambda n: {"in": [{"var": "amount"}, [n, 2.005, 3]]}, {1: "1 3", 3: "3", 0.001: "3"}),
            (lambda n: {"==": [{"var": "customer"}, f"C{n}"]}, {0: "2 4", 1: "1 3", 7: ""}),
            (lambda n: {"==": [{"var": "customer.region"}, f"R{n}"]}, {0: "2 4", 1: "1 3"}),
            (lambda n: {"in": [f"t{n}", {"var": "tags"}]}, {1: "1", 2: "2", 12: ""}),
            (lambda n: {"some": [{"var": "lines"}, {">=": [{"var": "qty"}, n]}]},
             {1: "1 2 3 4", 3: "3 4", 3.5: "4"}),
        ],
    )  # fmt: skip
    def test_lists_of_one_shape_differ_by_their_values(
        self, store: Store, shape: Callable[[float], dict[str, Any]], expected: dict[float, str]
    ) -> None:
        with store.unit() as unit:
            buyers = [customer(unit, f"C{number}", region=f"R{number}") for number in range(2)]
            bolt = part(unit, "P1")
            for n in range(1, 5):
                lines = (Row({"part": bolt, "qty": Decimal(n)}),)
                order(unit, str(n), customer=buyers[n % 2], amount=Decimal(n), tags=(f"t{n}",),
                      lines=lines)  # fmt: skip
        for number in (*expected, *expected):
            query = Query(parse(shape(number), SCOPE), sort=("_code",), limit=1)
            with store.reading() as unit:
                total = unit.records.page(tables("order"), query).total
                found = unit.records.page(tables("order"), replace(query, limit=10)).rows
            assert " ".join(row.code for row in found) == expected[number]
            assert total == len(found)

    @pytest.mark.parametrize(
        "sort", [("due_date",), ("-due_date",), ("-due_date", "customer"), ("customer", "-amount")]
    )
    def test_pages_follow_one_another_whatever_the_sort(
        self, store: Store, sort: tuple[str, ...]
    ) -> None:
        with store.unit() as unit:
            buyers = [customer(unit, f"C{number}") for number in range(3)]
            for number in range(25):
                order(
                    unit,
                    f"OD-{number:02}",
                    customer=buyers[number % 3] if number % 7 else None,
                    due_date=date(2026, 1, 1) + timedelta(number % 4) if number % 5 else None,
                    amount=Decimal(number % 2),
                )
        with store.reading() as unit:
            whole = unit.records.page(tables("order"), Query(sort=sort, limit=100))
            query, seen = Query(sort=sort, limit=4), list[str]()
            while True:
                page = unit.records.page(tables("order"), query)
                assert page.total == 25
                seen += [row.code for row in page.rows]
                if page.cursor is None:
                    break
                query = replace(query, cursor=page.cursor)
            streamed = [row.code for row in unit.records.stream(tables("order"), Query(sort=sort))]
        assert seen == streamed == [row.code for row in whole.rows]
        assert len(set(seen)) == whole.total == 25
        first = [row.values[sort[0].lstrip("-")] for row in whole.rows]
        empty = [value is None for value in first]
        assert empty == sorted(empty, reverse=not sort[0].startswith("-"))

    def test_a_list_hides_the_archived_and_searches(self, store: Store) -> None:
        with store.unit() as unit:
            buyer = customer(unit, "C1")
            order(unit, "OD-1", customer=buyer, customer_po="abc")
            unit.records.insert(
                tables("order"), record("order", {"customer": buyer}, code="OD-2", archived=True)
            )
        with store.reading() as unit:

            def codes(**asked: Any) -> list[str]:
                page = unit.records.page(tables("order"), Query(sort=("_code",), **asked))
                return [row.code for row in page.rows]

            assert codes() == ["OD-1"] and codes(archived=True) == ["OD-1", "OD-2"]
            assert codes(search="ABC od") == ["OD-1"] and codes(search="公司") == ["OD-1"]
            assert codes(search="OD-2", archived=True) == ["OD-2"] and codes(search="OD-1") != []
            assert codes(search="%") == [] and codes(fields=("customer", "lines")) == ["OD-1"]
            for wrong in ({"cursor": "x"}, {"cursor": "e30"}, {"fields": ("nothing",)}):
                with pytest.raises(Refused) as refused:
                    codes(**wrong)
                assert refused.value.status == 400

    def test_many_counts_are_asked_at_once_and_none_beyond_its_most(self, store: Store) -> None:
        with store.unit() as unit:
            east, west = customer(unit, "C1", region="东"), customer(unit, "C2")
            for number in range(5):
                order(unit, f"OD-{number}", customer=west if number else east)
        of_west = parse({"==": [{"var": "customer"}, "C2"]}, SCOPE)
        of_east = parse({"==": [{"var": "customer.region"}, "东"]}, SCOPE)
        with store.reading() as unit:
            asked = (Query(), Query(of_west), Query(of_east), Query(search="OD-3"))
            assert unit.records.counts(tables("order"), asked, 100) == [5, 4, 1, 1]
            assert unit.records.counts(tables("order"), asked, 3) == [3, 3, 1, 1]
            assert unit.records.counts(tables("order"), (), 3) == []
