"""Typed values: numbers, amounts in capitals, days, codes, names of firms."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

_TRADITIONAL = str.maketrans(
    "數貨單價額號碼訂購買賣廠標準規總計稅幣種類圖編產運費項貳陸圓壹萬億時間簽約達緊齒輪軸螺鎖國",
    "数货单价额号码订购买卖厂标准规总计税币种类图编产运费项贰陆元壹万亿时间签约达紧齿轮轴螺锁国",
)
_ALIKE = str.maketrans({"〇": "零", "￥": "¥", "—": "-", "–": "-", "−": "-", "－": "-", "○": "零"})
_LEADERS = re.compile(r"\s*\.{3,}\s*:?")  # from a label to its value
_DASHES = re.compile(r"-{2,}")  # part things; one alone may belong to a code
_POINT = re.compile(r"(?<=\d)\s?[·。•](?=\s?\d)")
NUMBER = re.compile(r"(?<![\w.])-?(?:\d{1,3}(?:[,'](?=\d{3})\d{3})+|\d+)(?:\.\d+)?")
_DIGITS = {sign: value for value, signs in enumerate(
    ("零", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
) for sign in signs}  # fmt: skip
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "亿": 10**8}
NUMERALS = "零一二三四五六七八九壹贰两叁肆伍陆柒捌玖十拾百佰千仟万亿"
CAPITALS = re.compile(f"[{NUMERALS}]{{2,}}[元][{NUMERALS}角分整正]*")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = "(" + "|".join(_MONTHS) + r")[a-z]*\.?"
_YEAR = r"(20\d\d)"
_ERAS = {"民国": 1911, "令和": 2018}
_DATES = (
    (re.compile(r"(民国|令和)\s*(\d+|元)\s*[年./-]\s*(\d\d?)\s*[月./-]\s*(\d\d?)\s*日?"), "era"),
    (re.compile(_YEAR + r"\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?"), "ymd"),
    (re.compile(r"(?<!\d)" + _YEAR + r"\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?=\D|\d\d:|$)"), "y-md"),  # noqa: E501
    (re.compile(r"([二零一三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"), "zh"),  # noqa: E501
    (re.compile(r"(?<![A-Za-z0-9-])" + _YEAR + r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![0-9A-Za-z-])"), "ymd"),  # noqa: E501
    (re.compile(r"(?i)(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?" + _MONTH + r",?[\s./-]*" + _YEAR), "dmy"),  # noqa: E501
    (re.compile(r"(?i)\b" + _MONTH + r"[\s./-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s./-]*" + _YEAR), "mdy"),  # noqa: E501
    (re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2" + _YEAR + r"(?!\d)"), "??y"),
    (re.compile(r"(?<![\d/.-])(\d{1,2})([./])(\d{1,2})\2(2[4-9]|3[0-5])(?![\d.])"), "??y"),
    (re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})(?=\s*日?(?:之|以)?(?:前|到|交|送|发货))"), "md"),
    (re.compile(r"(?<![\d年])(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]"), "md"),
    (re.compile(r"(?i)(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\s+" + _MONTH + r"(?![a-z\d])"), "dm"),
    (re.compile(r"(?i)\b" + _MONTH + r"\s+(\d{1,2})(?:st|nd|rd|th)?(?![\d,])"), "md_en"),
)  # fmt: skip
_CODE = re.compile(
    r"[A-Za-z0-9〔\[(][A-Za-z0-9./_〔〕\[\]()#-]{2,}[A-Za-z0-9〕\])]|[A-Za-z0-9]{4,}"
)
ORGANISATION = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9()·&-]{2,}?(?:股份有限公司|有限责任公司|有限公司|集团公司|总公司|公司|集团(?![\w)])"
    r"|制造厂|机械厂|配件厂|总厂|厂(?![\u4e00-\u9fff]))(?:[\u4e00-\u9fff()]{2,8}分公司)?"
    r"|[A-Z][\w.&' -]{1,60}?\b(?:Co\.,? ?Ltd\.?|Ltd\.?|Limited|Inc\.?|GmbH|LLC|Corp(?:oration)?\.?|AG|S\.A\.|AS|B\.V\."  # noqa: E501
    r"|AB|Oy|A/S|ApS|S\.p\.A\.|SpA|SAS|S\.r\.l\.|Pty(?:\.? ?Ltd\.?)?|PLC|Company|KG)(?![A-Za-z])(?: ?& Co\. KG)?"  # noqa: E501
)  # fmt: skip


def plain(text: str) -> str:
    """Return a text in half-width signs and simplified characters, as long as it was."""
    signs = []
    for sign in text:
        narrow = unicodedata.normalize("NFKC", sign)
        signs.append(narrow if len(narrow) == 1 else sign)
    joined = "".join(signs).translate(_TRADITIONAL).translate(_ALIKE)
    joined = _LEADERS.sub(lambda found: ":" + " " * (len(found[0]) - 1), joined)
    joined = _DASHES.sub(lambda found: " " * len(found[0]), joined)
    return _POINT.sub(lambda found: " " * (len(found[0]) - 1) + ".", joined)


def squeezed(text: str) -> str:
    """Return a text without blanks between its signs, where they only letter-space Chinese."""
    return re.sub(r"(?<=[\u4e00-\u9fff():])\s+|\s+(?=[\u4e00-\u9fff():])", "", plain(text)).strip()


def number(text: str) -> Decimal | None:
    """Return the one number a text says, with its sign of currency or unit; None otherwise."""
    found = numbers(text)
    return found[0] if found else None


def numbers(text: str) -> list[Decimal]:
    """Return what a text may say as one number, the likeliest first."""
    said = plain(text).strip().strip(":;")
    said = re.sub(
        r"^(?:RMB|CNY|USD|EUR|US\$|人民币|[¥$€])\s*|\s*(?:元整?|圆|RMB|CNY|USD|EUR)$", "", said
    )
    said = re.sub(r"(?<=\d)\s+(?=[\d.,])|(?<=[.,])\s+(?=\d)", "", said)
    match = re.fullmatch(r"-?[\d.,']+", said)
    if not match or not re.search(r"\d", said):
        chinese = None if re.search("[壹贰叁肆伍陆柒捌玖拾佰仟]", said) else chinese_number(said)
        return [] if chinese is None else [chinese]
    return _readings(said)


def _readings(said: str) -> list[Decimal]:
    tries = []
    if re.fullmatch(r"-?\d{1,3}(?:[,']\d{3})*(?:\.\d*)?", said) or re.fullmatch(
        r"-?\d*\.?\d+", said
    ):
        tries.append(re.sub("[,']", "", said))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})*,\d{1,2}", said):
        tries.append(said.replace(".", "").replace(",", "."))
    whole, _, rest = re.sub("[,']", ".", said).rpartition(".")
    if whole:
        tries.append(whole.replace(".", "") + "." + rest)
    if not re.fullmatch(r"-?[\d,']*\.\d{1,2}", said):
        tries.append(re.sub("[,.']", "", said))
    found = []
    for one in tries:
        try:
            value = Decimal(one)
        except InvalidOperation:
            continue
        if value not in found and value.is_finite() and abs(value) < 10**15:
            found.append(value)
    return found


def chinese_number(text: str) -> Decimal | None:
    """Return a number in Chinese numerals or an amount in capitals; None where it is neither."""
    said = plain(text).replace("圆", "元").replace("块", "元").strip()
    whole, mark, rest = said.partition("元")
    if (
        not whole
        or any(sign not in NUMERALS for sign in whole)
        or not any(s in _DIGITS for s in whole)
    ):
        return None
    value = Decimal(_whole(whole))
    if not mark:
        return value
    found = re.fullmatch(f"零?(?:([{NUMERALS}])角)?零?(?:([{NUMERALS}])分)?[整正]?", rest)
    if not found:  # its end is missing, or belongs to something else
        return None
    tenths, cents = (_DIGITS.get(sign or "零", 0) for sign in found.groups())
    return value + Decimal(tenths) / 10 + Decimal(cents) / 100


def _whole(text: str) -> int:
    total = section = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SCALES:
            section += (digit or 1) * _SCALES[sign]
            digit = 0
        else:
            total = (
                (total + section + digit) * _BIG[sign]
                if sign == "亿"
                else (total + (section + digit) * _BIG[sign])
            )
            section = digit = 0
    return total + section + digit


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names: where, and whether its year is written (else `day` has 2000)."""

    start: int
    end: int
    day: date
    dated: bool = True
    sure: bool = True


def days(text: str) -> list[Day]:
    """Return the days that a text names, in their order."""
    said, found = plain(text), list[Day]()
    for pattern, order in _DATES:
        for match in pattern.finditer(said):
            day = _day(match, order)
            if day and not any(match.start() < d.end and d.start < match.end() for d in found):
                dated = order not in ("md", "dm", "md_en")
                sure = order != "??y" or match[2] == "."  # with full stops the day comes first
                found.append(Day(match.start(), match.end(), day, dated, sure))
    return sorted(found, key=lambda one: one.start)


def _day(match: re.Match[str], order: str) -> date | None:
    parts = match.groups()
    try:
        if order == "ymd":
            return date(*(int(part) for part in parts))
        if order == "y-md":
            return date(int(parts[0]), int(parts[2]), int(parts[3]))
        if order == "zh":
            year = int("".join(str(_DIGITS[sign]) for sign in parts[0]))
            return date(year, _whole(parts[1]), _whole(parts[2]))
        if order == "era":
            year = _ERAS[parts[0]] + (1 if parts[1] == "元" else int(parts[1]))
            return date(year, int(parts[2]), int(parts[3]))
        if order == "dmy":
            return date(int(parts[2]), _MONTHS[parts[1].lower()], int(parts[0]))
        if order == "mdy":
            return date(int(parts[2]), _MONTHS[parts[0].lower()], int(parts[1]))
        if order == "??y":
            first, second = int(parts[0]), int(parts[2])
            year = int(parts[3]) + (2000 if len(parts[3]) == 2 else 0)
            return date(year, *((second, first) if second <= 12 else (first, second)))
        if order == "dm":
            return date(2000, _MONTHS[parts[1].lower()], int(parts[0]))
        if order == "md_en":
            return date(2000, _MONTHS[parts[0].lower()], int(parts[1]))
        return date(2000, int(parts[0]), int(parts[1]))
    except (ValueError, KeyError):
        return None


def code(text: str) -> str | None:
    """Return the code that a text is, or starts with; None where there is none in it."""
    return next(codes(text), None)


def codes(text: str) -> Iterator[str]:
    """Yield what may be codes in a text: signs with a digit among them that are no plain word."""
    for found in _CODE.finditer(plain(text)):
        word = _balanced(found[0].strip(".-/#"))
        if re.search(r"\d", word) and len(word) >= 3:
            yield word


def _balanced(word: str) -> str:
    for left, right in ("()", "[]"):
        if word.count(left) != word.count(right):
            word = word.split(left)[0] if word.count(left) else word.split(right)[0]
    return word.strip(".-/#")


def organisations(text: str) -> list[str]:
    """Return the names of firms in a text."""
    return [found[0].strip(" -·:") for found in ORGANISATION.finditer(squeezed(text))]


def same_name(text: str) -> str:
    """Return what counts in a name when two are compared."""
    return re.sub(r"[\s.,·'\"()\-&:]+", "", plain(text)).lower()
