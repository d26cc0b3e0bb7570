"""From words to an order: layouts of every kind, what is believed of them, and what is learned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seamline.reading import message
from seamline.reading.confidence import doubts
from seamline.reading.extract import read
from seamline.reading.found import Known
from seamline.reading.learning import Form, Truth, form_of, learned, read_with
from seamline.reading.lines import lines_of, stacked
from seamline.reading.measuring import FOUR, values
from seamline.reading.vocabulary import Vocabulary

WORDS = Vocabulary.of()


@pytest.mark.cap(7)
def test_layouts_that_differ_in_kind_are_read(labelled, known):
    """Prose, tables, nested headings, upright labels, cards, messages, English."""
    found = [
        value
        for paper, pages in labelled
        for value in values(paper, read(pages, known), pages[0].source)
        if value.role in FOUR
    ]
    wrong = [(v.role, v.wanted, v.found and v.found.value) for v in found if not v.right]
    assert len(found) > 150
    assert len(wrong) <= 0.02 * len(found), wrong


def test_what_is_taken_unasked_is_right_and_never_a_day_of_a_new_form(labelled, known):
    taken = [
        value
        for paper, pages in labelled
        for value in values(paper, read(pages, known), pages[0].source)
        if value.doubt is not None and value.doubt.accepted
    ]
    assert len(taken) > 60
    assert [value for value in taken if not value.right] == []
    assert {value.role for value in taken} & {"delivery_date", "po_number"} == set()


def test_nothing_is_taken_unasked_from_an_engine_that_is_not_exact(labelled, known):
    paper, pages = labelled[0]
    head, items = doubts(read(pages, known), "tesseract")
    told = [*head.values(), *(doubt for item in items for doubt in item.values())]
    assert told and not any(doubt.accepted for doubt in told)


def test_we_are_never_the_customer(labelled, known):
    for _, pages in labelled:
        found = read(pages, known).head["customer"].value
        assert not any(found in own for own in known.own)


def renamed(pages, old, new):
    """Return a paper that calls things by words of its own."""
    return tuple(
        replace(
            page,
            words=tuple(
                replace(word, text=word.text.replace(old, new.ljust(len(old))[: len(old)]))
                for word in page.words
            ),
        )
        for page in pages
    )


@pytest.mark.cap(9)
def test_one_correction_teaches_a_form_words_of_its_own(labelled, known):
    paper, pages = next((p, w) for p, w in labelled if p.id == "P001")
    odd = renamed(renamed(pages, "订单编号", "甲乙丙丁"), "交期", "戊己")
    before = read(odd, Known())
    assert "po_number" not in before.head or before.head["po_number"].value != "4527547511"
    form = learned(odd, paper.truth, known, WORDS, "one", None)
    after = read_with(odd, known, WORDS, [form])
    assert after.head["po_number"].value == paper.truth.head["po_number"]
    assert after.form == "one"
    assert Form.of(form.as_json()) == form


def test_a_paper_is_known_by_its_form_and_by_no_other(labelled, known):
    forms = [
        learned(pages, paper.truth, known, WORDS, paper.id, None)
        for paper, pages in labelled
        if paper.id in ("P001", "P005", "P021")
    ]
    own = {
        paper.id: form_of(lines_of(stacked(pages)), forms)
        for paper, pages in labelled
        if paper.id in ("P001", "P005", "P021", "P065", "P017")
    }
    assert [own[name].id for name in ("P001", "P005", "P021")] == ["P001", "P005", "P021"]
    assert own["P065"] is None and own["P017"] is None


def test_truth_survives_being_written(labelled):
    for paper, _ in labelled:
        assert Truth.of(paper.truth.as_json()) == paper.truth


HALVES = """采购订单 编号: YD2603-702
需方: 辽原智造新能源客车有限公司

编码 / 名称      数量 / 单位    单价 / 行价      交期
1.320.3169       645            132.4            5/15
调整垫片         套             85398.00         2026
4.990.8496       1380           102.44           5/24
传动轴叉         件             141367.20        2026

订单总价: 226765.20
"""
LETTER = """Brightmoor Tractors plc
June 4, 2026

Re: our purchase order 4642629991

following your offer we are pleased to order:

1) 485 pieces of yoke, drawing J64-5082, at USD 279.24 apiece (USD 135,431.40).

The goods are to arrive no later than 17 July 2026.
"""


def told(text):
    return read(message.pages(text.encode(), {}), Known.of((), (), ()))


def test_a_heading_of_two_halves_names_what_stands_below_one_another():
    found = told(HALVES)
    assert [
        [item[role].value for role in ("material_code", "quantity", "unit", "amount", "line_date")]
        for item in found.items
    ] == [
        ["1.320.3169", "645", "套", "85398", "2026-05-15"],
        ["4.990.8496", "1380", "件", "141367.2", "2026-05-24"],
    ]
    assert found.way == "halves" and found.head["total"].value == "226765.2"


def test_a_sentence_before_a_list_is_no_label_of_what_follows():
    found = told(LETTER)
    assert found.head["po_number"].value == "4642629991"
    assert [item["quantity"].value for item in found.items] == ["485"]


BATCHES = """Supplier: Yunzhou Hengtai Precision Parts Co., Ltd.    P.O. Box 7715
Order date: 2026-02-26    P.O. #: WX26-02-448

Line   Part number    Qty    Unit price    Amount
First batch    Delivery: 2026-04-04
1      4.801.5116     10     25.00         250.00
Second batch   Delivery: 2026-04-14
2      8.159.2991     20     5.00          100.00

Total 350.00
"""
LISTED = """订单号：WX26-09-812

1. 蜗轮（料号：M36-8244）
   数量：40套，含税单价：5.00元，小计：200.00元
2. 锥齿轮（料号：J50-4142）
   数量：10件，含税单价：3.00元，小计：30.00元
3. 轴承座（料号：K76-9928）
   数量：20件，含税单价：2.00元，小计：40.00元

合计：270.00元
"""


def test_items_of_a_batch_are_due_when_the_line_above_them_says():
    found = told(BATCHES)
    assert found.head["po_number"].value == "WX26-02-448"
    assert [(item["material_code"].value, item["line_date"].value) for item in found.items] == [
        ("4.801.5116", "2026-04-04"),
        ("8.159.2991", "2026-04-14"),
    ]


SHIPPING = """P.O. #: WX26-02-449

Part name            Qty    Due date
Shipping bracket     10     2026-04-04
Bearing housing      20     2026-04-14
"""


def test_an_item_whose_name_sounds_of_delivery_is_no_line_about_a_batch():
    assert [(item["quantity"].value, item["line_date"].value) for item in told(SHIPPING).items] == [
        ("10", "2026-04-04"),
        ("20", "2026-04-14"),
    ]


def test_of_ways_that_find_the_same_figures_the_one_with_every_code_names_the_items():
    codes = [item["material_code"].value for item in told(LISTED).items]
    assert codes == ["M36-8244", "J50-4142", "K76-9928"]
