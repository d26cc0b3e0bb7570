"""What a person types is the same fact in the browser as it is behind the door."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seamline.conditions.browser import facts_for_browser
from seamline.fields import KINDS, Reading
from seamline.fields.kind import Invalid
from seamline.fields.table import is_blank
from seamline.forms.parts import to_fact
from seamline.metadata import Field
from seamline.text import Text
from seamline.ui.pages.live import reads

pytestmark = pytest.mark.browser

WORDS: dict[str, list[str]] = {
    "text": ["plain", "  blanks around ", "", "   ", "e\u0301 composed", "中文", "12"],
    "long_text": ["one\ntwo", " "],
    "integer": ["12", "0", "-3", "1,200", "１２", " 7 ", "12.0", "many", "", "--3", "1,2,3"],
    "decimal": ["12.50", ".5", "5.", "-0.01", "1,234,567.89", "１２．５", "−3.5", "+4", "1.2.3",
                "12,5", "abc", "-", ".", "999999999999.99"],
    "money": ["¥1,200.50", "￥88", "100元", "CNY 5", "0"],
    "percent": ["12.5%", "12.5", "100％"],
    "date": ["2026-02-28", "2026-02-29", "2024-02-29", "", "soon", "9999-12-31"],
    "datetime": ["2026-03-29T02:30", "2026-10-25T02:30", "2026-07-01T12:00", "2026-01-01T00:00:59",
                 "1988-07-01T12:00", "2026-10-04T02:15", "2026-04-05T01:45", "later", "",
                 "2026-03-08T02:30", "2026-11-01T01:30", "2026-02-30T10:00"],
    "duration": ["2h30m", "90m", "1天", "2小时 30分钟", "1.5", "0.0001", "3d", "2H", "2x", "", "0",
                 "１h", "1h2"],
    "choice": ["day", ""],
    "reference": ["P1", " P1 ", ""],
    "person": ["anna", "ａnna"],
    "barcode": ["4006381333931", "４００"],
    "place": ["31.2304,121.4737", ""],
}  # fmt: skip
ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]
READ = """async (asked) => {
  const { typedFacts } = await import("/js/typed.js");
  return asked.map(([how, words, zone]) => {
    const control = document.createElement(how.as === "text" ? "textarea" : "input");
    control.name = "x";
    control.value = words;
    document.querySelector("main").replaceChildren(control);
    return typedFacts(document, { x: how }, zone).x;
  });
}"""


def field(kind: str) -> Field:
    settings: dict[str, Any] = {"scale": 6} if kind in ("decimal", "money", "percent") else {}
    if kind == "money":
        settings["currency"] = "CNY"
    if kind == "choice":
        settings = {"options": [{"id": "day", "label": "Day"}]}
    return Field("x", kind, Text.same("X"), settings=settings)


def behind_the_door(one: Field, words: str, zone: str) -> Any:
    """Return the fact that the server makes of the words; None where it refuses them."""
    kind = KINDS[one.kind]
    if is_blank(words):
        return None
    try:
        value = kind.parse(one, words, Reading("en", ZoneInfo(zone)))
    except Invalid:
        return None
    convert = to_fact(one, kind.value_type(one))
    return facts_for_browser({"x": value if convert is None else convert(value)})["x"]


def same(one: Field, ours: Any, theirs: Any) -> bool:
    """Compare by value: `12` and `12.0` are one number, moments may show their milliseconds."""
    if ours is None or theirs is None:
        return ours is theirs
    if reads(one)["as"] in ("number", "duration"):
        return float(ours) == float(theirs)
    return str(ours).replace("Z", "") == str(theirs).replace(".000Z", "").replace("Z", "")


@pytest.mark.cap(108)
def test_words_are_read_in_the_browser_as_behind_the_door(page) -> None:
    asked = [
        (field(kind), words, zone)
        for kind, many in WORDS.items()
        for words in many
        for zone in (ZONES if kind == "datetime" else ZONES[:1])
    ]
    expected = [behind_the_door(*one) for one in asked]
    got = page.evaluate(READ, [[reads(one), words, zone] for one, words, zone in asked])
    different = [
        (one.kind, words, zone, ours, theirs)
        for (one, words, zone), ours, theirs in zip(asked, expected, got, strict=True)
        if not same(one, ours, theirs)
    ]
    assert different == []
    assert sum(one is not None for one in expected) > len(expected) / 2
