"""Numbers, amounts in capitals, days and codes, however they are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from seamline.reading.typed import chinese_number, codes, days, number, organisations

DIGITS = "零壹贰叁肆伍陆柒捌玖"


def in_capitals(cents: int) -> str:
    """Write an amount as a contract does."""
    whole, rest = divmod(cents, 100)
    text, zero = "", False
    for place, digit in enumerate(reversed(str(whole))):
        unit = ("", "拾", "佰", "仟")[place % 4]
        big = {4: "万", 8: "亿"}.get(place, "")
        part = big if place % 4 == 0 else ""
        if digit != "0":
            text = DIGITS[int(digit)] + unit + part + text
            zero = True
        else:
            text = part + ("零" if zero and not text.startswith(("零", "万", "亿")) else "") + text
    tenths, last = divmod(rest, 10)
    end = (f"{DIGITS[tenths]}角" if tenths else "零") + (f"{DIGITS[last]}分" if last else "整")
    return f"{text}元{end if rest else '整'}"


@given(st.integers(min_value=1_00, max_value=9_999_999_99))
def test_an_amount_in_capitals_is_read_back(cents):
    assert chinese_number(in_capitals(cents)) == Decimal(cents) / 100


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_number_is_read_back_with_or_without_separators(value):
    assert number(f"{value:,}") == number(f"¥ {value}") == number(f"{value}元") == value


@pytest.mark.parametrize(
    "text",
    ["2026年3月5日", "2026-03-05", "2026/3/5", "2026. 03. 05", "20260305", "二零二六年三月五日",
     "2026 年3 月5 日", "5 March 2026", "Mar 5th, 2026", "05-Mar-2026", "２０２６－０３－０５"],
)  # fmt: skip
def test_a_day_is_known_in_every_dress(text):
    assert [day.day for day in days(f"于 {text} 前")] == [date(2026, 3, 5)]


def test_what_is_no_day_is_none():
    assert days("1.07.002.0559") == days("0571-86254321") == days("HX-2026-0305-1") == []


def test_a_code_and_a_firm_are_found_in_a_text():
    assert list(codes("件 HX-22603-C06 共")) == ["HX-22603-C06"]
    assert organisations("需方：襄阳钦堡车桥（集团）有限公司 地址") == [
        "襄阳钦堡车桥(集团)有限公司"
    ]
    assert organisations("Tarnfjord Marine AS") == ["Tarnfjord Marine AS"]
