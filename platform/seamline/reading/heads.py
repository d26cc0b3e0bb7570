"""What an order says once, each by its label, its place and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from .found import Found, written
from .lines import Line, Running
from .pages import Word
from .pairs import Pair
from .typed import (
    CAPITALS,
    NUMERALS,
    chinese_number,
    days,
    numbers,
)

_NUMBER = re.compile(
    r"[A-Za-z0-9〔\[(/_.#\u4e00-\u9fff-]*?[A-Za-z0-9〔\[][A-Za-z0-9〔〕\[\]()/_.#-]*\d[A-Za-z0-9〔〕\[\]/_.#-]*"
)
_SPOKEN_NUMBER = re.compile(
    r"(?i)(?:(?<![货运票车])单(?=号)|订单|合同|采购单|订货单|本函|函件|协议|确认书|确认单|采购|订购单|清单|订单号)(?:的?编号|号码|号)?\s*(?:为|是|:|No\.?|#|\(|（)?\s*"
    r"([A-Z0-9〔][A-Z0-9〔〕/_.-]*\d[A-Z0-9〔〕/_.-]*)"
    r"|([A-Z0-9][A-Z0-9/_.-]*\d[A-Z0-9/_.-]*)\s*号\s*(?:采购|订货|订购|销售)?(?:订单|合同|协议|单)"
    r"|\b(?:purchase order|order|p\.?o\.?|contract)\s*(?:no\.?|number|ref\.?|#|:)*\s*([A-Z]*[\d][A-Z0-9/_.-]{3,}|[A-Z]{1,6}[-/]?\d[A-Z0-9/_.-]{2,})"  # noqa: E501
)
_PAID = re.compile(
    r"付款|付清|支付|开票|发票|打印|发布|有效|版本|质保|签订|签署|payment|paid|invoice|valid|revision|printed"
)
_DUE_AFTER = re.compile(
    r"\s*(?:\([^()]{1,8}\))?\s*(?:(?:日?(?:之|以)?前|止|内)?\s*(?:.{0,8}?)(?:交|到|送|运|发货|供货)|(?:日?(?:之|以)?前))"  # noqa: E501
)
_DUE_BEFORE = re.compile(
    r"(?i)(?:by|before|no later than|on or before|deliver\w*(?: on| by)?|due(?: on)?|required(?: by| on)?|arriv\w*(?: by| on)?"  # noqa: E501
    r"|ship\w*(?: by| on)?|交期|交货|到货|送到|送达|交付|要求|务必于|请于|应于|须于|最迟|不晚于)\W{0,4}$"  # noqa: E501
)  # fmt: skip


def po_number(told: list[Pair], text: Running) -> Found | None:
    """Return the number that the customer gave the order."""
    ranked: list[tuple[float, Found]] = []
    for pair in told:
        if pair.told.role != "po_number" or not pair.values:
            continue
        found = _numbered(pair)
        if found is not None:
            generic = 0.75 if len(pair.label.text.strip()) <= 3 and pair.told.weight == 1 else 1.0
            ranked.append((pair.told.weight * pair.near * generic, found))
    for match in _SPOKEN_NUMBER.finditer(text.text):
        group = match.lastindex or 1
        start, end = match.span(group)
        value = match[group].rstrip(".-/")
        if len(value) >= 4 and not days(value) and not re.search(r"[a-z]{3}|^\D*\d$", value):
            words = text.words(start, start + len(value))
            ranked.append((0.55, Found(value, words, 0.55, by=_told_by(text, match.start(group)))))
    if not ranked:
        return None
    best = max(ranked, key=lambda one: one[0])[1]
    again = sum(found.value == best.value for _, found in ranked)
    others = tuple(dict.fromkeys(f.value for _, f in ranked if f.value != best.value))[:2]
    best = replace(best, others=others)
    return best.with_reasons("again") if again > 1 else best


def _numbered(pair: Pair) -> Found | None:
    word = pair.values[0]
    text = word.text
    if re.match(r"(?i)\s*box\b", text):  # P.O. Box: where somebody has his post
        return None
    for more in pair.values[1:2]:  # a number that the engine broke in two
        if more.box[0] - word.box[2] < 1.2 * word.height and re.match(r"第?[\d-]", more.text):
            text += more.text
    squeezed_ = re.sub(r"(?<=[A-Za-z0-9-])\s+(?=[A-Za-z0-9-])", "", text)
    if len(squeezed_) <= 40 and squeezed_ != text and not days(text):
        text = squeezed_
    official = re.match(
        r"\s*([\u4e00-\u9fff]{0,8}\s?[〔\[(]\s?\d{4}\s?[〕\])]\s?[^\s,;。]{0,14}?\d+\s?号?)", text
    )
    match = official or _NUMBER.search(text)
    if match is None:
        return None
    value = match[0].strip(".-/ ")
    if official is not None:
        return Found(re.sub(r"\s", "", official[1]), (word,), pair.told.weight, by=pair.by)
    if value.count("(") != value.count(")"):
        value = value.replace("(", "").replace(")", "")
    if text[match.end() :].startswith("号") and re.search("[\u4e00-\u9fff]", value):
        value += "号"
    only_day = days(value) and len(days(value)[0].day.isoformat()) >= len(value) - 2
    if len(value) < 3 or (only_day and "-" in value) or pair.told.weight * len(value) < 3:
        return None
    return Found(value, (word,), pair.told.weight, by=pair.by)


def _told_by(text: Running, start: int) -> str:
    """Return by which words a sentence told something: the last few before it."""
    return "…" + re.sub(r"[\W\d_]", "", text.text[max(0, start - 14) : start])[-4:].lower()


def delivery_date(told: list[Pair], text: Running, signed: date | None) -> Found | None:
    """Return by when the goods are due: a labelled day first, else one that a sentence asks for."""
    ranked: list[tuple[float, Found]] = []
    for pair in told:
        if pair.told.role == "delivery_date" and pair.values:
            said = " ".join(word.text for word in pair.values[:5])  # an engine may part them
            named = days(said)
            if named:
                found = dated(
                    named[0].day, named[0].dated, pair.values[:1], pair.told.weight, signed
                )
                found = replace(found, by=pair.by)
                found = found if named[0].sure else found.with_reasons("ambiguous")
                ranked.append((pair.told.weight * pair.near, found))
    for day in days(text.text):
        clause = re.split(r"[。;；\n]", text.text[max(0, day.start - 30) : day.start])[-1]
        near = clause[-14:]
        after = text.text[day.end : day.end + 14]
        if _PAID.search(near) or re.match(r"\s*(?:前|之前)?.{0,6}(?:付|支付|开)", after):
            continue
        asked = 0.45 * bool(_DUE_BEFORE.search(near)) + 0.4 * bool(_DUE_AFTER.match(after))
        if asked:
            words = text.words(day.start, day.end)
            found = dated(day.day, day.dated, words, 0.3 + asked, signed)
            ranked.append((0.3 + asked, replace(found, by=_told_by(text, day.start))))
        elif signed is not None and day.dated and day.day > signed:
            ranked.append((0.25, Found(day.day.isoformat(), text.words(day.start, day.end), 0.25)))
    if not ranked:
        return None
    best = max(ranked, key=lambda one: one[0])[1]
    others = tuple(dict.fromkeys(f.value for _, f in ranked if f.value != best.value))[:2]
    if signed is not None and date.fromisoformat(best.value) > signed:
        best = best.with_reasons("later")
    return replace(best, others=others)


def dated(
    day: date, dated: bool, words: tuple[Word, ...], weight: float, signed: date | None
) -> Found:
    """Return a day as found; one without a year is the next one after the order was signed."""
    if not dated and signed is not None:
        day = day.replace(year=signed.year)
        if day < signed:
            day = day.replace(year=signed.year + 1)
        return Found(day.isoformat(), words, weight, frozenset({"year"}))
    if not dated:
        return Found(
            day.replace(year=date.today().year).isoformat(),
            words,
            weight,
            frozenset({"year", "guess"}),
        )
    return Found(day.isoformat(), words, weight)


def signing_date(told: list[Pair], text: Running) -> Found | None:
    """Return when the order was made out: by its label, else the earliest day of this order."""
    ranked: list[tuple[float, Found]] = []
    for pair in told:
        if pair.told.role == "signing_date" and pair.values:
            named = [d for d in days(pair.values[0].text) if d.dated]
            if named:
                value = named[0].day.isoformat()
                found = Found(value, pair.values[:1], pair.told.weight, by=pair.by)
                ranked.append((pair.told.weight * pair.near, found))
    if ranked:
        return max(ranked, key=lambda one: one[0])[1]
    dated = [
        d
        for d in days(text.text)
        if d.dated and not re.match(r"\s*(?:之|以)?前", text.text[d.end :])
    ]
    loose = [d for d in dated if not _DUE_BEFORE.search(text.text[max(0, d.start - 14) : d.start])]
    if not loose:
        return None
    first = min(loose, key=lambda d: d.day)
    return Found(first.day.isoformat(), text.words(first.start, first.end), 0.3)


def total(lines: list[Line], told: list[Pair], summed: Decimal | None) -> Found | None:
    """Return the amount of the order: figures, capitals and the sum of lines are three witnesses."""  # noqa: E501
    seen: dict[Decimal, list[tuple[str, float, tuple[Word, ...]]]] = {}

    def witness(value: Decimal, name: str, weight: float, words: tuple[Word, ...]) -> None:
        seen.setdefault(value.quantize(Decimal("0.01")), []).append((name, weight, words))

    labels = {id(pair.label) for pair in told if pair.told.role == "total"}
    for line in lines:
        near = any(
            re.search(r"合\s*计|总|共计|一共|小写|金额[合共为是]|total|value|^sum\b", w.text, re.I)
            for w in line.words
        )
        for word in line.words:
            said = _above(word, lines) + re.sub(r"\s+", "", word.text) + _below(word, lines)
            for match in CAPITALS.finditer(said):
                value = chinese_number(match[0])
                if value is not None and value > 0:
                    witness(value, "capitals", 0.8, (word,))
            if near:
                for number in _figures_of(word):
                    witness(number, "figures", 0.6, (word,))
    for pair in told:
        if pair.told.role == "total" and id(pair.label) in labels:
            if pair.where == "below":  # the heading of a column of amounts, most likely
                continue
            for word in pair.values[-1:]:
                for number in _figures_of(word):
                    witness(number, "figures", 0.5 + 0.4 * pair.told.weight, (word,))
    if summed is not None and summed > 0:
        witness(summed, "sum", 0.7, ())
    if not seen:
        return None
    return _chosen_total(seen)


def _above(word: Word, lines: list[Line]) -> str:
    """Return the first half of an amount in capitals that is broken over two lines."""
    if not re.match(f"[{NUMERALS}]", word.text) or not CAPITALS.search(word.text):
        return ""
    for line in lines:
        for other in line.words:
            under = -0.3 * word.height < word.box[1] - other.box[3] < 0.8 * word.height
            if under and abs(other.centre - word.centre) < 8 * word.height:
                found = re.search(f"[{NUMERALS}]{{3,}}$", other.text)
                if found:
                    return found[0]
    return ""


def _below(word: Word, lines: list[Line]) -> str:
    """Return the end of an amount in capitals that has no room on its line."""
    if not re.search(f"元[{NUMERALS}角]*$", word.text):
        return ""
    for line in lines:
        for other in line.words:
            under = -0.3 * word.height < other.box[1] - word.box[3] < 0.8 * word.height
            if under and abs(other.box[0] - word.box[0]) < 2 * word.height:
                found = re.match(f"[{NUMERALS}角分整正]+$", other.text)
                if found:
                    return found[0]
    return ""


def _figures_of(word: Word) -> Iterator[Decimal]:
    for match in re.finditer(
        r"(?<![A-Za-z0-9.,-])(?:\d{1,3}(?:\.\d{3})*,\d\d|\d[\d,]*(?:\.\d+)?)(?!\s*%)(?![A-Za-z0-9.-])",  # noqa: E501
        word.text,
    ):
        found = numbers(match[0].rstrip(","))
        if found and found[0] > 0 and (len(match[0]) < 12 or "." in match[0] or "," in match[0]):
            yield found[0]


def _chosen_total(seen: dict[Decimal, list[tuple[str, float, tuple[Word, ...]]]]) -> Found:
    def worth(value: Decimal) -> float:
        best: dict[str, float] = {}
        for name, weight, _ in seen[value]:
            best[name] = max(best.get(name, 0.0), weight)
        return sum(best.values()) + float(value) * 1e-12

    value = max(seen, key=worth)
    names = {name for name, _, _ in seen[value]}
    words = next((w for name, _, w in seen[value] if name == "figures" and w), ())
    words = words or next((w for _, _, w in seen[value] if w), ())
    weight = max(weight for _, weight, _ in seen[value])
    others = tuple(written(v) for v in sorted(seen, key=worth, reverse=True)[1:3])
    return Found(
        written(value),
        words,
        weight,
        frozenset(names | ({"twice"} if len(names) > 1 else set())),
        others,
    )
