"""Conditions read aloud."""

from __future__ import annotations

from typing import Any

import pytest

from seamline.conditions.parse import parse
from seamline.conditions.words import Vocabulary, in_words
from seamline.scope import Scope
from seamline.text import Text

SCOPE = Scope(
    {
        "total": "number",
        "customer.credit_line": "number",
        "agreement": "file",
        "urgent": "boolean",
        "channel": "text",
        "tags": "list",
        "due": "date",
        "waited": "duration",
        "lines": "table",
    },
    {"lines": Scope({"qty": "number", "part": "text"})},
)
WORDS = Vocabulary(
    {
        "total": Text("订单金额", "order total"),
        "customer.credit_line": Text("信用额度", "credit line"),
        "agreement": Text("技术协议", "technical agreement"),
        "urgent": Text("加急", "urgent"),
        "channel": Text("渠道", "channel"),
        "tags": Text("标签", "tags"),
        "due": Text("交期", "due date"),
        "waited": Text("等待时间", "waiting time"),
        "lines": Text("订单明细", "the lines"),
        "lines[].qty": Text("数量", "quantity"),
    },
    {"channel": {"phone": Text("电话", "phone"), "email": Text("邮件", "e-mail")}},
)
ROWS = [
    ({">": [{"var": "total"}, {"var": "customer.credit_line"}]},
     "订单金额大于信用额度", "order total is more than credit line"),
    ({"!": [{"var": "agreement"}]}, "没有技术协议", "technical agreement is missing"),
    ({"var": "urgent"}, "加急为“是”", "urgent is yes"),
    ({"!": [{"var": "channel"}]}, "未填写渠道", "channel is empty"),
    ({"in": [{"var": "channel"}, ["phone", "email"]]},
     "渠道是电话、邮件之一", "channel is one of phone, e-mail"),
    ({"==": [{"var": "channel"}, "phone"]}, "渠道等于电话", "channel is phone"),
    ({"in": ["a", {"var": "tags"}]}, "标签包含“a”", "tags includes 'a'"),
    ({"<": [{"var": "due"}, "2026-03-01"]}, "交期早于2026-03-01", "due date is before 2026-03-01"),
    ({">=": [{"var": "waited"}, "48h"]}, "等待时间不小于2天", "waiting time is at least 2 days"),
    ({"and": [{"var": "urgent"}, {"or": [{">": [{"var": "total"}, 10]}, {"var": "channel"}]}]},
     "加急为“是”，且(订单金额大于10，或已填写渠道)",
     "urgent is yes and (order total is more than 10 or channel is given)"),
    ({"some": [{"var": "lines"}, {">": [{"var": "qty"}, 5]}]},
     "订单明细中至少有一行：数量大于5", "at least one of the lines has: quantity is more than 5"),
    ({"!": [{"and": [{"var": "urgent"}, {"var": "channel"}]}]},
     "不满足(加急为“是”，且已填写渠道)", "not (urgent is yes and channel is given)"),
]  # fmt: skip


@pytest.mark.cap(108)
@pytest.mark.parametrize(("condition", "zh", "en"), ROWS)
def test_a_condition_reads_aloud(condition: Any, zh: str, en: str) -> None:
    said = in_words(parse(condition, SCOPE), WORDS)
    assert (said.zh, said.en) == (zh, en)
