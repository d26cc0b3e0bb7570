"""Values made from metadata: the same for the same seed, and only what a form asks for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from seamline.metadata import Field, Form, ListView, Section
from seamline.testing.filling import Filling
from seamline.text import Text

TODAY = date(2026, 2, 1)


def field(name, kind, required=True, fields=(), **settings):
    return Field(name, kind, Text.same(name), required, settings=settings, fields=fields)


def form(*fields):
    return Form("order", Text.same("o"), (Section("all", Text.same("a"), fields),), ListView(()))


def test_required_fields_are_filled_and_others_are_not():
    made = Filling(
        form(
            field("word", "text", max_length=12),
            field("left_out", "text", required=False),
            field("customer", "reference", to="customer"),
            field("due", "date"),
            field("signed", "date", max="today"),
            field("price", "money", min=Decimal("2.5"), max=3, scale=1),
            field("colour", "choice", options=[{"id": "red"}, {"id": "blue"}]),
            field("lines", "table", False, (field("qty", "integer", min=4, max=4),), min_rows=2),
        ),
        {"customer": ["C1", "C2"]},
        today=TODAY,
    )
    for number in range(50):
        values = made.values(number)
        assert set(values) == {"word", "customer", "due", "signed", "price", "colour", "lines"}
        assert values["word"].endswith(str(number)) and len(values["word"]) <= 12
        assert values["customer"] in ("C1", "C2")
        assert date.fromisoformat(values["due"]) > TODAY
        assert values["signed"] == "2026-02-01"
        assert Decimal("2.5") <= Decimal(values["price"]) <= 3
        assert values["colour"] in ("red", "blue")
        assert len(values["lines"]) >= 2
        assert all(row == {"qty": 4} for row in values["lines"])


def test_the_same_seed_makes_the_same_records():
    shape = form(field("price", "money"), field("due", "date"))
    first, again = Filling(shape, {}, today=TODAY), Filling(shape, {}, today=TODAY)
    other = Filling(shape, {}, today=TODAY, seed=2)
    assert [first.values(n) for n in range(9)] == [again.values(n) for n in range(9)]
    assert [first.values(n) for n in range(9)] != [other.values(n) for n in range(9)]


def test_fixed_values_win_by_path():
    made = Filling(
        form(
            field("note", "text", required=False),
            field("lines", "table", False, (field("qty", "integer"),)),
        ),
        {},
        {"note": "kept", "lines.qty": 7},
    )
    values = made.values(1)
    assert values["note"] == "kept"
    assert {row["qty"] for row in values["lines"]} == {7}


def test_sub_tables_have_3_6_rows_on_average():
    made = Filling(form(field("lines", "table", False, (field("qty", "integer"),))), {})
    rows = [len(made.values(number)["lines"]) for number in range(2000)]
    assert 3.5 < sum(rows) / len(rows) < 3.7
