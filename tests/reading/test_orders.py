"""A paper becomes an order: read, confirmed by a person, kept as evidence, learned from."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from seamline import clock
from seamline.connectors.files.folder import Files
from seamline.connectors.mailbox.messages import values_of
from seamline.facts import Actor, Origin, Party, Record
from seamline.pipelines import STEPS
from seamline.pipelines.steps.take_in import TakeIn, came_in
from seamline.problems import Refused
from seamline.reading.process import Reader
from seamline.settings import found
from seamline.store import Query
from seamline.ui.app import create_app
from seamline.usecases import accounts, install, look, papers
from seamline.usecases.desk import open_desk
from seamline.usecases.paperwork.offered import of_words
from seamline.usecases.pipelining.hands import Facts, StepHands
from seamline.usecases.submit import Submission, submit

ADMIN, CLI = Actor("operator", "operator", ("administrator",)), Origin("cli")
FILES = Path(__file__).parent / "data" / "files"
EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "correct horse battery"
MORE = {
    "order_type": "series", "signing_date": "2026-01-05", "contact": "李工",
    "contact_phone": "13800138000",
    "agreement_no": "JSXY-2026-0108", "due_date": "2028-03-01", "urgency": "normal",
    "delivery_terms": "to_plant", "freight_by": "us", "delivery_address": "广州科技路 393 号",
    "packaging": "pallet", "inspection": "standard", "payment_terms": "monthly_60",
    "invoice_type": "vat_special", "lines.0.special_process": "none",
}  # fmt: skip
ENGLISH = """From: orders@example.com
To: sales@example.com
Subject: Purchase order 4500123

Purchase order 4500123
Vendor: Litware, Inc.
Order date: 2026-03-02
Ship by: 2026-04-20

Item no.    Description    Qty    Unit price    Amount    Due date
BA-8327     Bearing ball   400    12.50         5,000.00  2026-04-24
CR-7833     Chainring      60     31.20         1,872.00  2026-04-30

Total 6,872.00
"""
NOTE = """采购订单
订单编号：GD-260077
需方：荻原（广州）底盘系统有限公司
供方：华东恒锐汽车零部件有限公司
交货日期：2028年3月1日
"""


def shop(folder, package):
    """Return a workspace with a package of the examples and a person who holds every right."""
    desk = open_desk(found(folder, {}))
    install.publish(desk, ADMIN, CLI, EXAMPLES / package)
    given = {"login": "boss", "name": "Boss", "roles": ("administrator",), "password": PASSWORD}
    accounts.create_user(desk, ADMIN, CLI, **given)
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = shop(tmp_path_factory.mktemp("papers"), "auto_parts")
    customer = {"code": "C0045", "name": "荻原（广州）底盘系统有限公司", "group": "passenger",
                "cooperation": "active", "credit_line": 9_000_000, "receivable": 0}  # fmt: skip
    submit(desk, ADMIN, CLI, Submission("customer", "create", customer))
    values = {"code": "00018542049", "name": "机油泵总成"}
    for field in desk.catalogs.current().forms["material"].form.fields:
        if field.required and field.id not in values:
            options = field.settings.get("options")
            values[field.id] = options[0]["id"] if options else 1
    submit(desk, ADMIN, CLI, Submission("material", "create", values))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def client(desk):
    client = create_app(desk).test_client()
    page = client.get("/sign-in").text
    sent = {"_csrf": csrf(page), "login": "boss", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code in (302, 303)
    return client


def csrf(page):
    return re.search(r'name="_csrf" value="([^"]+)"', page)[1]


def inputs(page):
    """Return what a browser would send of the form, without buttons and ticks."""
    form = page[page.index('id="sheet"') : page.index("</form>", page.index('id="sheet"'))]
    sent = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        ticked = kind is None or kind[1] not in ("checkbox", "file") or " checked" in tag
        if name and ticked and name[1] != "_seen":
            sent[name[1]] = html.unescape(value[1]) if value else ""
    for name, body in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        sent[name] = html.unescape(body)
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', body)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    return sent


def taken(desk, content, name="P009.pdf"):
    """Return a paper that was taken in and read."""
    row = papers.take_in(desk, ADMIN, "sales_order", content, name, "application/pdf").row
    assert papers.read_next(desk, Reader(engine=""))
    return row


@dataclass
class Confirmed:
    """An order made of a paper by a person, and what the page said on the way."""

    row: papers.PaperRow
    first: dict
    doubts: list
    refused: str
    order: Record


@pytest.fixture(scope="module")
def confirmed(desk, client):
    row = taken(desk, (FILES / "P009.pdf").read_bytes())
    address = f"/r/sales_order/papers/{row.id}"
    page = client.get(address).text
    first, doubts = inputs(page), re.findall(r'name="_seen" value="([^"]+)"', page)
    refused = client.post(address, data=first | MORE)
    assert refused.status_code == 422
    assert look.page(desk, ADMIN, "sales_order", Query()).total == 0
    saved = client.post(address, data=inputs(refused.text) | {"_seen": doubts})
    assert saved.status_code == 303, re.findall(r'class="err">.*?</p>', saved.text, re.S)
    (found,) = look.page(desk, ADMIN, "sales_order", Query()).rows
    order = look.record(desk, ADMIN, "sales_order", found.id)
    return Confirmed(row, first, doubts, refused.text, order)


@pytest.mark.cap(4, 7, 10)
def test_a_contract_becomes_an_order_once_its_doubts_are_confirmed(desk, client, confirmed):
    first = confirmed.first
    assert first["customer"] == "C0045" and first["due_date"] == "2025-11-16"
    assert first["lines.0.qty"] == "60.5" and first["lines.0.unit_price"].startswith("26.6")
    assert {"due_date", "customer_po"} <= set(confirmed.doubts)
    assert "customer" not in confirmed.doubts
    assert "has not been checked yet" in confirmed.refused or "还未核对" in confirmed.refused
    order = confirmed.order
    assert order.values["channel"] == "paper"
    assert [one.sha256 for one in order.values["evidence"]] == [confirmed.row.sha256]
    row = papers.paper(desk, ADMIN, "sales_order", confirmed.row.id)
    assert (row.record, row.state) == (order.id, "confirmed")
    said = {one.path: (one.how, one.by) for one in of_words(row.offered)}
    assert said["customer"] == ("sure", "") and said["customer_po"][0] == "confirmed"
    assert said["customer_po"][1] and said["due_date"][0] == "changed"
    told = client.get(f"/r/sales_order/{order.id}").text
    assert "from a paper" in told or "来自单据" in told


@pytest.mark.cap(10)
def test_the_door_asks_for_the_doubts_of_a_paper_whichever_way_it_comes(desk):
    row = taken(desk, NOTE.encode(), "note.txt")
    read = papers.understand(desk, ADMIN, "sales_order", row.id)
    open_ = {f"read:{one.path}" for one in read.doubtful}
    values = {one.path: one.word for one in read.values if one.row < 0}
    file = {"sha256": row.sha256, "name": "note.txt", "media_type": "text/plain", "size": row.size}
    values |= MORE | {"evidence": [file]} | {"due_date": values["due_date"]}

    def sent(way, confirm):
        asked = Submission("sales_order", "create", values, confirmed=confirm)
        with pytest.raises(Refused) as caught:
            submit(desk, ADMIN, Origin(way), asked)
        return {one.got for one in caught.value.problems if one.code == "not_confirmed"}

    unseen = sent("api", frozenset())
    assert {"read:customer_po", "read:due_date"} <= unseen <= open_
    some = frozenset({min(unseen)})
    assert sent("api", some) == unseen - some
    assert sent("pipeline", frozenset(unseen)) == unseen  # nobody looked


@pytest.mark.cap(9, 15)
def test_a_confirmed_paper_taught_its_form_and_its_number_is_flagged_the_second_time(
    desk, client, confirmed
):
    (learned,) = papers.library(desk, ADMIN, "sales_order")
    assert learned.form.papers == 1
    row = taken(desk, (FILES / "P009.pdf").read_bytes() + b"\n% sent again\n", "again.pdf")
    address = f"/r/sales_order/papers/{row.id}"
    page = client.get(address).text
    doubts = re.findall(r'name="_seen" value="([^"]+)"', page)
    assert "customer_po" not in doubts  # where it was right before, on a confirmed form
    assert "due_date" in doubts  # a person put another in its place
    again = client.post(address, data=inputs(page) | MORE | {"_seen": doubts})
    assert again.status_code == 422
    assert 'name="_confirm"' in again.text
    assert papers.take_back(desk, ADMIN, "sales_order", learned.row.id, learned.row.version)
    assert papers.library(desk, ADMIN, "sales_order") == ()


@pytest.mark.cap(8)
def test_the_command_measures_and_fails_below_its_bar(tmp_path, labelled):
    from seamline.ui.cli import main

    data = Path(__file__).parent / "data"
    assert main(["evaluate-reading", str(data), "--only", "p3", "--format", "json"]) == 0
    assert main(["evaluate-reading", str(data), "--only", "p3", "--bar", "100.1"]) == 1


@pytest.mark.cap(7)
def test_the_bicycle_factory_reads_an_english_order_by_metadata_alone(tmp_path):
    desk = shop(tmp_path, "bike_factory")
    vendor = {"account": "LITWARE0001", "name": "Litware, Inc.", "credit_rating": "superior"}
    submit(desk, ADMIN, CLI, Submission("vendor", "create", vendor))
    row = papers.take_in(
        desk, ADMIN, "purchase_order", ENGLISH.encode(), "order.eml", "message/rfc822"
    ).row
    assert papers.read_next(desk, Reader(engine=""))
    read = papers.understand(desk, ADMIN, "purchase_order", row.id)
    said = {value.path: value.word or value.said for value in read.values}
    assert said["vendor"] == "LITWARE0001"
    assert said["order_date"] == "2026-03-02" and said["ship_date"] == "2026-04-20"
    assert [said[f"lines.{n}.qty"] for n in (0, 1)] == ["400", "60"]
    assert [said[f"lines.{n}.due_date"] for n in (0, 1)] == ["2026-04-24", "2026-04-30"]
    assert said["lines.1.product"] == "CR-7833"
    desk.close()


@pytest.mark.cap(4, 15)
def test_a_pipeline_takes_in_what_lies_in_a_folder_once(desk, tmp_path):
    (tmp_path / "order.txt").write_text(NOTE.replace("0077", "0078"), encoding="utf-8")
    shelf = Files({"server": "", "folder": str(tmp_path), "tables": []}, None)
    hands = StepHands(
        desk, desk.catalogs.current(), None, ADMIN, "in", Facts({}), "run", {}, clock.now,
        lambda _name, _stack: shelf,
    )  # fmt: skip

    def taken_in():
        asked = TakeIn("sales_order", "orders", "file", "order.txt")
        return next(STEPS["take_in"].run(asked, hands)).work()

    assert taken_in() == {"papers": 1, "repeated": 0}
    assert taken_in() == {"papers": 0, "repeated": 1}
    (row,) = (one for one in papers.inbox(desk, ADMIN, "sales_order") if one.source == "orders")
    assert (row.name, row.state) == ("order.txt", "waiting")
    while papers.read_next(desk, Reader(engine="")):
        pass
    assert papers.paper(desk, ADMIN, "sales_order", row.id).state == "read"


@pytest.mark.cap(4)
def test_a_message_gives_its_attachments_or_else_its_words():
    message = EmailMessage()
    message["From"], message["Subject"] = "buyer@example.com", "追加订单 7"
    message.set_content("联轴器 200 件")
    (said,) = came_in(values_of(message.as_bytes(), 1))
    assert said.name == "追加订单-7.txt" and "联轴器 200 件" in said.content.decode()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    (file,) = came_in(values_of(message.as_bytes(), 1))
    assert (file.name, file.media_type, file.content) == ("a.pdf", "application/pdf", b"%PDF-1.4")


def test_a_paper_is_for_those_who_may_make_its_record(desk):
    nobody = Actor("guest", "guest", ())
    with pytest.raises(Refused) as caught:
        papers.take_in(desk, nobody, "sales_order", b"x", "x.txt", "text/plain")
    assert caught.value.status == 403


ALONE = """seamline: 1
role: portal
title: {zh: 客户门户, en: Customer portal}
kind: external
grants:
  - form: sales_order
    read: true
    where: {"==": [{var: customer}, {var: _me.party}]}
    steps: [create]
party: customer
"""


@pytest.mark.cap(112, 113)
def test_who_sees_a_part_of_a_form_sees_papers_of_their_own_only(desk, tmp_path):
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/portal.yaml").write_text(ALONE, encoding="utf-8")
    head = "seamline: 1\npackage: portal\nversion: 1.0.0\ntitle: {zh: 门户, en: Portal}\n"
    (tmp_path / "package.yaml").write_text(head, encoding="utf-8")
    install.publish(desk, ADMIN, CLI, tmp_path)
    lin, zhou = (
        Actor(name, name, ("portal",), party=Party("customer", "01HX", "C0045"))
        for name in ("lin", "zhou")
    )
    given = b"%PDF-1.4 a contract", "contract.pdf", "application/pdf"
    theirs = papers.take_in(desk, zhou, "sales_order", *given).row
    assert papers.inbox(desk, lin, "sales_order") == ()
    assert [row.id for row in papers.inbox(desk, zhou, "sales_order")] == [theirs.id]
    assert theirs.id in {row.id for row in papers.inbox(desk, ADMIN, "sales_order")}
    with pytest.raises(Refused) as caught:
        papers.paper(desk, lin, "sales_order", theirs.id)
    assert caught.value.status == 404
    assert (
        papers.take_in(desk, lin, "sales_order", *given).row.id != theirs.id
    )  # nor that it is there
    assert papers.take_in(desk, zhou, "sales_order", *given).row.id == theirs.id
    with pytest.raises(Refused) as caught:
        papers.take_back(desk, lin, "sales_order", "01HX", 1)
    assert caught.value.status == 403
