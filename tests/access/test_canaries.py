"""Canaries are found where they stand, and nowhere else: a verdict does not depend on chance."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask import request

from seamline.metadata import Field
from seamline.package import read_package
from seamline.text import Text
from seamline.ui.leaks.canaries import Maker, stands_in, unlike, word
from seamline.ui.leaks.walking import prove, surfaces

from .test_leaktest import WALLED


@pytest.mark.parametrize(
    ("one", "text", "found"),
    [
        ("1 Oct 2041", "due 1 Oct 2041,", True),
        ("1 Oct 2041", "due 21 Oct 2041", False),
        ("1 Oct 2041", "21 Oct 2041, then 1 Oct 2041", True),
        ("2041年1月1日", "交期2041年1月1日止", True),
        ("1234567", "a,1234567,3", True),
        ("1234567", '{"size":1234567}', True),
        ("1234567", "¥1234567.00", True),
        ("1234567", "1234567.05", False),
        ("1234567", "91234567", False),
        ("1234567", "31.1234567", False),
        ("1234.567", "1234.5670", True),
        ("1234.567", "1234.5671", False),
        ("234,567", "1,234,567", False),
        ("234,567", "¥234,567.00", True),
        ("1,234,567", "1,234,567,890", False),
        ("abcde12345", "xabcde12345", False),
        ("abcde12345", "“abcde12345”", True),
    ],
)
def test_a_word_is_found_where_it_stands_by_itself(one, text, found):
    assert stands_in(one, text) is found


def test_no_hidden_day_is_that_of_a_moment_which_may_be_seen():
    """A day lies alone in every zone, so that neither is found in the other."""
    maker = Maker(lambda form: "", lambda type_: {}, set())
    kinds = [
        Field(f"f{n}", kind, Text.same("F")) for n in range(300) for kind in ("date", "datetime")
    ]
    days = sorted(date.fromisoformat(maker.value(one)[:10]) for one in kinds)
    assert min(later - day for day, later in pairwise(days)) > timedelta(days=1)


def test_words_share_no_letters_by_rule():
    made = {word() for _ in range(200)}
    assert len(made) == 200 and len({one[0] for one in made}) > 10
    other = unlike("WX-2019-00012ab")
    assert other != "WX-2019-00012ab" and [one.isalnum() for one in other] == [
        one.isalnum() for one in "WX-2019-00012ab"
    ]


def answering(find):
    """Return a surface that asks at `/find` with the answers of `find(guest, word)`."""

    def visit(guest):
        hidden = [one for one in guest.hidden if one.name == "customer_po"][:1]

        guest.app.view_functions["find.index"] = lambda: find(guest, request.args["q"])
        for one in hidden:
            guest.alike(lambda asked: f"/find?q={asked}", one)

    return visit


def test_what_only_looks_like_something_visible_is_not_told_apart():
    """An answer may differ with every word; what counts is whether it differs with the data."""
    report = prove(
        [read_package(WALLED)],
        walked={"likely": answering(lambda _, asked: str(hash(asked) % 7919))},
        only=["vendor"],
    )
    assert report.leaks == []


@pytest.mark.cap(113)
def test_what_depends_on_a_hidden_value_is_told_apart():
    def find(guest, asked):
        with guest.desk.store.reading() as unit:
            tables = guest.catalog.forms["task"].tables
            record = unit.records.get(tables, guest.records["task", "mine"])
        return "found" if record.values["customer_po"] == asked else "nothing"

    report = prove([read_package(WALLED)], walked={"likely": answering(find)}, only=["vendor"])
    assert {(one.surface, one.name) for one in report.leaks} == {("likely", "customer_po")}
    assert "told apart" in report.leaks[0].asked and "likely" not in surfaces()
