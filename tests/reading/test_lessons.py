"""What papers teach: in versions that can be undone, and never to the harm of another paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin
from seamline.reading.process import Reader
from seamline.usecases import papers
from seamline.usecases.paperwork.offered import of_words
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN, FORM = Actor("operator", "operator", ("administrator",)), Origin("form")
PACKAGE = Path(__file__).parents[1] / "packages" / "order_post"
NOTE = """采购订单
订单编号：{po}
内部编号：{inner}
需方：荻原（广州）底盘系统有限公司
供方：华东恒锐汽车零部件有限公司
签订日期：2027年12月1日
交货日期：2028年3月1日
付款方式：月结六十天，货到验收合格后凭发票付款
"""


@pytest.fixture
def desk(tmp_path):
    desk = published(tmp_path, PACKAGE)
    yield desk
    desk.close()


def confirmed(desk, po, inner, said):
    """Make an order of a paper, its number said by a person; return what came of the lesson."""
    content = NOTE.format(po=po, inner=inner).encode()
    row = papers.take_in(desk, ADMIN, "order", content, f"{po}.txt", "text/plain").row
    assert papers.read_next(desk, Reader(engine=""))
    read = papers.understand(desk, ADMIN, "order", row.id)
    words = {one.path: one.word for one in of_words(read.row.offered)} | {"po": said}
    seen = frozenset(f"read:{one.path}" for one in read.doubtful)
    asked = Submission("order", "create", words, confirmed=seen, paper=row.id)
    return papers.finish(desk, ADMIN, read, submit(desk, ADMIN, FORM, asked).record)


@pytest.mark.cap(9)
def test_a_lesson_that_reads_another_paper_worse_is_turned_down(desk):
    assert not confirmed(desk, "GD-270001", "N-5501", "GD-270001").rejected
    lesson = confirmed(desk, "GD-270002", "N-5502", "N-5502")
    assert lesson.rejected
    (learned,) = papers.library(desk, ADMIN, "order")
    assert learned.form.labels == {} and learned.form.papers == 2


@pytest.mark.cap(9)
def test_what_was_learned_is_kept_in_versions_and_goes_back_one_by_one(desk):
    first = confirmed(desk, "GD-270001", "N-5501", "N-5501")
    confirmed(desk, "GD-270002", "N-5502", "N-5502")
    (learned,) = papers.library(desk, ADMIN, "order")
    assert (learned.row.id, learned.row.version, learned.form.papers) == (first.form, 2, 2)
    assert re.search("po_number", " ".join(learned.form.labels.values()))
    assert papers.take_back(desk, ADMIN, "order", first.form, 2)
    (before,) = papers.library(desk, ADMIN, "order")
    assert (before.row.version, before.form.papers) == (1, 1)
    assert papers.take_back(desk, ADMIN, "order", first.form, 1)
    assert papers.library(desk, ADMIN, "order") == ()
