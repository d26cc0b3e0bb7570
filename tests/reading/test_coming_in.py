"""Orders by post: a message arrives, a pipeline takes it in, a person checks it."""

from __future__ import annotations

import html
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.pipelines import STEPS
from seamline.pipelines.steps.take_in import TakeIn
from seamline.problems import Refused
from seamline.reading.process import Reader
from seamline.ui.app import create_app
from seamline.usecases import accounts, connected, papers
from seamline.usecases.pipelining.hands import Facts, StepHands
from seamline.usecases.polling import Poller

from ..connectors.mailbox.conftest import PASSWORD, letter, post  # noqa: F401
from ..pipelines.conftest import Shop, shop_at
from ..published import published

ADMIN, CLI = Actor("operator", "operator", ("administrator",), language="en"), Origin("cli")
PACKAGE = Path(__file__).parents[1] / "packages" / "order_post"
FILES = Path(__file__).parent / "data" / "files"
WORD = "correct horse battery"


@pytest.fixture
def shop(tmp_path, post, monkeypatch):  # noqa: F811
    """A workspace whose mailbox is the server of this machine, with a clerk and a worker."""
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package)
    file = package / "connections/post.yaml"
    port = f"port: {post.server.server_address[1]}"
    file.write_text(file.read_text(encoding="utf-8").replace("port: 143", port), encoding="utf-8")
    monkeypatch.setenv("ORDER_POST_PASSWORD", PASSWORD)
    desk = published(tmp_path / "workspace", package)
    given = {"login": "li", "name": "Li", "roles": ("intake",), "password": WORD}
    accounts.create_user(desk, ADMIN, CLI, **given)
    with connected.using(desk, "post") as mailbox, shop_at(desk, post=mailbox) as shop:
        yield shop
    desk.close()


def arrives(shop: Shop, post, content: bytes, name: str) -> papers.PaperRow:  # noqa: F811
    """Let a message come while the pipeline listens; return the paper that was taken in."""
    poller = Poller(shop.desk, now=lambda: shop.at)
    poller.tick()
    post.receive(letter(f"Order {name}", "attached", (name, content)))
    shop.at += timedelta(minutes=1)
    assert poller.tick() == 1
    shop.settle()
    (row,) = papers.inbox(shop.desk, ADMIN, "order")
    assert (row.name, row.source, row.state) == (name, "post", "waiting")
    assert papers.read_next(shop.desk, Reader(engine=""))
    return row


@pytest.mark.cap(4, 82)
def test_what_somebody_wrote_to_an_app_becomes_a_paper_once(shop):
    said = "订单号：PO-77\n客户：荻原(广州)底盘系统有限公司\n交期：2025-12-16"
    for key in ("m-1", "m-2"):  # the second says the same: it is the same paper
        with shop.desk.store.unit() as unit:
            body = {"sender": "m05", "text": said, "key": key}
            unit.outbox.add("connection.post.message", key, body)
        shop.settle()
    with shop.desk.store.unit() as unit:  # a picture has no words
        unit.outbox.add(
            "connection.post.message", "m-3", {"sender": "m05", "text": "", "key": "m-3"}
        )
    shop.settle()
    (row,) = papers.inbox(shop.desk, ADMIN, "order")
    assert (row.name, row.source) == ("m05.txt", "post")
    assert papers.read_next(shop.desk, Reader(engine=""))
    read = papers.understand(shop.desk, ADMIN, "order", row.id)
    assert {"po", "due"} <= {one.path for one in read.values}


@pytest.mark.cap(4)
def test_the_same_words_are_another_order_where_the_pipeline_tells_messages_apart(shop):
    hands = StepHands(
        shop.desk, shop.desk.catalogs.current(), None, ADMIN, "in", Facts({}), "run", {}, clock.now,
        lambda _name, _stack: None,
    )  # fmt: skip

    def taken_in(key):
        asked = TakeIn("order", "post", text="100 联轴器", sender="m05", key=key)
        return next(STEPS["take_in"].run(asked, hands)).work()["papers"]

    assert [taken_in(key) for key in ("m-1", "m-2", "m-2", "m-1")] == [1, 1, 0, 0]
    assert len(papers.inbox(shop.desk, ADMIN, "order")) == 2


def signed_in(shop: Shop):
    """Return a browser of the clerk, as far as one needs none."""
    client = create_app(shop.desk).test_client()
    sent = {"login": "li", "password": WORD, "_csrf": sheet(client.get("/sign-in").text)["_csrf"]}
    assert client.post("/sign-in", data=sent).status_code in (302, 303)
    return client


def sheet(page: str) -> dict[str, str]:
    """Return what the text inputs of a page hold."""
    tags = re.findall(r"<input [^>]*>", page)
    named = (
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    )
    return {name[1]: html.unescape(value[1]) for name, value in named if name and value}


@pytest.mark.cap(4, 7, 10, 15)
def test_a_message_becomes_an_order_when_its_doubts_are_confirmed(shop, post):  # noqa: F811
    row = arrives(shop, post, (FILES / "P009.pdf").read_bytes(), "P009.pdf")
    client = signed_in(shop)
    listed = client.get("/r/order/papers").text
    assert "P009.pdf" in listed and "订单邮箱" in listed
    page = client.get(f"/r/order/papers/{row.id}").text
    doubts = re.findall(r'name="_seen" value="([^"]+)"', page)
    assert {"po", "due"} <= set(doubts)
    sent = sheet(page) | {"_seen": doubts}
    done = client.post(f"/r/order/papers/{row.id}", data=sent)
    assert done.status_code == 303
    (order,) = shop.records("order")
    assert order.values["customer"] == "荻原(广州)底盘系统有限公司"
    assert order.values["due"].isoformat() == "2025-11-16"
    assert papers.inbox(shop.desk, ADMIN, "order") == ()


@pytest.mark.cap(10)
def test_the_api_makes_an_order_of_a_paper_when_each_doubt_is_named(shop, post):  # noqa: F811
    row = arrives(shop, post, (FILES / "P009.pdf").read_bytes(), "P009.pdf")
    token = accounts.create_token(
        shop.desk, ADMIN, CLI, login="li", name="script", scopes=("admin",)
    ).word
    client = create_app(shop.desk).test_client()
    read = papers.understand(shop.desk, ADMIN, "order", row.id)
    file = {"sha256": row.sha256, "name": row.name, "media_type": row.media_type, "size": row.size}
    values = {one.path: one.word for one in read.values} | {"evidence": [file]}

    def send(*confirm: str):
        sent = {"values": values, "confirm": list(confirm)}
        headers = {"Authorization": f"Bearer {token}"}
        return client.post("/api/v1/order", json=sent, headers=headers)

    refused = send()
    assert refused.status_code == 422
    open_ = [one["got"] for one in refused.json["errors"] if one["code"] == "not_confirmed"]
    assert {"read:po", "read:due"} <= set(open_)
    assert send(open_[0]).status_code == 422
    assert send(*open_).status_code == 201
    assert len(shop.records("order")) == 1


def test_a_mailbox_that_cannot_be_read_is_seen_and_told(shop, post):  # noqa: F811
    pollers = [Poller(shop.desk, now=lambda: shop.at) for _ in range(2)]

    def fares(minutes: int):
        for _ in range(minutes):
            shop.at += timedelta(minutes=1)
            for poller in pollers:
                poller.tick()
        with shop.desk.store.reading() as unit:
            told = [one for one in unit.journal.after(0, 1_000) if one.kind == "mirror_failed"]
            return unit.connections.state("post"), len(told)

    state, told = fares(2)
    assert state.read_at and not (state.failures or told)
    post.away = True
    state, told = fares(4)
    assert (state.failures, told) == (4, 0)  # it may come back by itself
    state, told = fares(3)
    assert state.problem and (state.failures, told) == (7, 1)
    post.away = False
    state, told = fares(1)
    assert (state.problem, state.failures, told) == (None, 0, 1)


def test_a_pipeline_whose_role_may_not_make_the_record_takes_nothing_in(shop):
    reader = Actor("pipeline:orders_in", "Orders that come in", ("reader",))
    with pytest.raises(Refused) as caught:
        papers.take_in(shop.desk, reader, "order", b"x", "x.txt", "text/plain", "post")
    assert caught.value.status == 403
