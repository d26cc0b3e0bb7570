"""Conditions as SQL leave the columns bare, so that the indexes of a list serve them."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import Column, Index, MetaData, Table, create_engine, event, select

from seamline.conditions.parse import parse
from seamline.conditions.sql import Child, Keyed, where
from seamline.scope import Scope
from seamline.store.types import Day, Exact, integers, words

SCOPE = Scope(
    {
        "state": "text",
        "qty": "number",
        "pieces": "number",
        "due": "date",
        "customer": "text",
        "lines": "table",
    },
    {"lines": Scope({"material": "text"})},
)
META = MetaData()
CUSTOMER = Table(
    "customer", META, Column("_id", words(), primary_key=True), Column("code", words())
)
ORDER = Table(
    "orders", META, Column("_id", words(), primary_key=True), Column("state", words()),
    Column("qty", Exact(2)), Column("pieces", integers()), Column("due", Day()),
    Column("customer", words()),
)  # fmt: skip
LINES = Table(
    "lines", META, Column("_id", words(), primary_key=True), Column("_parent", words()),
    Column("material", words()), Index("ix_parent", "_parent"),
)  # fmt: skip
for column in ("state", "qty", "pieces", "due", "customer"):
    Index(f"ix_{column}", ORDER.c[column])
Index("ix_code", CUSTOMER.c.code)
COLUMNS = {
    **dict(ORDER.c),
    "customer": Keyed(ORDER.c.customer, CUSTOMER.c["_id"], CUSTOMER.c.code),
}
CHILDREN = {"lines": Child(LINES, LINES.c["_parent"] == ORDER.c["_id"], dict(LINES.c))}


def var(name):
    return {"var": name}


@pytest.fixture(scope="module")
def connection():
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        META.create_all(opened)
        yield opened
    engine.dispose()


def selected(document):
    return select(ORDER.c["_id"]).where(where(parse(document, SCOPE), COLUMNS, CHILDREN))


def plan(connection, document):
    """Ask SQLite how it would run the statement, with its own parameters."""

    def explained(_connection, _cursor, statement, parameters, _context, _many):
        return f"EXPLAIN QUERY PLAN {statement}", parameters

    event.listen(connection, "before_cursor_execute", explained, retval=True)
    try:
        rows = connection.execute(selected(document))
        return " | ".join(row[3] for row in rows.cursor.fetchall())
    finally:
        event.remove(connection, "before_cursor_execute", explained)


@pytest.mark.parametrize(
    ("document", "index"),
    [
        ({"==": [var("state"), "open"]}, "ix_state (state=?)"),
        ({"in": [var("state"), ["open", "done"]]}, "ix_state (state=?)"),
        ({"!": {"!": {"==": [var("state"), "open"]}}}, "ix_state (state=?)"),
        ({"!": {"!=": [var("state"), "open"]}}, "ix_state (state=?)"),
        ({"!": var("state")}, "ix_state (state=?)"),
        ({"<": [var("qty"), 5]}, "ix_qty (qty<?)"),
        ({"<": [var("qty"), 5.005]}, "ix_qty (qty<?)"),
        ({">=": [var("pieces"), 2.5]}, "ix_pieces (pieces>?)"),
        ({"<=": ["2026-01-01", var("due"), "2026-01-31"]}, "ix_due (due>? AND due<?)"),
        ({"!": {"<": [var("due"), "2026-01-01"]}}, "ix_due (due>?)"),
        ({"and": [{"==": [var("state"), "open"]}, {"!": var("qty")}]}, "ix_state (state=?)"),
        ({"==": [var("customer"), "C1"]}, "ix_customer (customer=?)"),
        ({"==": [var("customer"), "C1"]}, "ix_code (code=?)"),
        ({"in": [var("customer"), ["C1", "C2"]]}, "ix_customer (customer=?)"),
        ({"some": [var("lines"), {"==": [var("material"), "M1"]}]}, "ix_parent (_parent=?)"),
    ],
    ids=json.dumps,
)
def test_a_filter_is_served_by_its_index(connection, document, index):
    assert index in plan(connection, document)


@pytest.mark.parametrize(
    "document",
    [
        {"and": [{"==": [var("state"), "a"]}, {"!=": [var("qty"), 1]}, {"<": [var("pieces"), 9]}]},
        {"!": {"or": [{"in": [var("state"), ["a"]]}, {"==": [var("qty"), 1]}]}},
    ],
)
def test_no_function_stands_around_a_column(document):
    text = str(selected(document)).lower()
    assert not re.search(r"coalesce|case |ifnull|\w\(orders", text)


def test_a_name_that_no_column_stands_for_is_our_fault_and_says_so():
    with pytest.raises(KeyError, match="state"):
        where(parse({"==": [var("state"), "a"]}, SCOPE), {})
