"""The guessed map: by id, by label in either language, by likeness, never twice."""

from __future__ import annotations

import pytest

from seamline.usecases.desk import Desk
from seamline.usecases.importing.mapping import guess

HEADERS = [
    ("subject", "subject", 1.0),
    ("主题", "subject", 0.99),
    ("主题 *", "subject", 0.99),
    ("Subject", "subject", 0.99),
    ("SUBJECT:", "subject", 0.9),
    ("Main Part", "part", 0.9),
    ("Piece", "qty", 0.7),
    ("lines.count", "lines.count", 1.0),
    ("明细.数量", "lines.count", 0.99),
    ("数量", "lines.count", 0.9),
    ("Lines Count", "lines.count", 0.9),
    ("E-Mail", "email", 0.9),
    ("total", "", 0.0),
    ("_code", "", 0.0),
    ("编号", "", 0.0),
    ("Something else", "", 0.0),
]


@pytest.mark.parametrize(("header", "to", "least"), HEADERS)
def test_headers(desk: Desk, header: str, to: str, least: float) -> None:
    found = guess(desk.catalogs.current().forms["job"].form, [header]).guesses[0]
    assert found.to == to
    assert found.confidence >= least


def test_no_field_is_filled_twice_and_the_missing_are_named(desk: Desk) -> None:
    form = desk.catalogs.current().forms["job"].form
    found = guess(form, ["Subject", "subject", "主题", "Part", "Lines.Count"])
    filled = [one.to for one in found.guesses if one.to]
    assert len(filled) == len(set(filled))
    assert [one.to for one in found.guesses][1] == "subject"  # the id wins
    assert [path for path, _ in found.missing] == ["qty", "due", "shift", "lines.material"]
    assert found.map.lines is not None and found.map.lines.table == "lines"
    shown = found.as_json()["columns"][1]
    assert (shown["column"], shown["to"], shown["how"]) == ("subject", "subject", "id")


def test_the_key_tells_records_apart(desk: Desk) -> None:
    forms = desk.catalogs.current().forms
    assert guess(forms["part"].form, ["零件编码", "零件名称"]).map.key == ("零件编码",)
    assert guess(forms["job"].form, ["_code", "subject"]).map.key == ("_code",)
    assert guess(forms["job"].form, ["subject"]).map.key == ()
