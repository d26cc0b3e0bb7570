"""On ordering, the papers that fit go to whoever ordered, behind a progress link of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seamline.ui.app import create_app
from seamline.usecases import links, look, runs
from seamline.usecases.desk import open_desk

from ..pipelines.conftest import Channel, shop_at
from ..published import published
from .conftest import ADMIN, CLI, EXAMPLE, do, kept, order


@pytest.mark.cap(93, 94)
def test_ordering_pushes_the_pack_that_fits_and_the_order_says_so(tmp_path) -> None:
    desk = published(tmp_path, EXAMPLE)
    settings = replace(desk.settings, public_url="https://orders.example")
    desk.close()
    desk = open_desk(settings)
    do(desk, "customer", "create", {"code": "C0012", "name": "一汽", "cooperation": "active",
                                    "credit_line": 1_000_000, "receivable": 0})  # fmt: skip
    for code in ("HX-2041", "HX-3310"):
        do(desk, "material", "create", {"code": code, "name": f"零件 {code}"})
    for title, kind, fits in (
        ("安装指南 HX-2041", "installation", {"material": "HX-2041"}),
        ("质检标准 HX-3310", "inspection", {"material": "HX-3310"}),
        ("常见问题", "faq", {}),
    ):
        stored = kept(desk, title.encode(), f"{title}.pdf", "application/pdf")
        paper = {"title": title, "kind": kind, "files": stored, **fits}
        do(desk, "tech_document", "create", paper)
    runs.flip(desk, ADMIN, CLI, "order_pack", True, "the connection is there")
    with shop_at(desk, sms=Channel()) as shop:
        code = order(desk, "PO-9", "HX-2041")
        shop.settle()
        (message,) = shop.channels["sms"].sent
        record = look.record(desk, ADMIN, "sales_order", code)
        assert message.to == (record.values["contact_phone"],)
        assert code in message.text and "安装指南 HX-2041" in message.text
        assert "常见问题" in message.text and "HX-3310" not in message.text
        (link,) = links.of_record(desk, record)
        assert message.link == f"https://orders.example/t/{links.token(desk, link)}"
        assert message.parameters == {"code": code, "link": message.link}
        page = create_app(desk).test_client().get(message.link).get_data(as_text=True)
        assert "安装指南 HX-2041" in page and "HX-3310" not in page
        told = [one for one in look.told(desk, ADMIN, "sales_order", code).events
                if one.kind == "shared"]  # fmt: skip
        assert [one.body["papers"] for one in told] == [["安装指南 HX-2041", "常见问题"]]
        kept_ = str(shop.engine.runs()) + str([one.body for one in told])
        assert links.token(desk, link) not in kept_
    desk.close()
