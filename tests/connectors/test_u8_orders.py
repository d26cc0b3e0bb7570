"""New sales orders by U8's own services: once, whatever goes wrong on the way."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest

from seamline.connecting import discovered
from seamline.connector import AskPerson, GiveUp, Receipt, Write
from seamline.connectors.u8.standin import openapi
from seamline.connectors.u8.standin.standing import services
from seamline.connectors.u8.writing.orders import number_of
from seamline.standins.standin import running
from seamline.testing.connector_contract import Case, opening
from seamline.testing.resuming import settled

COMMON = [
    ("http_500", {}), ("http_500", {"after": True}), ("http_502_html", {"after": True}),
    ("http_503_retry_after", {}), ("timeout", {}), ("timeout", {"after": True}),
    ("reset", {}), ("lost_reply", {}), ("truncated_json", {}),
    ("truncated_json", {"declared": True}), ("wrong_content_type", {}),
]  # fmt: skip
OPENAPI = [
    *COMMON, ("token_expired", {}), ("agent_offline", {}), ("licence_full", {}), ("refused", {}),
]  # fmt: skip
EAI = [
    *COMMON, ("refused", {}), ("refused", {"dsc": "单据号重复"}), ("empty_body", {}),
    ("asp_error", {}),
]  # fmt: skip
FAULTS = [("openapi", *one) for one in OPENAPI] + [("eai", *one) for one in EAI]
PATHS = {"openapi": "/api/saleorder/add", "eai": "/u8eai/import.asp"}


@pytest.fixture(scope="module")
def served(odbc, sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("u8") / "orders.db"
    shutil.copyfile(sqlite_template, path)
    with running(*services(path)) as found:
        found.path = path
        yield found


@pytest.fixture
def u8(served):
    served.reset()
    return served


def asked(u8, statement, *values):
    with closing(sqlite3.connect(u8.path)) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.fixture
def connecting(u8, memory_store):
    kind, fresh = discovered().kinds["u8"], f"u8-{uuid4().hex}"

    def connect(by, **more):
        given = {
            "driver": "odbc", "dialect": "sqlite", "seconds": 5, "write_by": by,
            "connection_string": f"DRIVER=SQLite3;Database={u8.path};Timeout=5000",
            "openapi_url": u8.url, "eai_url": f"{u8.url}/u8eai/import.asp", "eai_sender": "001",
            "from_account": openapi.FROM_ACCOUNT, "to_account": openapi.TO_ACCOUNT,
            "app_key": openapi.APP_KEY, "department": "01",
            "service_seconds": 30, **more,
        }  # fmt: skip
        case = Case(given, {"app_secret": openapi.APP_SECRET}, "loopback")
        return opening(kind, case, memory_store, fresh)()

    return connect


@pytest.fixture
def order(u8):
    material = asked(u8, "SELECT cInvCode FROM Inventory LIMIT 1")[0][0]
    customer = asked(u8, "SELECT cCusCode FROM Customer LIMIT 1")[0][0]
    lines = [
        {"material": material, "qty": Decimal("20"), "unit_price": Decimal("11.30"),
         "due_date": date(2026, 1, 5)},
        {"material": material, "qty": 5, "unit_price": 2},
    ]  # fmt: skip
    values = {
        "customer": customer,
        "date": date(2025, 12, 1),
        "customer_po": "PO-7",
        "lines": lines,
    }
    return Write("sales_orders", "create", uuid4().hex, values)


@pytest.mark.parametrize("by", ["openapi", "eai"])
def test_an_order_is_entered_once_and_read_back(connecting, u8, order, by):
    receipts = []
    for _ in range(3):
        with connecting(by) as connector:
            receipts.append(connector.write(order))
    assert [one.repeated for one in receipts] == [False, True, True]
    assert len(u8.effects()) == 1
    number = receipts[0].values["code"]
    assert number == number_of(order.key)
    own = asked(u8, "SELECT ID FROM SO_SOMain WHERE cSOCode = ?", number)
    with connecting(by) as connector:
        found = connector.find("sales_orders", str(own[0][0])).values
    assert (found["customer"], found["customer_po"]) == (order.values["customer"], "PO-7")
    assert [line["qty"] for line in found["lines"]] == [20, 5]


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
@pytest.mark.parametrize(("by", "fault", "args"), FAULTS, ids=str)
def test_an_order_is_entered_once_or_put_before_somebody(
    connecting, u8, order, by, fault, args, always
):
    u8.fault(fault, path=PATHS[by], args=args, **({} if always else {"times": 1}))
    # Only where an answer fails to come is it not waited for long.
    patience = 0.5 if fault == "timeout" else 30
    connect = partial(connecting, by, service_seconds=patience)
    outcome = settled(connect, lambda c: c.write(order))
    made = len(u8.effects())
    assert made <= 1
    if isinstance(outcome, Receipt):
        assert made == 1
    else:
        assert outcome.problem.say.zh and outcome.problem.say.en
        assert made == 0 or outcome.effect == "unknown"
    u8.heal()
    again = settled(partial(connecting, by), lambda c: c.write(order))
    assert isinstance(again, Receipt)
    assert len(u8.effects()) == 1
    count = asked(u8, "SELECT COUNT(*) FROM SO_SOMain WHERE cSOCode = ?", number_of(order.key))
    assert count == [(1,)]


@pytest.mark.parametrize("by", ["openapi", "eai"])
def test_a_number_that_somebody_else_has_taken_is_no_order_of_ours(connecting, u8, order, by):
    (taken,) = asked(u8, "SELECT cSOCode FROM SO_SOMain WHERE ID = 1")[0]
    wanted = Write("sales_orders", "create", order.key, {**order.values, "code": taken})
    for _ in range(2):
        with connecting(by) as connector, pytest.raises(AskPerson) as refused:
            connector.write(wanted)
        assert taken in refused.value.problem.say.zh
    assert u8.effects() == []
    free = f"{taken}-{order.key[:6]}"
    mended = Write("sales_orders", "create", order.key, {**order.values, "code": free})
    with connecting(by) as connector:
        assert connector.write(mended).values["code"] == free
    assert len(u8.effects()) == 1


@pytest.mark.parametrize("args", [{}, {"dsc": "单据号重复"}])
def test_what_eai_refused_plainly_makes_no_order_of_somebody_else_ours(connecting, u8, order, args):
    code = f"P-{order.key[:6]}"
    wanted, theirs = (
        Write("sales_orders", "create", key, {**order.values, "code": code})
        for key in (order.key, uuid4().hex)
    )
    u8.fault("refused", path=PATHS["eai"], args=args, times=1)
    with connecting("eai") as connector:
        with pytest.raises(AskPerson):
            connector.write(wanted)
        connector.write(theirs)
        with pytest.raises(AskPerson) as refused:
            connector.write(wanted)
    assert refused.value.problem.code == "number_taken"
    assert len(u8.effects()) == 1


@pytest.mark.parametrize("by", ["openapi", "eai"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"customer": ""}, "customer"), ({"lines": []}, "lines"),
        ({"lines": [{"qty": 1}]}, "lines[1].material"),
        ({"colour": "red"}, "colour"), ({"customer": "NOBODY"}, "NOBODY"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_order_reaches_a_person(connecting, u8, order, by, change, told):
    wrong = Write("sales_orders", "create", order.key, {**order.values, **change})
    with connecting(by) as connector, pytest.raises(AskPerson) as refused:
        connector.write(wrong)
    assert told in f"{refused.value.problem.place} {refused.value.problem.say.zh}"
    assert u8.effects() == []
    with connecting(by) as connector, pytest.raises(GiveUp):
        connector.write(Write("sales_orders", "update", "k", {"memo": "x"}, "1"))


@pytest.mark.parametrize("by", ["openapi", "eai"])
def test_it_describes_what_may_be_written_and_checks_the_way(connecting, u8, by):
    with connecting(by) as connector:
        orders = next(one for one in connector.describe() if one.name == "sales_orders")
        assert connector.check()[-1].ok
    members = {one.name: one for one in orders.members}
    assert orders.operations == ("create",)
    assert members["customer"].writable and not members["audited"].writable
    assert {one.name for one in members["lines"].rows if one.writable} == {
        "material", "qty", "unit_price", "due_date",
    }  # fmt: skip
    wrong = {"app_key": "none"} if by == "openapi" else {"eai_sender": ""}
    with connecting(by, **wrong) as connector:
        found = connector.check()[-1]
    assert not found.ok and found.hint


def test_a_token_is_fetched_once(connecting, u8, order):
    for key in ("a", "b", "c"):
        with connecting("openapi") as connector:
            connector.write(Write("sales_orders", "create", order.key + key, order.values))
    tokens = [one for one in u8.requests() if one["path"] == "/system/token"]
    assert len(tokens) == 1
    assert openapi.APP_SECRET not in str(u8.requests())
