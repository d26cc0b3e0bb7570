"""What a label says, on the server and on the device alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from playwright.sync_api import Browser

from seamline.pages.labels import read, variants
from seamline.ui.assets import FOLDER

PATTERN = "{code}|{lot}|{qty}"
GS1 = {"10": "lot", "37": "qty", "3103": "qty"}
GTIN = "06901234567892"
EXAMPLES = [
    ("HX-2041", {"code": "HX-2041"}),
    ("  HX-2041\t", {"code": "HX-2041"}),
    ("HX-2041|260128|60", {"code": "HX-2041", "lot": "260128", "qty": "60"}),
    ("HX-2041|260128", {"code": "HX-2041", "lot": "260128"}),
    ("HX-2041||60", {"code": "HX-2041", "qty": "60"}),
    ("|260128|60", {"code": "|260128|60"}),
    ("]C0HX-2041", {"code": "HX-2041"}),
    (f"(01){GTIN}(10)L-7(37)60", {"code": GTIN, "lot": "L-7", "qty": "60"}),
    (f"]C101{GTIN}10L7\x1d3760", {"code": GTIN, "lot": "L7", "qty": "60"}),
    (f"01{GTIN}3103001250", {"code": GTIN, "qty": "1.250"}),
    (f"02{GTIN}\x1d3712", {"code": GTIN, "qty": "12"}),
    ("0106901234567891", {"code": "0106901234567891"}),  # its check digit is wrong
    ("01", {"code": "01"}),
    ("(10)L7", {"code": "(10)L7"}),
]


@pytest.mark.cap(23)
@pytest.mark.parametrize(("text", "found"), EXAMPLES, ids=[repr(text) for text, _ in EXAMPLES])
def test_a_label_is_read(text, found):
    assert read(text, PATTERN, GS1) == found


def test_a_trade_number_is_also_looked_for_without_its_zeros():
    assert variants("00000012345670") == (
        "00000012345670", "0000012345670", "000012345670", "12345670",
    )  # fmt: skip
    assert variants("16901234567899") == ("16901234567899",)
    assert variants("HX-2041") == ("HX-2041",)


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Any:
    """A function that reads texts on the device's side."""
    page = chromium.new_page()
    script = (FOLDER / "js" / "scan" / "labels.js").read_text("utf-8")
    page.route(
        "**/*",
        lambda route: route.fulfill(
            body=script if "labels" in route.request.url else "",
            content_type="text/javascript" if "labels" in route.request.url else "text/html",
        ),
    )
    page.goto("http://labels.test/")
    asked = """async ([texts, pattern, gs1]) => {
      const { readLabel, variants } = await import("/labels.js");
      return texts.map((text) => [readLabel(text, pattern, gs1), variants(text)]);
    }"""
    yield lambda texts: page.evaluate(asked, [texts, PATTERN, GS1])
    page.close()


PIECES = st.sampled_from(
    ["01", "02", "10", "37", "3103", "17", "21", "(01)", "(10)", "(37)", GTIN, "L7", "60", "\x1d",
     "|", "]C1", "]d2", " ", "001250", "HX-2041", "物", "e"]
)  # fmt: skip


@pytest.mark.browser
@pytest.mark.cap(23)
@settings(max_examples=20, deadline=None)
@given(texts=st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=30, max_size=30))
def test_server_and_device_read_the_same(reader, texts):
    known = [text for text, _ in EXAMPLES]
    for text, (found, called) in zip([*known, *texts], reader([*known, *texts]), strict=True):
        assert found == read(text, PATTERN, GS1), json.dumps(text)
        assert called == list(variants(text)), json.dumps(text)
