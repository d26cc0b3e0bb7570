"""Cells of a row as values of an item: numbers with their units, codes across lines, days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from .cells import IN_WORDS, QUANTITY, UNITS
from .found import Found, Item, Known, written
from .pages import Word
from .typed import chinese_number, codes, days, numbers, plain


def item_of(cells: dict[str, tuple[tuple[Word, ...], float]], known: Known) -> Item:
    """Return the item that cells by role make; each comes with the weight of its heading."""
    item: Item = {}
    for role, (words, weight) in cells.items():
        found = value_of(role, words, weight, known)
        if found is not None:
            item[role] = found
    unit = _unit_in(cells.get("quantity"))
    if "unit" not in item and unit is not None:
        item["unit"] = unit
    return item


def value_of(role: str, words: Sequence[Word], weight: float, known: Known) -> Found | None:
    """Return what words say in a column of this role; None where they do not say such a thing."""
    if not words:
        return None
    if role in ("quantity", "unit_price", "amount"):
        return number_of(words, weight, role != "quantity")
    if role == "line_date":
        return day_of(words, weight)
    if role == "material_code":
        return code_of(words, weight, known)
    if role == "unit":
        text = words[0].text.strip()
        return Found(text, tuple(words[:1]), weight) if len(text) <= 8 else None
    return text_of(role, words, weight)


def number_of(words: Sequence[Word], weight: float, money: bool = False) -> Found | None:
    """Return the number that words say, with what else it might be."""
    for tried in (words, *[(word,) for word in words]):
        text = "".join(word.text for word in tried).strip()
        measured = QUANTITY.fullmatch(text) or re.match(rf"(?i)([\d.,]+)\s*(?:{UNITS})\b", text)
        text = re.sub(r"(?:元|RMB|CNY|USD)?/.{1,4}$", "", measured[1] if measured else text)
        said = IN_WORDS.fullmatch(text)
        spelt = chinese_number(said[1]) if said else None
        found = numbers(text) if spelt is None else [spelt]
        if found and abs(found[0]) < 10**12:
            if money and re.fullmatch(r"\d{4,}", text) and any(word.score < 1 for word in tried):
                found.append(found[0] / 100)  # a point that the engine did not see
            return Found(
                written(found[0]), tuple(tried), weight, others=tuple(map(written, found[1:]))
            )
    return None


def _unit_in(cell: tuple[tuple[Word, ...], float] | None) -> Found | None:
    if cell is None:
        return None
    text = "".join(word.text for word in cell[0])
    found = re.search(rf"(?i)(?<=\d)\s*({UNITS})(?![A-Za-z])", text)
    return Found(found[1], cell[0][:1], cell[1]) if found else None


def day_of(words: Sequence[Word], weight: float) -> Found | None:
    """Return the day that words name, also across two lines."""
    *others, last = words
    if others and re.fullmatch(r"20\d\d", last.text.strip()):  # the year below the day
        words = (last, *others)
    for joint in ("/", " ", "") if words[0] is last else (" ", ""):
        text = joint.join(word.text for word in words)
        named = days(text)
        if named and named[0].dated:
            reasons = frozenset() if named[0].sure else frozenset({"ambiguous"})
            return Found(named[0].day.isoformat(), tuple(words), weight, reasons)
        short = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})", text.strip())
        undated = named[0].day if named else _day_of_year(short) if short else None
        if undated is not None:  # the year follows from the day of the order
            return Found(undated.isoformat(), tuple(words), weight, frozenset({"undated"}))
    return None


def _day_of_year(said: re.Match[str]) -> date | None:
    try:
        return date(2000, int(said[1]), int(said[2]))
    except ValueError:
        return None


def code_of(words: Sequence[Word], weight: float, known: Known) -> Found | None:
    """Return the code that words say: a known one first, else a broken one put together again."""
    texts = [re.sub(r"\s+", "", plain(word.text)) for word in words]
    for start in range(len(texts)):
        for end in range(len(texts), start, -1):
            whole = "".join(texts[start:end])
            match = known.material(whole)
            if match is not None:
                found = Found(match[0], tuple(words[start:end]), weight)
                return found.with_reasons("master")
    whole = texts[0]
    taken = 1
    for text in texts[1:]:
        broken = whole.endswith(("-", ".", "/", "_")) or text.startswith(("-", ".", "/"))
        short = re.fullmatch(r"[A-Z0-9./-]{1,6}", text) is not None and re.search(r"\d", text)
        if re.search(r"[\u4e00-\u9fff]", text) or not (broken or short):
            break
        whole += text
        taken += 1
    found_codes = [code for code in codes(whole) if not days(code)]
    if not found_codes:
        return None
    best = max(found_codes, key=len)
    return Found(best, tuple(words[:taken]), weight)


def text_of(role: str, words: Sequence[Word], weight: float) -> Found | None:
    """Return the text of a cell; a name ends where its specification starts."""
    kept: list[Word] = []
    text = ""
    for word in words:
        if kept and role == "name" and re.match(r"规格|型号|材质|spec|\(?图号", word.text):
            break
        latin = text[-1:].isascii() and word.text[:1].isascii() and text
        text += (" " if latin else "") + word.text
        kept.append(word)
    return Found(text.strip(), tuple(kept), weight) if text.strip() else None


def sums(item: Item) -> Decimal | None:
    """Return the amount of an item, said or reckoned."""
    if "amount" in item:
        return Decimal(item["amount"].value)
    if "quantity" in item and "unit_price" in item:
        return Decimal(item["quantity"].value) * Decimal(item["unit_price"].value)
    return None
