"""Words under headings: which column, which row, by place and by what kind of thing they say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median

from .columns import SIDES, Column
from .lines import Line
from .pages import Word
from .typed import NUMERALS, codes, days, number, numbers

UNITS = (
    "件|个|只|套|台|根|片|块|支|条|箱|包|卷|张|把|副|对|米|吨|千克|公斤|克|升|桶|瓶|双|组|批|辆|枚|颗|粒|盒|袋|"
    "kgs?|pcs?\\.?|pce|pieces?|ea|each|sets?|units?|nos?\\.?|m|t|tons?|pairs?|boxes|box|rolls?|st|stk|stück"
)
QUANTITY = re.compile(rf"(?i)([\d.,]+)\s*({UNITS})")
IN_WORDS = re.compile(rf"([{NUMERALS}]+)\s*({UNITS})")  # a quantity that is spelt out
# What a piece costs in a column where it does not belong, in thousandths of the page's width.
_COSTS: dict[str, dict[str, float]] = {
    "quantity": {"number": 0, "measured": 0, "code": 60, "date": 90, "text": 80, "unit": 25, "percent": 90},  # noqa: E501
    "unit_price": {"number": 0, "measured": 50, "code": 70, "date": 90, "text": 80, "unit": 60, "percent": 80},  # noqa: E501
    "amount": {"number": 0, "measured": 60, "code": 70, "date": 90, "text": 80, "unit": 80, "percent": 90},  # noqa: E501
    "line_date": {"number": 60, "measured": 70, "code": 60, "date": 0, "text": 50, "unit": 80, "percent": 80},  # noqa: E501
    "material_code": {"number": 12, "measured": 30, "code": 0, "date": 70, "text": 35, "unit": 60, "percent": 70},  # noqa: E501
    "name": {"number": 50, "measured": 50, "code": 20, "date": 70, "text": 0, "unit": 30, "percent": 60},  # noqa: E501
    "spec": {"number": 25, "measured": 20, "code": 8, "date": 60, "text": 8, "unit": 30, "percent": 30},  # noqa: E501
    "unit": {"number": 60, "measured": 40, "code": 60, "date": 90, "text": 40, "unit": 0, "percent": 80},  # noqa: E501
    "index": {"number": 5, "measured": 60, "code": 50, "date": 90, "text": 60, "unit": 60, "percent": 90},  # noqa: E501
    "tax_rate": {"number": 10, "measured": 60, "code": 70, "date": 90, "text": 70, "unit": 70, "percent": 0},  # noqa: E501
}  # fmt: skip
_PLAIN = {
    "number": 10.0,
    "measured": 15.0,
    "code": 12.0,
    "date": 20.0,
    "text": 10.0,
    "unit": 20.0,
    "percent": 15.0,
}


def kind_of(text: str) -> str:
    """Return what kind of thing a piece of text is."""
    said = text.strip().strip(":;")
    if days(said):
        return "date"
    if re.fullmatch(r"[\d.,]+\s*%", said):
        return "percent"
    if re.fullmatch(rf"(?i)(?:{UNITS})", said):
        return "unit"
    if QUANTITY.fullmatch(said) or IN_WORDS.fullmatch(said):
        return "measured"
    if numbers(said) and not re.fullmatch(r"\d+(?:\.\d+){2,}", said):
        return "number"
    return (
        "code"
        if next(codes(said), None) and not re.search(r"[\u4e00-\u9fff]{2,}", said)
        else "text"
    )


def cost(text: str, role: str) -> float:
    """Return what a text costs in a column of this role."""
    kind = kind_of(text)
    costs = _COSTS.get(role, _PLAIN)[kind]
    if role == "index" and (kind == "number" and not re.fullmatch(r"\d{1,3}", text.strip())):
        return 60.0
    if role in ("unit_price", "amount", "quantity") and re.fullmatch(
        r"0\d{4,}|\d{8,}", text.strip()
    ):
        return 50.0
    if (
        role == "material_code"
        and kind == "number"
        and re.fullmatch(r"[\d,]*\.\d{1,2}|\d{1,3}", text)
    ):
        return 40.0
    return costs


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the words of each column, in the order of reading."""

    cells: dict[int, tuple[Word, ...]]
    middle: float


def pieces(lines: Iterable[Line]) -> list[Word]:
    """Return the words of a table's body, cut where a wide blank may part two columns."""
    found = []
    for line in lines:
        for word in line.words:
            if _one(word.text):
                found.append(word)
                continue
            at = 0
            for gap in [*re.finditer(r"\s+", word.text), None]:
                end = gap.start() if gap else len(word.text)
                if word.text[at:end].strip():
                    found.append(word.part(at, end))
                at = gap.end() if gap else end
    return found


def _one(text: str) -> bool:
    """Say whether a text with blanks is one day, or one number that was written widely."""
    named = days(text)
    if len(named) == 1 and named[0].end - named[0].start >= len(text.strip()) - 1:
        return True
    parts = text.split()
    torn = any(part[0] in ".," or part[-1] in ".," for part in parts) or len(parts) > 2
    return torn and len(numbers(text)) > 0


def laid(words: list[Word], columns: tuple[Column, ...]) -> list[int]:
    """Return for each word the number of its column; twice, so that columns find their width."""
    spans = [(column.left, column.right) for column in columns]
    placed: list[int] = []
    for _ in range(2):
        placed = [_best(word, spans, columns) for word in words]
        spans = [_widened(spans[n], [w for w, p in zip(words, placed, strict=True) if p == n])
                 for n in range(len(columns))]  # fmt: skip
    return placed


def _best(word: Word, spans: list[tuple[float, float]], columns: tuple[Column, ...]) -> int:
    def price(n: int) -> float:
        left, right = spans[n]
        gap = max(0.0, left - word.box[2], word.box[0] - right)
        aside = abs((left + right) / 2 - word.centre) * 0.25
        edges = min(abs(left - word.box[0]), abs(right - word.box[2])) * 0.25
        return gap + min(aside, edges) + cost(word.text, columns[n].role)

    return min(range(len(columns)), key=price)


def _widened(span: tuple[float, float], words: list[Word]) -> tuple[float, float]:
    if len(words) < 2:
        return span
    left, right = median(w.box[0] for w in words), median(w.box[2] for w in words)
    return (min(span[0], left), max(span[1], right))


def rows(words: list[Word], columns: tuple[Column, ...]) -> list[Row]:
    """Return the rows: each number of the fullest column of numbers holds one, the rest is near."""
    placed = laid(words, columns)
    anchors = _anchors(words, placed, columns)
    if not anchors:
        return []
    high = median(w.height for w in words)
    gaps = [b - a for a, b in zip(anchors, anchors[1:], strict=False)]
    reach = max(min(gaps, default=0) * 0.75, 2.2 * high)
    found: list[dict[int, list[Word]]] = [{} for _ in anchors]
    for word, column in zip(words, placed, strict=True):
        near = min(range(len(anchors)), key=lambda n: abs(anchors[n] - word.middle))
        if abs(anchors[near] - word.middle) <= reach:
            found[near].setdefault(column, []).append(word)
    return [
        Row({n: tuple(_in_order(cell)) for n, cell in row.items()}, middle)
        for row, middle in zip(found, anchors, strict=True)
    ]


def _in_order(cell: list[Word]) -> list[Word]:
    ordered = sorted(cell, key=lambda w: w.middle)
    lines: list[list[Word]] = []
    for word in ordered:
        if lines and abs(lines[-1][0].middle - word.middle) < 0.5 * word.height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda w: w.box[0])]


def _anchors(words: list[Word], placed: list[int], columns: tuple[Column, ...]) -> list[float]:
    """Return the heights of the rows, by the column of numbers that tells them best."""
    best: list[float] = []
    for role in ("quantity", "unit_price", "amount"):
        for n, column in enumerate(columns):
            if column.role == role:
                found = sorted(
                    w.middle for w, p in zip(words, placed, strict=True)
                    if p == n and kind_of(w.text) in ("number", "measured")
                )  # fmt: skip
                found = _apart(found, words)
                if len(found) > len(best):
                    best = found
    return best


def _apart(heights: list[float], words: list[Word]) -> list[float]:
    high = median(w.height for w in words)
    kept: list[float] = []
    for one in heights:
        if not kept or one - kept[-1] > 0.6 * high:
            kept.append(one)
    return kept


def folded(
    lines: list[Line], layers: tuple[tuple[Column, ...], ...]
) -> tuple[list[Word], tuple[Column, ...]]:
    """Return the words of items of several lines as if each stood on one, and the columns so."""
    step = 2000.0
    columns = tuple(
        replace(column, left=column.left + depth * step, right=column.right + depth * step)
        for depth, layer in enumerate(layers)
        for column in layer
    )
    kept = [line for line in lines if not _only_index(line)]
    words: list[Word] = []
    top = 0.0
    for number_, line in enumerate(kept):
        depth = number_ % len(layers)
        top = line.middle if depth == 0 else top
        for word in pieces([line]):
            shift, lift = depth * step, top - word.middle
            box = (word.box[0] + shift, word.box[1] + lift, word.box[2] + shift, word.box[3] + lift)
            moved = replace(word, box=box, edges=tuple(x + shift for x in word.edges))
            words.append(moved)
    return words, columns


def _only_index(line: Line) -> bool:
    return all(re.fullmatch(r"\d{1,3}[.、]?", word.text.strip()) for word in line.words)


def is_side(column: Column) -> bool:
    """Say whether a column holds nothing of an item's figures."""
    return column.role in SIDES or column.role in (
        "material_code",
        "line_date",
        "unit",
        "spec",
        "name",
    )


def figure(text: str) -> bool:
    """Say whether a text is a number, with or without a unit."""
    if IN_WORDS.fullmatch(text.strip()):
        return True
    found = QUANTITY.fullmatch(text.strip())
    return number(found[1] if found else text) is not None
