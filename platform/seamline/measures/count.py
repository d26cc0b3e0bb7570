"""How many entries: in a period, or per day of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from . import selection
from .kind import Counted, FormulaKind, History, Sample, Words, named
from .periods import Span
from .selection import Selection


@dataclass(frozen=True, slots=True)
class Count:
    """The entries of a selection, in all or per day that has passed of the period."""

    of: Selection
    per_day: bool = False
    group: str = ""


def _read(data: Data) -> Count:
    return Count(selection.read(data["of"]), data.get("per") == "day", data.get("group", ""))


def _check(data: Data, path: Path, names: Names) -> None:
    selection.check(data["of"], (*path, "of"), names)
    if "group" in data:
        selection.field((*path, "group"), names, data["of"], data["group"])


def _reckon(asked: Count, history: History, span: Span) -> Sample:
    (found,) = history.tally((asked.of,), asked.group, span.since, span.until)
    days = Decimal(max(1, round((span.until - span.since) / timedelta(days=1))))
    by = days if asked.per_day else Decimal(1)
    parts = {name: Sample(many / by, many) for name, many in sorted(found.items()) if asked.group}
    return Sample(found.total() / by, found.total(), parts=parts)


def _words(asked: Count, words: Words) -> Text:
    of = words.selection(asked.of)
    if asked.per_day:
        return Text(f"平均每天“{of.zh}”的次数。", f"How often a day: {of.en}.")
    return Text(f"“{of.zh}”的次数。", f"How often: {of.en}.")


_SETTINGS: dict[str, Any] = {
    "of": selection.schema("数什么 · What to count"),
    "per": {"description": "每天平均 · Per day", "enum": ["day"]},
    "group": {"description": "分组字段 · Field to group by", "$ref": "#/$defs/id"},
}
KIND = FormulaKind(
    name="count",
    title=Text("次数", "Count"),
    settings=_SETTINGS,
    required=("of",),
    read=_read,
    check=_check,
    counts=lambda asked: (Counted(asked.of, named(asked.group)),),
    reckon=_reckon,
    words=_words,
)
