"""What the U8 connector reads, against the truth of the whole invented company."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from seamline import connectors
from seamline.connector import GiveUp, pages
from seamline.connectors.databases import texts
from seamline.connectors.databases.dialects import DIALECTS
from seamline.connectors.databases.session import Session
from seamline.connectors.databases.texts import Asked
from seamline.connectors.databases.ways import way
from seamline.connectors.u8 import connect
from seamline.connectors.u8.standin.actor import Actor
from seamline.statements import is_read

FILES = sorted(Path(connectors.__path__[0]).glob("*/sql/*.sql"))


@pytest.fixture(scope="module")
def labelled(u8_file):
    found = defaultdict(set)
    with sqlite3.connect(u8_file) as connection:
        for _, pk, label in connection.execute("SELECT * FROM u8sim_truth"):
            found[label].add(pk)
    return found


@pytest.fixture(scope="module")
def u8(u8_file, odbc, given):
    settings = {
        "driver": "odbc",
        "dialect": "sqlite",
        "connection_string": f"DRIVER=SQLite3;Database={u8_file}",
    }
    connector = connect(settings, given(datetime(2025, 11, 30, 16, tzinfo=UTC)))
    yield connector
    connector.close()


@pytest.fixture(scope="module")
def read(u8):
    kept = {}

    def every(entity):
        if entity not in kept:
            kept[entity] = [one for page in pages(u8, entity, None, 1_000) for one in page.changes]
        return {one.key: one.values for one in kept[entity]}

    return every


@pytest.mark.cap(19)
def test_available_in_transit_and_reserved_find_exactly_the_short_materials(read, labelled):
    stands = read("available")
    assert len(stands) == 2_000
    short = {
        code
        for code, one in stands.items()
        if one["safety_stock"] and one["available"] * 10 < one["safety_stock"] * 13
    }
    alerts = {code for code in short if not stands[code]["arrivals_72h"]}
    assert alerts == labelled["stock_alert"]
    assert short - alerts == labelled["stock_arriving"]
    assert sum(one["in_transit"] > 0 for one in stands.values()) > 100
    assert sum(one["reserved"] > 0 for one in stands.values()) > 100


def test_stock_by_warehouse_adds_up(read):
    rows = read("stock").values()
    assert len(rows) == 4_700
    for one in rows:
        assert one["available"] == one["on_hand"] - one["reserved"] + one["coming"]


def test_a_bill_counts_where_version_and_component_both_do(read, labelled):
    bills = read("boms").values()
    assert len(bills) == 740

    def valid(material, at):
        return [
            one
            for one in bills
            if one["material"] == material and one["audited"]
            and one["valid_from"] <= at <= one["valid_to"]
        ]  # fmt: skip

    switched = sorted(labelled["bom_switched"])[0]
    days = {date(2025, 3, 31): "V1.2", date(2025, 6, 15): "V2.0", date(2025, 12, 1): "V2.1"}
    for at, words in days.items():
        (one,) = valid(switched, at)
        assert one["words"] == words
        plated = [row for row in one["components"] if row["remark"] == "镀镍"]
        assert bool(plated) == (words != "V1.2")
    for code in labelled["bom_overlapping"]:
        assert len(valid(code, date(2025, 6, 15))) == 2
    for code in labelled["bom_gap"] | labelled["bom_unaudited"]:
        assert valid(code, date(2025, 12, 1)) == []
    expired = [
        row for one in bills for row in one["components"] if row["valid_to"] < one["valid_to"]
    ]
    assert len(expired) == 10


def test_customers_with_credit_orders_and_outsourcing(read, labelled):
    customers = read("customers")
    over = {
        code
        for code, one in customers.items()
        if one["credit_controlled"] and one["credit_used"] > one["credit_line"]
    }
    assert over == labelled["credit_over"]
    assert sum(one["stopped"] is not None for one in customers.values()) == 4
    orders = read("sales_orders")
    assert len(orders) == 1_600
    assert sum(len(one["lines"]) for one in orders.values()) > 5_000
    assert all(one["audited"] for one in orders.values())
    late = {
        str(row["line_id"])
        for one in read("purchase_orders").values()
        for row in one["lines"]
        if one["audited"] and not row["closed"] and row["open_qty"] > 0
        and row["due_date"] < date(2025, 12, 1)
    }  # fmt: skip
    assert late == labelled["po_overdue"]
    waiting = {
        str(row["line_id"])
        for one in read("outsourcing").values()
        for row in one["lines"]
        if not row["begun"] and not row["closed"]
    }
    assert waiting == labelled["om_due_48h_not_started"]


def test_odd_names_arrive_as_they_are(read, u8_file):
    with sqlite3.connect(u8_file) as connection:
        names = dict(connection.execute("SELECT cInvCode, cInvName FROM Inventory"))
    assert {code: one["name"] for code, one in read("materials").items()} == names


@pytest.fixture
def moving(u8_file, tmp_path, odbc, given):
    """A company of one's own, its connector, and a connection that changes it."""
    path = tmp_path / "u8.db"
    path.write_bytes(u8_file.read_bytes())
    settings = {
        "driver": "odbc",
        "dialect": "sqlite",
        "connection_string": f"DRIVER=SQLite3;Database={path}",
    }
    context = given(datetime(2025, 11, 30, 16, tzinfo=UTC))
    connector = connect(settings, context)
    with sqlite3.connect(path) as connection:
        yield connector, connection, context
    connector.close()


def end(connector, entity):
    return list(pages(connector, entity, None, 1_000))[-1].cursor


def test_an_hour_of_moves_is_read_in_pieces_and_nothing_else(moving):
    connector, connection, _ = moving
    cursor = end(connector, "stock")
    assert connector.read("stock", cursor, 100).changes == ()
    before = connection.execute("SELECT v FROM u8sim_rowversion").fetchone()[0]
    Actor(connection).advance(5)
    moved = {
        f"{code}@{house}"
        for code, house in connection.execute(
            "SELECT cInvCode, cWhCode FROM CurrentStock WHERE ufts > ?", (before,)
        )
    }
    found = list(pages(connector, "stock", cursor, 10))
    assert len(found) > 5
    assert {one.key for page in found for one in page.changes} == moved
    assert all(len(page.changes) <= 10 for page in found)
    assert connector.read("stock", found[-1].cursor, 10).changes == ()


def test_one_order_with_more_lines_than_a_page_is_read_whole(moving):
    connector, connection, _ = moving
    cursor = end(connector, "available")
    head = connection.execute(
        "SELECT POID FROM PO_Podetails GROUP BY POID HAVING COUNT(DISTINCT cInvCode) = 5"
    ).fetchone()[0]
    connection.execute("UPDATE PO_Pomain SET cMemo = 'x' WHERE POID = ?", (head,))
    connection.commit()
    found = [one.key for page in pages(connector, "available", cursor, 2) for one in page.changes]
    lines = connection.execute("SELECT cInvCode FROM PO_Podetails WHERE POID = ?", (head,))
    assert sorted(found) == sorted(code for (code,) in lines)


@pytest.mark.cap(22)
def test_a_restored_backup_is_noticed_and_read_anew(moving):
    from seamline.connectors.u8.standin import faults

    connector, connection, _ = moving
    Actor(connection).advance(1)
    cursor = end(connector, "stock")
    faults.restore_backup(connection, "sqlite", 20)
    page = connector.read("stock", cursor, 10_000)
    assert page.restart
    assert len(page.changes) == 4_700
    assert connector.read("stock", page.cursor, 10).changes == ()


def test_time_alone_brings_an_arrival_into_the_next_72_hours(moving):
    connector, connection, context = moving
    cursor = end(connector, "available")
    code, at = connection.execute(
        "SELECT d.cInvCode, d.dArriveDate FROM PO_Podetails d JOIN PO_Pomain m ON m.POID = d.POID"
        " WHERE d.dArriveDate > '2025-12-06' AND m.cVerifier IS NOT NULL AND d.cbCloser IS NULL"
        " AND d.iReceivedQTY = 0 LIMIT 1"
    ).fetchone()
    before = connector.find("available", code).values["arrivals_72h"]
    context.moment += datetime.fromisoformat(at) - datetime(2025, 12, 1) - timedelta(hours=60)
    found = {one.key: one for one in connector.read("available", cursor, 5_000).changes}
    assert found[code].values["arrivals_72h"] > before


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_statement_is_portable_and_a_read_in_every_dialect(path):
    for section in texts.sections(path):
        assert texts.not_portable(section.text) == [], section.kind
        for dialect in DIALECTS.values():
            text = re.sub(r"\{defined:\w+\}", "m.cDefine1", section.text)
            values = dict.fromkeys(("today", "ahead", "today_before", "ahead_before"), None)
            for where in (None, texts.chosen(["a", "b"])):
                asked = texts.render(text, dialect, count=5, where=where, values=values)
                assert is_read(asked.statement), asked.statement
                assert asked.statement.count("?") == len(asked.values)
                assert "{" not in asked.statement


def test_there_are_statements_for_every_entity(u8):
    assert {path.stem for path in FILES} == {one.name for one in u8.describe()}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT TOP 5 a FROM t", "SELECT a FROM t LIMIT 5", "SELECT ISNULL(a, 0) FROM t",
        "SELECT CAST(d AS date) FROM t", "SELECT a + '-' + b FROM t", "SELECT N'x' FROM t",
        "SELECT a FROM t WITH (NOLOCK)", "SELECT [a] FROM t", "SELECT CONVERT(int, a) FROM t",
        "SELECT a FROM t OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY", "SELECT GETDATE()",
    ],
)  # fmt: skip
def test_what_one_database_only_understands_is_named(text):
    assert texts.not_portable(text)


@pytest.mark.cap(18)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE CurrentStock SET iQuantity = 0",
        "DELETE FROM SO_SOMain",
        "INSERT INTO SO_SOMain (ID) VALUES (1)",
        "DROP TABLE CurrentStock",
        "SELECT 1; DELETE FROM SO_SOMain",
        "SELECT * INTO x FROM SO_SOMain",
        "EXEC sp_who",
        "WITH t AS (SELECT 1 AS a) UPDATE CurrentStock SET iQuantity = 0",
        "TRUNCATE TABLE SO_SODetails",
    ],
)
def test_a_session_refuses_what_is_no_read_before_the_driver_sees_it(statement, moving, tmp_path):
    _, connection, _ = moving
    before = connection.execute("SELECT COUNT(*) FROM u8sim_journal").fetchone()
    words = f"DRIVER=SQLite3;Database={tmp_path / 'u8.db'}"
    session = Session(way({"connection_string": words, "dialect": "sqlite"}, str))
    with pytest.raises(GiveUp) as refused:
        session.rows(Asked(statement, ()))
    assert refused.value.problem.code == "not_a_read"
    assert session._connection is None  # nothing was even opened
    assert connection.execute("SELECT COUNT(*) FROM u8sim_journal").fetchone() == before


def test_the_grants_are_what_the_statements_read_and_no_more():
    grants = Path(connectors.__path__[0], "u8", "grants.sql").read_text("utf-8")
    granted = set(re.findall(r"^GRANT SELECT ON (\w+)", grants, re.M))
    read = set()
    for path in FILES:
        for section in texts.sections(path):
            read |= set(re.findall(r"\b(?:FROM|JOIN) (\w+)", section.text))
    assert granted == read
