"""What a column of a sheet is likely to be, told by its heading and its cells, with the reasons."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from seamline.fields import KINDS, Invalid, Reading
from seamline.metadata import ColumnMap, Field
from seamline.text import Text
from seamline.usecases.importing.cells import raw_of, raw_text
from seamline.usecases.spreadsheets import Cell

from .headings import Heading, identified, sounding, understood

MOST_OPTIONS = 12
LONG_TEXT = 80  # characters beyond which a cell is no single line any more
FEW_LINES = 200  # what a text holds where nothing else is said
EXAMPLES = 3
PLAIN = (
    *("text", "long_text", "integer", "decimal", "money", "percent", "boolean", "date", "datetime"),
    *("phone", "email", "url", "choice", "attachment", "image", "person"),
)
_MARKED = ("¥", "￥", "$", "€", "元")


@dataclass(frozen=True, slots=True)
class Guess:
    """One column as a field: `name` is what the source calls it, `why` what speaks for it.

    `line` says that it belongs to the rows of a sub-table; `sure` that nothing was left to doubt.
    """

    name: str
    label: Text
    id: str
    kind: str
    required: bool = False
    key: bool = False
    line: bool = False
    taken: bool = True
    options: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    why: tuple[Text, ...] = ()
    sure: bool = True


def guessed(name: str, cells: Sequence[Cell]) -> Guess:
    """Return what a column is likely to be; `cells` are those of all rows, None where empty."""
    heading = understood(name)
    filled = [one for one in cells if one is not None]
    kind, settings, why, sure = _kind(heading, filled)
    guess = Guess(
        name, heading.label, heading.id, kind, settings=settings, why=(why,), sure=sure,
        examples=_examples(filled), taken=heading.what != "sequence",
    )  # fmt: skip
    if kind == "choice":
        guess = replace(guess, options=tuple(dict.fromkeys(map(_word, filled))))
    if not guess.taken:
        why = Text("只是行号，不必成为字段。", "It only counts the rows; no field is needed.")
        return replace(guess, why=(why,))
    return _needed(guess, heading, cells, filled)


def _needed(guess: Guess, heading: Heading, cells: Sequence[Cell], filled: Sequence[Cell]) -> Guess:
    """Say whether a field has to be filled: the sheet marks it, or every row has it."""
    if heading.starred:
        why = Text("标题带 * 号，必填。", "Its heading is starred: required.")
    elif len(cells) >= 3 and len(filled) == len(cells) and guess.kind != "boolean":
        why = Text(f"{len(cells)} 行都填了，必填。", f"Filled in all {len(cells)} rows: required.")
    else:
        return guess
    return replace(guess, required=True, why=(*guess.why, why))


def _kind(heading: Heading, cells: Sequence[Cell]) -> tuple[str, dict[str, Any], Text, bool]:
    """Return kind, settings, the reason and whether that is sure."""
    if not cells:
        kind = heading.what if heading.what in PLAIN and heading.what != "choice" else "text"
        return kind, {}, Text("没有内容，只能按标题猜。", "No cell is filled: by its name."), False
    for look in (_marked_text, _yes_no, _dated, _spelled, _counted):
        found = look(heading, cells)
        if found is not None:
            return found
    return _worded(heading, cells)


Found = tuple[str, dict[str, Any], Text, bool] | None


def _marked_text(heading: Heading, cells: Sequence[Cell]) -> Found:
    """Numbers that are names: codes, and what has zeros in front or more digits than a sum."""
    words = [_word(one) for one in cells]
    zeros = any(re.fullmatch(r"0\d+", one) for one in words)
    long = all(one.isdecimal() and len(one) >= 12 for one in words)
    if heading.what in ("number", "code") or zeros or long:
        if heading.what in ("number", "code"):
            why = Text("标题说是编号，按文本保留原样。", "Named as a number or code: kept as text.")
        else:
            why = Text("有前导零或位数很长，按文本保留。", "Leading zeros or very long: text.")
        return "text", _length(words), why, True
    return None


def _yes_no(_heading: Heading, cells: Sequence[Cell]) -> Found:
    words = {_word(one).lower() for one in cells}
    known = {"是", "否", "y", "n", "yes", "no", "true", "false", "√", "×", "对", "不"}
    if words <= known and words:
        shown = " / ".join(sorted(words))
        return "boolean", {}, Text(f"只有 {shown}。", f"Nothing but {shown}."), True
    return None


def _dated(heading: Heading, cells: Sequence[Cell]) -> Found:
    if all(isinstance(one, date) for one in cells):
        timed = any(isinstance(one, datetime) and one.time() != time() for one in cells)
        kind = "datetime" if timed else "date"
        return kind, {}, Text("单元格是日期格式。", "The cells are dates."), True
    numbers = all(isinstance(one, (int, Decimal)) for one in cells)
    for kind in (
        () if numbers and heading.what not in ("date", "datetime") else ("date", "datetime")
    ):
        if _reads(kind, cells):
            return kind, {}, Text("内容都读得成日期。", "Every cell reads as a date."), True
    return None


def _spelled(heading: Heading, cells: Sequence[Cell]) -> Found:
    """What has a spelling of its own: addresses of mail and web, phone numbers."""
    for kind, sign in (("email", "@"), ("url", "://")):
        if all(sign in _word(one) for one in cells) and _reads(kind, cells):
            return kind, {}, _reading_as(kind), True
    mobile = all(re.fullmatch(r"\+?[\d -]{11,}", _word(one)) for one in cells)
    if (heading.what == "phone" or mobile) and _reads("phone", cells):
        return "phone", {}, _reading_as("phone"), True
    return None


def _counted(heading: Heading, cells: Sequence[Cell]) -> Found:
    words = [_word(one) for one in cells]
    bare = [re.sub(r"[¥￥$€元%％,，\s]", "", one) for one in words]
    if not all(re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,9})?", one) for one in bare):
        return None
    scale = max(len(one.partition(".")[2]) for one in bare)
    if heading.what == "percent" or all(one.endswith(("%", "％")) for one in words):
        return (
            "percent",
            _scale(scale) if scale > 2 else {},
            Text("是百分数。", "These are percentages."),
            True,
        )
    if any(sign in one for one in words for sign in _MARKED) or heading.what == "money":
        why = Text("是数字，标题或符号说是金额。", "Numbers that name or sign make money.")
        return "money", _scale(scale) if scale > 2 else {}, why, True
    if heading.unit in ("元", "万元", "¥", "RMB", "CNY", "USD"):
        why = Text(f"是数字，单位是{heading.unit}。", f"Numbers in {heading.unit}.")
        return "money", _scale(scale) if scale > 2 else {}, why, True
    unit = {"unit": heading.unit} if heading.unit else {}
    if not scale:
        return "integer", unit, Text("都是整数。", "Whole numbers only."), True
    why = Text(f"都是数字，最多 {scale} 位小数。", f"Numbers of up to {scale} decimals.")
    return "decimal", {**_scale(scale), **unit}, why, True


def _worded(heading: Heading, cells: Sequence[Cell]) -> tuple[str, dict[str, Any], Text, bool]:
    words = [_word(one) for one in cells]
    kinds, most = set(words), max(map(len, words))
    # Names are an open set: tomorrow there is one more.
    repeated = len(words) >= 6 and len(words) >= 3 * len(kinds) and heading.what != "name"
    named = heading.what == "choice" and len(kinds) < len(words)
    if 2 <= len(kinds) <= MOST_OPTIONS and most <= 20 and (repeated or named):
        why = Text(
            f"{len(words)} 行里只有 {len(kinds)} 种说法。",
            f"Only {len(kinds)} different words in {len(words)} rows.",
        )
        return "choice", {}, why, named
    if heading.what == "long_text" or most > LONG_TEXT or any("\n" in one for one in words):
        why = Text(f"内容是成段文字，最长 {most} 字。", f"Running text, up to {most} characters.")
        return "long_text", {}, why, True
    why = Text(f"是文字，最长 {most} 字。", f"Words, up to {most} characters.")
    return "text", _length(words), why, True


def _length(words: Sequence[str]) -> dict[str, Any]:
    most = max(map(len, words))
    return {"max_length": min(4000, 2 * most)} if most > FEW_LINES else {}


def _scale(scale: int) -> dict[str, Any]:
    return {"scale": scale}


def _reading_as(kind: str) -> Text:
    title = KINDS[kind].title
    return Text(f"内容都读得成{title.zh}。", f"Every cell reads as: {title.en.lower()}.")


def _reads(kind: str, cells: Sequence[Cell]) -> bool:
    """Say whether every cell is a value of a kind, by what reads it in an import."""
    one = Field("field", kind, Text.same("field"))
    try:
        for cell in cells:
            KINDS[kind].parse(one, raw_of(one, ColumnMap("field", "field"), cell), Reading())
    except (Invalid, ValueError):
        return False
    return True


def _word(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else str(raw_text(cell))


def _examples(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the first different cells as people saw them."""
    seen = dict.fromkeys(_word(one).removesuffix(" 00:00:00")[:40] for one in cells[:50])
    return tuple(seen)[:EXAMPLES]


def option_ids(labels: Sequence[str]) -> dict[str, str]:
    """Return an id for each word to choose from: by what it means, else by how it sounds."""
    found: dict[str, str] = {}
    for label in labels:
        made = understood(label)
        word = re.sub(r"[^A-Za-z0-9_.-]+", "_", label).strip("_.-")
        plain = word == label.strip() and len(word) <= 40 and word[:1].isalnum()
        stem = word if plain else made.id or identified(sounding(label), "option")
        found[label] = free(stem, lambda id_: id_ in found.values())
    return found


def free(stem: str, taken: Callable[[str], bool]) -> str:
    """Return an id that is not taken: the stem itself, else `stem_2`, `stem_3`, …"""
    number = 1
    while taken(stem if number == 1 else f"{stem[:36]}_{number}"):
        number += 1
    return stem if number == 1 else f"{stem[:36]}_{number}"
