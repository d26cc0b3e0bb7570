"""A form begun from a sheet or a table: what is guessed of it, and what is written."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings, strategies as st

from seamline.connector import Entity, Member
from seamline.documents import read
from seamline.package.reading import read_documents
from seamline.package.sources import Sources
from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.usecases import files
from seamline.usecases.designing import beginning, formed
from seamline.usecases.designing.sheets import Guessed, from_entity, from_rows
from seamline.usecases.desk import Desk
from seamline.usecases.importing.source import read_first

from .conftest import ADMIN

HEADINGS = (
    "序号,订单号*,客户名称,联系电话,要求交期,是否加急,紧急程度,"
    "物料编码,数量(件),单价(元),税率,表面处理,备注"
)
ORDERS = [
    "1,XS001,长安,13800131007,2026-10-01,是,普通,00412,20,3.50,13%,镀锌,",
    "2,,,,,,,00417,15,12.00,,发黑,",
    "3,XS002,华东,13800131008,2026-10-03,否,紧急,00412,7,3.50,13%,镀锌,轻放",
    "4,XS003,长安,13800131007,2026-10-05,否,普通,01002,9,0.75,13%,镀锌,",
    "5,,,,,,,01003,9,0.80,,镀锌,",
    "6,XS004,长安,13800131007,2026-10-05,否,普通,01002,9,0.75,13%,发黑,",
    "合计,,,,,,,,69,,,,",
]


def sheet(*rows: str) -> Guessed:
    """What a CSV file of these rows is taken for."""
    content = io.BytesIO("\n".join(rows).encode("gb18030"))
    return from_rows("订单登记表.csv", read_first(content, "订单登记表.csv", 2000))


def written(guess: Guessed) -> str:
    return formed.document(guess.id, Text.same(guess.title), guess.columns)


def wrong(text: str) -> list[Problem]:
    return list(read_documents(Sources({"forms/one.yaml": text}))[1])


@pytest.mark.cap(120)
def test_a_sheet_becomes_the_form_a_person_would_have_written() -> None:
    guess = sheet("2026 年订单登记", "", HEADINGS, *ORDERS)
    found = {one.id: one for one in guess.columns}
    assert [one.zh for one in guess.notes][0] == "第 3 行是表头，下面 6 行供判断。"
    assert not found["sequence"].taken
    assert {one.id for one in guess.columns if one.line} >= {"material_code", "quantity"}
    assert all(one.why for one in guess.columns)
    text = written(guess)
    data = read(text, "forms/order.yaml").data
    head, lines = data["sections"]
    assert [(one["id"], one["kind"], one.get("required", False)) for one in head["fields"]] == [
        ("order_no", "text", True),
        ("customer_name", "text", True),
        ("phone", "phone", True),
        ("due_on", "date", True),
        ("rush", "boolean", False),
        ("urgency", "choice", True),
        ("tax_rate", "percent", True),
        ("note", "long_text", False),
    ]
    table = lines["fields"][0]
    assert [(one["id"], one["kind"]) for one in table["fields"]] == [
        ("material_code", "text"),
        ("quantity", "integer"),
        ("unit_price", "money"),
        ("bmcl", "choice"),
    ]
    assert data["key"] == "order_no"
    assert "{id: order_no, kind: text, label: {zh: 订单号, en: Order no.}, required: true" in text
    assert "{id: quantity, kind: integer, label: {zh: 数量, en: Quantity}" in text
    assert "unit: 件" in text
    assert wrong(text) == []


@pytest.mark.cap(120)
def test_a_table_of_another_system_becomes_a_form() -> None:
    rows = Member("lines", "rows", Text("明细", "Lines"), rows=(
        Member("cInvCode", "text", Text("存货编码", "Item code"), required=True),
        Member("iQuantity", "decimal", Text("数量", "Quantity")),
    ))  # fmt: skip
    entity = Entity("dispatch", Text("发货单", "Dispatch note"), ("cDLCode",), (
        Member("cDLCode", "text", Text("单据号", "Number"), required=True),
        Member("dDate", "date", Text("日期", "Date"), required=True),
        Member("iMoney", "decimal", Text("金额", "Amount")),
        Member("raw", "json", Text("原文", "Raw")),
        rows,
    ))  # fmt: skip
    text = written(from_entity(entity))
    data = read(text, "forms/dispatch_note.yaml").data
    assert (data["form"], data["key"]) == ("dispatch_note", "c_dlcode")
    assert [one["kind"] for one in data["sections"][0]["fields"]] == ["text", "date", "money"]
    assert len(data["sections"][1]["fields"][0]["fields"]) == 2
    assert wrong(text) == []


CELLS = st.one_of(
    st.text(max_size=12),
    st.dates().map(str),
    st.integers(-999, 10**12).map(str),
    st.decimals(0, 999, places=2).map(str),
    st.sampled_from(["", "", "是", "否", "13800138000", "a@b.cn", "12%", "¥3.5", "0012"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12), st.data())
def test_whatever_a_sheet_holds_the_form_of_it_is_sound(
    rows: list[list[str]], data: st.DataObject
) -> None:
    headings = data.draw(st.lists(st.text(max_size=10), min_size=3, max_size=3))
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    try:
        guess = from_rows("x.csv", read_first(io.BytesIO(out.getvalue().encode()), "x.csv", 100))
    except Refused:
        return
    if any(one.taken and not one.line for one in guess.columns):
        assert wrong(written(guess)) == []


PAPER = """设备点检记录表
单号：________    点检日期：____年__月__日    班次：□ 早班 □ 中班
是否停机：□ 是 □ 否    联系电话：________
序号    项目    数量    备注
1       油位    1       正常
2       气压    2       偏低
点检人签字：________
"""


@pytest.mark.cap(103)
def test_a_paper_form_becomes_fields_to_confirm(desk: Desk) -> None:
    kept = files.keep(desk, ADMIN, PAPER.encode(), "点检.txt", "text/plain")
    opened = beginning.of_paper(desk, ADMIN, kept.sha256, "点检.txt")
    found = {one.name: (one.kind, one.line) for one in opened.papered.guessed.columns if one.taken}
    assert found == {
        "单号": ("text", False), "点检日期": ("date", False), "班次": ("choice", False),
        "是否停机": ("boolean", False), "联系电话": ("phone", False),
        "点检人签字": ("signature", False), "项目": ("text", True), "数量": ("integer", True),
        "备注": ("long_text", True),
    }  # fmt: skip
    assert opened.papered.spots.keys() >= found.keys()
    empty = files.keep(desk, ADMIN, b"\n\nnothing here\n", "x.txt", "text/plain")
    with pytest.raises(Refused) as refusal:
        beginning.of_paper(desk, ADMIN, empty.sha256, "x.txt")
    assert refusal.value.problems[0].code == "no_labels"
