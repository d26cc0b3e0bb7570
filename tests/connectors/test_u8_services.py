"""U8's OpenAPI and EAI as the stand-in serves them over the invented company."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
import requests

from seamline.connectors.u8.standin import openapi
from seamline.connectors.u8.standin.standing import services
from seamline.standins.standin import running

OWN = {"from_account": openapi.FROM_ACCOUNT, "app_key": openapi.APP_KEY}


@pytest.fixture
def company(u8_file, tmp_path):
    path = tmp_path / "u8.db"
    shutil.copyfile(u8_file, path)
    return path


@pytest.fixture
def u8(company):
    with running(*services(company)) as found:
        yield found


def rows(company, statement, *values):
    with closing(sqlite3.connect(company)) as connection:
        return connection.execute(statement, values).fetchall()


class Caller:
    """A program that a partner wrote for the OpenAPI."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = self.get("/system/token", app_secret=openapi.APP_SECRET)["token"]["id"]

    def _told(self, more: dict) -> dict:
        return {
            **OWN,
            "to_account": openapi.TO_ACCOUNT,
            "token": getattr(self, "token", ""),
            **more,
        }

    def get(self, path: str, **more) -> dict:
        return requests.get(self.url + path, params=self._told(more), timeout=10).json()

    def add(self, kind: str, body: dict, **more) -> dict:
        url = f"{self.url}/api/{kind}/add"
        return requests.post(url, params=self._told(more), json={kind: body}, timeout=10).json()


@pytest.fixture
def caller(u8):
    return Caller(u8.url)


@pytest.fixture
def order(company):
    material = rows(company, "SELECT cInvCode FROM Inventory WHERE bSale = 1 LIMIT 1")[0][0]
    customer = rows(company, "SELECT cCusCode FROM Customer LIMIT 1")[0][0]
    line = {
        "inventorycode": material,
        "quantity": "20",
        "taxunitprice": 11.3,
        "startdate": "2026-01-05",
    }
    head = {"date": "2025-12-01", "custcode": customer, "deptcode": "01", "define10": "JS-1"}
    return {**head, "entry": [line, {**line, "quantity": 5}]}


def test_secrets_open_and_tokens_end(u8, caller):
    assert caller.get("/system/token", app_secret="wrong")["errcode"] == openapi.WRONG_KEY
    assert caller.get("/api/customer/batch_get", token="none")["errcode"] == openapi.NO_TOKEN
    assert caller.get("/api/customer/batch_get")["errcode"] == "0"
    u8.advance(7201)
    assert caller.get("/api/customer/batch_get")["errcode"] == openapi.EXPIRED
    assert openapi.APP_SECRET not in str(u8.requests())


def test_an_order_is_entered_with_numbers_and_sums(company, u8, caller, order):
    before = rows(company, "SELECT COUNT(*), MAX(ufts) FROM SO_SOMain")[0]
    answer = caller.add("saleorder", order, biz_id="outbox-1")
    assert (answer["errcode"], answer["tradeid"]) == ("0", "outbox-1")
    found = caller.get("/api/saleorder/get", id=answer["id"])["saleorder"]
    assert (found["custcode"], found["define10"]) == (order["custcode"], "JS-1")
    assert [(one["quantity"], one["sum"]) for one in found["entry"]] == [(20, 226), (5, 56.5)]
    after = rows(company, "SELECT COUNT(*), MAX(ufts) FROM SO_SOMain")[0]
    assert after[0] == before[0] + 1 and after[1] > before[1]
    heads = rows(company, "SELECT iFatherId FROM UA_Identity WHERE cVouchType = 'Somain'")
    assert heads == rows(company, "SELECT MAX(ID) FROM SO_SOMain")


@pytest.mark.parametrize("way", ["tradeid", "biz_id"])
def test_the_same_id_enters_once(u8, caller, order, way):
    own = caller.get("/system/tradeid")["trade"]["id"] if way == "tradeid" else "outbox-2"
    first = caller.add("saleorder", order, **{way: own})
    assert caller.add("saleorder", order, **{way: own}) == first
    assert len(u8.effects()) == 1


def test_exactly_one_id_is_taken(u8, caller, order):
    for wrong in ({}, {"tradeid": "x", "biz_id": "y"}, {"tradeid": "never given"}):
        assert caller.add("saleorder", order, **wrong)["errcode"] == openapi.WRONG_TRADE
    assert u8.effects() == []


def test_what_u8_refuses_may_be_mended_under_the_same_id(u8, caller, order):
    wrong = {**order, "custcode": "NOBODY"}
    said = caller.add("saleorder", wrong, biz_id="outbox-3")
    assert (said["errcode"], "NOBODY" in said["errmsg"]) == (openapi.REFUSED, True)
    assert caller.add("saleorder", order, biz_id="outbox-3")["errcode"] == "0"
    assert len(u8.effects()) == 1


def test_an_order_sent_aside_is_fetched_later(u8, caller, order):
    sent = caller.add("saleorder", order, biz_id="outbox-4", sync="0")
    asked = {"requestid": sent["requestid"]}
    assert caller.get("/system/result", **asked)["errcode"] == openapi.PENDING
    u8.advance(openapi.ASYNC_SECONDS)
    assert caller.get("/system/result", **asked)["id"].startswith("SOU8")
    assert len(u8.bench.deliveries()) == 1


def test_lists_are_paged_in_strings(company, caller):
    page = caller.get("/api/saleorderlist/batch_get", page_index=2, rows_per_page=50)
    count = rows(company, "SELECT COUNT(*) FROM SO_SOMain")[0][0]
    assert (page["page_index"], page["row_count"]) == ("2", str(count))
    assert len(page["saleorderlist"]) == 50
    span = {"date_begin": "2025-11-03", "date_end": "2025-11-03", "rows_per_page": 1000}
    day = caller.get("/api/saleorderlist/batch_get", state="closed", **span)["saleorderlist"]
    assert all(one["date"][:10] == "2025-11-03" and one["closer"] for one in day)
    stock = caller.get("/api/currentstock/batch_get", rows_per_page=3)["currentstock"]
    assert len(stock) == 3
    for one in stock:
        held = one["qty"] - one["stopqty"] - one["outqtysum"] + one["inqtysum"]
        assert one["availqty"] == pytest.approx(held)


def test_archives_and_purchases_are_read_and_orders_audited(company, caller, order):
    code = rows(company, "SELECT cInvCode FROM Inventory LIMIT 1")[0][0]
    assert caller.get("/api/inventory/get", id=code)["inventory"]["code"] == code
    bought = rows(company, "SELECT cPOID FROM PO_Pomain LIMIT 1")[0][0]
    assert caller.get("/api/purchaseorder/get", id=bought)["purchaseorder"]["entry"]
    assert caller.get("/api/nothing/get", id=1)["errcode"] == openapi.NOT_FOUND
    customer = {"code": "C-NEW", "name": "新客户", "abbrname": "新"}
    assert caller.add("customer", customer, biz_id="c1")["id"] == "C-NEW"
    goods = {"code": "I-NEW", "name": "新件", "main_measure": "01"}
    assert caller.add("inventory", goods, biz_id="i1")["id"] == "I-NEW"
    number = caller.add("saleorder", order, biz_id="o1")["id"]
    url = f"{caller.url}/api/saleorder/verify"
    for expected in ("0", openapi.REFUSED):
        body = {"saleorder": {"voucher_code": number}}
        answer = requests.post(url, params=caller._told({}), json=body, timeout=10).json()
        assert answer["errcode"] == expected


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("token_expired", openapi.EXPIRED), ("agent_offline", openapi.OFFLINE),
        ("licence_full", openapi.LICENCE), ("refused", openapi.REFUSED),
    ],
)  # fmt: skip
def test_the_faults_of_the_relay(u8, caller, order, fault, code):
    u8.fault(fault, service="u8-openapi", path="/api/saleorder/add", times=1)
    assert caller.add("saleorder", order, biz_id="x")["errcode"] == code
    assert u8.effects() == []


def envelope(order, *, act="add", sender="001", kind="saleorder", code=""):
    head = "".join(f"<{k}>{v}</{k}>" for k, v in order.items() if k != "entry")
    lines = "".join(
        "<entry>" + "".join(f"<{k}>{v}</{k}>" for k, v in line.items()) + "</entry>"
        for line in order.get("entry", ())
    )
    body = f"<{kind}><header><code>{code}</code>{head}</header><body>{lines}</body></{kind}>"
    return (
        f'<?xml version="1.0" encoding="utf-8"?><ufinterface roottag="{kind}" proc="{act}"'
        f' receiver="u8" sender="{sender}" docid="" codeexchanged="N" version="2.0">'
        f"{body}</ufinterface>"
    ).encode()


def post(u8, body):
    answer = requests.post(f"{u8.url}/u8eai/import.asp", data=body, timeout=10)
    assert answer.status_code == 200
    return answer


def test_eai_enters_orders_and_has_no_idea_of_repetition(company, u8, order):
    assert 'succeed="0"' in post(u8, envelope(order, code="EAI-1")).text
    assert 'succeed="1"' in post(u8, envelope(order, code="EAI-1")).text  # the number is taken
    for _ in range(2):
        assert 'u8key="SOU8' in post(u8, envelope(order)).text
    assert len(u8.effects()) == 3
    assert len(rows(company, "SELECT 1 FROM SO_SODetails WHERE cSOCode = 'EAI-1'")) == 2


def test_an_eai_edit_puts_the_whole_record_in_place(company, u8, order):
    post(u8, envelope(order, code="EAI-2"))
    less = {key: value for key, value in order.items() if key != "define10"}
    post(u8, envelope({**less, "entry": order["entry"][:1]}, act="edit", code="EAI-2"))
    assert rows(company, "SELECT cDefine10 FROM SO_SOMain WHERE cSOCode = 'EAI-2'") == [(None,)]
    assert len(rows(company, "SELECT 1 FROM SO_SODetails WHERE ID = (SELECT ID FROM SO_SOMain"
                             " WHERE cSOCode = 'EAI-2')")) == 1  # fmt: skip
    assert 'succeed="1"' in post(u8, envelope(less, act="edit", code="NONE")).text


@pytest.mark.parametrize(
    "change", [{"sender": "999"}, {"act": "delete"}, {"kind": "glvoucher"}, {"code": "\x01"}]
)
def test_eai_says_what_is_wrong_with_status_200(u8, order, change):
    assert 'succeed="1"' in post(u8, envelope(order, **change)).text
    assert u8.effects() == []


def test_the_faults_of_eai(u8, order):
    for fault, text in (("empty_body", ""), ("asp_error", "VBScript"), ("refused", 'succeed="1"')):
        u8.fault(fault, service="u8-eai", times=1)
        assert text in post(u8, envelope(order)).text
    assert u8.effects() == []
