"""Which comes first on a paper, the day or the month: told by its other days, or by its form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from .lines import Line
from .pages import Word

_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(20\d\d|2[4-9]|3[0-5])(?!\d)")
MONTH, DAY = "month", "day"


def first(lines: Iterable[Line]) -> str:
    """Return `month` or `day`, whichever stands first in days as 02/13/2026; nothing if unknown."""
    told = set()
    for line in lines:
        for word in line.words:
            for found in _DAY.finditer(word.text):
                if int(found[3]) > 12 >= int(found[1]):
                    told.add(MONTH)
                elif int(found[1]) > 12 >= int(found[3]):
                    told.add(DAY)
    return told.pop() if len(told) == 1 else ""


def day_first(lines: list[Line], order: str = "") -> list[Line]:
    """Return lines in which such days are written day.month.year, where their order is known."""
    order = order or first(lines)
    if not order:
        return lines
    return [
        replace(line, words=tuple(_turned(word, order) for word in line.words)) for line in lines
    ]


def _turned(word: Word, order: str) -> Word:
    def turn(found: re.Match[str]) -> str:
        one, _, two, year = found.groups()
        parts = (two, one, year) if order == MONTH else (one, two, year)
        return ".".join(parts)

    text = _DAY.sub(turn, word.text)
    return replace(word, text=text) if text != word.text else word
