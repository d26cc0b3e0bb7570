"""Against the company that stands in for U8: read whole, written back once, left as it was."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from functools import partial

import pytest

from seamline.connectors.u8.standin.seeding import SMALL
from seamline.connectors.u8.standin.target import build
from seamline.facts import Actor
from seamline.metadata import Attachments, ColumnMap, FromConnection, ImportMap, TakingOver
from seamline.store import Query
from seamline.store.connections import LocalConnection
from seamline.text import Text
from seamline.ui.app import create_app
from seamline.usecases import accounts, connections, look, migrate, runs, writing_back
from seamline.usecases.connected import connect
from seamline.usecases.migrate import Given
from seamline.usecases.submit import Submission, submit
from seamline.usecases.working import Working

from ..pages.conftest import Site
from .conftest import ADMIN, CLI

SERVICE = Actor("s1", "Sue", ("service",), language="en")
COLUMNS = ["settlement_no", "final_delivery"]
WRITTEN = ("cDefine10", "cDefine4", "ufts")  # what a write-back may touch of an order
PATIENCE = 60


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The small company as a file that nobody changes."""
    path = tmp_path_factory.mktemp("u8") / "u8.db"
    build(path, SMALL)
    return path


@pytest.fixture
def erp(company, tmp_path, desk):
    """A copy of the company to which the workspace is connected."""
    try:
        import pyodbc

        missing = {"SQLite3"} - set(pyodbc.drivers())
    except ImportError as error:
        missing = {str(error)}
    if missing:
        reason = f"no ODBC driver here: {', '.join(missing)} (./test installs them)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    path = tmp_path / "u8.db"
    shutil.copy(company, path)
    settings = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 60, "write_by": "columns",
        "connection_string": f"DRIVER=SQLite3;Database={path}", "write_columns": COLUMNS,
    }  # fmt: skip
    local = LocalConnection("u8", position="on", settings=settings, network="loopback")
    connections.configure(desk, ADMIN, CLI, local)
    return path


def ask(path, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as there:
        rows = there.execute(statement).fetchall()
        there.commit()
        return rows


def dump(path, *, without: tuple[str, ...] = ()) -> list[str]:
    """Return the schema and every row of the company, some columns of orders left out."""
    with closing(sqlite3.connect(path)) as there:
        for column in without:
            there.execute(f"UPDATE SO_SOMain SET {column} = NULL")
        kept = [line for line in there.iterdump() if "u8sim_" not in line]  # its own notes
        there.rollback()
        return kept


def until(what) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@pytest.mark.cap(72, 74, 83)
def test_every_order_is_taken_over_and_the_erp_stays_as_it_was(desk, erp):
    before = dump(erp)
    wanted = migrate.map_named(desk, "u8_orders")
    begun = migrate.start(desk, ADMIN, wanted, migrate.Given())
    done = migrate.run(desk, ADMIN, begun.id)
    ((orders,), (lines,)) = (
        *ask(erp, "SELECT count(*) FROM SO_SOMain"),
        *ask(erp, "SELECT count(*) FROM SO_SODetails"),
    )
    assert (done.taken, done.lines, done.bad) == (orders, lines, 0)
    assert done.report["equal"]
    (named,) = ask(erp, "SELECT cCusName FROM SO_SOMain WHERE ID = 1")[0]
    with connections.opened(desk, "u8") as u8:
        order = u8.find("sales_orders", "1").values
    assert order["customer_name"] == named
    assert order["verifier"] and order["closer"]
    assert all(line["material_name"] for line in order["lines"])
    again = migrate.run(desk, ADMIN, migrate.start(desk, ADMIN, wanted, migrate.Given()).id)
    assert (again.taken, again.renewed, again.same) == (0, 0, orders)
    assert dump(erp) == before


@pytest.mark.cap(76, 77, 83)
def test_settlement_and_delivery_are_written_back_once(desk, erp):
    ids = [row[0] for row in ask(erp, "SELECT ID FROM SO_SOMain ORDER BY ID LIMIT 2")]
    # Somebody has put a number of his own into the second order.
    ask(erp, f"UPDATE SO_SOMain SET cDefine10 = 'JS-theirs' WHERE ID = {ids[1]}")
    before = dump(erp, without=WRITTEN)
    _boss(desk)
    work = Working(desk, partial(connect, desk))
    work.start()
    try:
        first, second = (_settled(desk, number) for number in ids)

        def stands(record):
            return writing_back.of_record(desk, work.engine, ADMIN, record)

        until(lambda: [one.state for one in stands(first)] == ["done"])
        assert [one.reference for one in stands(first)] == [str(ids[0])]
        there = f"SELECT cDefine10, date(cDefine4) FROM SO_SOMain WHERE ID = {ids[0]}"
        assert ask(erp, there) == [("JS-1", "2025-12-01")]
        until(lambda: [one.state for one in stands(second)] == ["stopped"])
        (told,) = stands(second)
        assert "JS-theirs" in told.why.en
        assert told.may_resume
        assert writing_back.of_record(desk, work.engine, SERVICE, second)[0].may_resume is False
        _pages_show_it(desk, work, second, told)
        # The person has looked: theirs was wrong and is taken out; then it goes on.
        ask(erp, f"UPDATE SO_SOMain SET cDefine10 = NULL WHERE ID = {ids[1]}")
        runs.resume(desk, work.engine, ADMIN, CLI, told.run)
        until(lambda: [one.state for one in stands(second)] == ["done"])
        assert writing_back.open_ones(desk, work.engine, ADMIN) == []
    finally:
        work.stop()
    assert dump(erp, without=WRITTEN) == before
    # What the company itself has noted: one update by us of each, the others are the person's.
    noted = "SELECT pk, count(*) FROM u8sim_journal GROUP BY pk ORDER BY CAST(pk AS integer)"
    assert ask(erp, noted) == [(str(ids[0]), 1), (str(ids[1]), 3)]


@pytest.mark.cap(80)
def test_a_pipeline_takes_over_what_was_closed_meanwhile(desk, erp):
    work = Working(desk, partial(connect, desk))
    work.start()
    try:
        submit(desk, ADMIN, CLI, Submission("order", "create", {"signed": "2025-11-05"}))
        until(lambda: any(run.state == "done" for run in work.engine.runs()))
        (first,) = migrate.recent(desk, ADMIN)
        assert (first.state, first.report["equal"]) == ("done", True)
        ask(erp, "UPDATE SO_SOMain SET cMemo = 'late', cCusCode = cCusCode WHERE ID = 1")
        submit(desk, ADMIN, CLI, Submission("order", "create", {"signed": "2025-11-06"}))
        until(lambda: sum(run.state == "done" for run in work.engine.runs()) == 2)
    finally:
        work.stop()
    second = migrate.recent(desk, ADMIN)[0]
    assert (second.taken, second.renewed, second.same) == (0, 0, first.taken)


def _settled(desk, number):
    values = {"signed": "2025-11-05", "old_no": str(number)}
    made = submit(desk, ADMIN, CLI, Submission("order", "create", values)).record
    last = {"settled_no": "JS-1", "delivered_on": "2025-12-01"}
    return submit(desk, ADMIN, CLI, Submission("order", "settle", last, record=made.id)).record


def _boss(desk) -> None:
    accounts.create_user(
        desk, ADMIN, CLI, login="boss", name="Boss", roles=("administrator",),
        language="en", password="correct horse battery",
    )  # fmt: skip


def _pages_show_it(desk, work, record, told) -> None:
    app = create_app(desk)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/sign-in", data={"login": "boss", "password": "correct horse battery"})
    page = client.get(f"/r/order/{record.id}").get_data(as_text=True)
    assert "needs a person" in page
    assert "JS-theirs" in page
    assert "Closed · read-only" in page
    assert "stopped for somebody to look" in page  # in the story of the record
    inbox = client.get("/notices").get_data(as_text=True)
    assert "has stopped for somebody to look" in inbox
    assert "JS-theirs" in inbox
    (link,) = set(re.findall(r"/notices/\w{26}", inbox))
    assert "/runs?state=stopped" in client.get(link).headers["Location"]
    listed = client.get("/writebacks").get_data(as_text=True)
    assert record.code in listed
    assert told.run in listed
    assert look.record(desk, SERVICE, "order", record.id).state == "done"


def loaded(desk, wanted):
    return migrate.run(desk, ADMIN, migrate.start(desk, ADMIN, wanted, Given()).id)


def test_a_person_picks_a_connection_and_what_of_it_is_taken_over(desk, erp):
    _boss(desk)
    site = Site(create_app(desk).test_client())
    site.sign_in("boss")
    site.get("/migrations/new/old_order")
    assert "Or from a connected system" in site.text
    site.get("/migrations/new/old_order?connection=u8")
    assert 'value="sales_orders"' in site.text
    site.post(
        "/migrations/new/old_order",
        {"_csrf": site.token(), "connection": "u8", "entity": "sales_orders"},
    )
    assert "u8 · sales_orders" in site.text
    assert '<input type="hidden" name="column" value="customer_po">' in site.text
    assert '<input type="hidden" name="line_column" value="material">' in site.text
    assert "Column that both files share" not in site.text
    assert "<option selected>id</option>" in site.text  # what the entity knows its things by
    assert "Customer&#39;s number" in site.text
    assert "The first records as they would be" in site.text
    (token,) = re.findall(r'name="source" value="([^"]+)"', site.text)
    heads = {"id": "source_id", "code": "order_no", "date": "day", "customer": "customer"}
    lines = {"material": "lines.item", "qty": "lines.qty"}
    sent = {
        "_csrf": site.token(), "source": token, "key": "id", "id": "picked", "_do": "save",
        "column": [*heads], "to": [*heads.values()],
        "line_column": [*lines], "line_to": [*lines.values()],
    }  # fmt: skip
    site.post("/migrations/map/old_order", sent)
    assert "The map is kept as imports/picked.yaml" in site.text
    assert site.text.count("</svg>good") == 8
    kept = desk.catalogs.current().imports["picked"]
    assert kept.takes_over.source == FromConnection("u8", "sales_orders", "lines")
    taken = loaded(desk, kept)
    assert taken.state == "done" and taken.bad == 0 and taken.taken > 1_000


def test_files_that_an_entity_holds_become_attachments(desk, tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "OD-1.pdf").write_bytes(b"%PDF-1.7 one")
    folder = LocalConnection("inbox", "on", {"folder": str(tmp_path / "inbox")})
    connections.configure(desk, ADMIN, CLI, folder)
    wanted = ImportMap(
        "papers", Text("附件", "Papers"), "old_order",
        (
            ColumnMap("source_id", "path"), ColumnMap("order_no", "name"),
            ColumnMap("customer", constant="C1"), ColumnMap("day", constant="2025-05-01"),
        ),
        ("path",),
        takes_over=TakingOver(
            FromConnection("inbox", "file"), attachments=Attachments("papers", "content")
        ),
    )  # fmt: skip
    assert loaded(desk, wanted).taken == 1
    (row,) = look.page(desk, ADMIN, "old_order", Query()).rows
    (paper,) = look.record(desk, ADMIN, "old_order", row.id).values["papers"]
    assert (paper.name, paper.size) == ("OD-1.pdf", 12)
    assert loaded(desk, wanted).taken == 0
    (tmp_path / "inbox" / "OD-1.pdf").write_bytes(b"%PDF-1.7 two")
    assert loaded(desk, wanted).renewed == 1
