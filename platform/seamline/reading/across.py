"""Days as headings of columns: a quantity is due on the day that it stands under."""

from __future__ import annotations

from .found import Found, Item
from .lines import Line
from .pages import Word
from .typed import days


def under_days(lines: list[Line], items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return items with the day of the column that their quantity stands in.

    Nothing changes where an item has a day of its own or a quantity stands under none.
    """
    figures = [item["quantity"].words[0] for item in items if _placed(item)]
    if not items or len(figures) < len(items):
        return items
    top = min(word.box[1] for word in figures)
    above = [
        line for line in lines if line.bottom < top + 1 and all(_is_day(w) for w in line.words)
    ]
    if not above:
        return items
    heads = max(above, key=lambda line: line.bottom).words
    due = [_over(word, heads) for word in figures]
    if any(head is None for head in due):
        return items
    return tuple(
        {**item, "line_date": _day(head)}
        for item, head in zip(items, due, strict=True)
        if head is not None
    )


def _placed(item: Item) -> bool:
    return "line_date" not in item and "quantity" in item and bool(item["quantity"].words)


def _is_day(word: Word) -> bool:
    named = days(word.text)
    return len(named) == 1 and (named[0].start, named[0].end) == (0, len(word.text.strip()))


def _over(word: Word, heads: tuple[Word, ...]) -> Word | None:
    near = min(heads, key=lambda head: abs(head.centre - word.centre))
    return near if abs(near.centre - word.centre) < (near.box[2] - near.box[0]) else None


def _day(head: Word) -> Found:
    day = days(head.text)[0]
    reasons = frozenset() if day.dated else frozenset({"undated"})
    return Found(day.day.isoformat(), (head,), 0.6, reasons)
