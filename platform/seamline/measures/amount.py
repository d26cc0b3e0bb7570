"""What a figure of the entries amounts to: the sum, mean or median of a field, or of what an
entry tells (the seconds it took to fill a form)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from . import selection
from .kind import Counted, FormulaKind, Happening, History, Sample, Words, named
from .periods import Span
from .selection import Selection

_TAKES = {
    "sum": Text("合计", "Sum"),
    "mean": Text("平均", "Mean"),
    "median": Text("中位", "Median"),
}


# What entries of the journal tell of themselves, in words.
_TOLD = {
    "took_ms": Text("打开到提交的时间", "the time from opening to sending"),
    "typing_ms": Text("填写时间", "the time of filling in"),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of each entry: a field of its record as it stands, or a number in its body."""

    of: Selection
    field: str = ""
    told: str = ""
    take: str = "sum"
    group: str = ""
    divide: int = 1


def _read(data: Data) -> Amount:
    return Amount(
        of=selection.read(data["of"]),
        field=data.get("field", ""),
        told=data.get("told", ""),
        take=data.get("take", "sum"),
        group=data.get("group", ""),
        divide=data.get("divide", 1),
    )


def _check(data: Data, path: Path, names: Names) -> None:
    selection.check(data["of"], (*path, "of"), names)
    if ("field" in data) == ("told" in data):
        say = Text("field 与 told 恰好写一个。", "Exactly one of field and told names the figure.")
        names.tell(path, "field_or_told", say)
    if "field" in data:
        kinds = ("integer", "decimal", "money", "percent", "computed", "lookup")
        selection.field((*path, "field"), names, data["of"], data["field"], *kinds)
    if "group" in data:
        selection.field((*path, "group"), names, data["of"], data["group"])


def _reckon(asked: Amount, history: History, span: Span) -> Sample:
    wanted = named(asked.field, asked.group)
    figures: list[Decimal] = []
    groups: dict[str, list[Decimal]] = {}
    missing = 0
    for entry in history.happened(asked.of, span.since, span.until, wanted):
        figure = _figure(asked, entry)
        if figure is None:
            missing += 1
            continue
        figures.append(figure)
        if asked.group:
            groups.setdefault(str(entry.values.get(asked.group) or ""), []).append(figure)
    parts = {
        name: Sample(_taken(asked.take, found), len(found))
        for name, found in sorted(groups.items())
    }
    return Sample(_taken(asked.take, figures), len(figures), missing, parts)


def _figure(asked: Amount, entry: Happening) -> Decimal | None:
    raw = entry.values.get(asked.field) if asked.field else entry.body.get(asked.told)
    if raw is None or isinstance(raw, bool):
        return None
    try:
        figure = Decimal(str(raw))
    except InvalidOperation:
        return None
    return figure / asked.divide if figure.is_finite() else None


def _taken(take: str, figures: list[Decimal]) -> Decimal | None:
    if not figures:
        return None
    if take == "median":
        return Decimal(median(figures))
    total = sum(figures, Decimal(0))
    return total / len(figures) if take == "mean" else total


def _words(asked: Amount, words: Words) -> Text:
    of, take = words.selection(asked.of), _TAKES[asked.take]
    what = words.field(asked.of, asked.field) if asked.field else _TOLD.get(asked.told)
    what = what or Text.same(asked.told)
    return Text(f"“{of.zh}”的“{what.zh}”{take.zh}。", f"{take.en} of {what.en} over {of.en}.")


_SETTINGS: dict[str, Any] = {
    "of": selection.schema("哪些 · Which entries"),
    "field": {"description": "记录的数字字段 · A figure of the record", "$ref": "#/$defs/id"},
    "told": {"description": "日志里的数字 · A figure the entry tells", "$ref": "#/$defs/id"},
    "take": {"description": "怎样汇总 · What to take", "enum": list(_TAKES)},
    "group": {"description": "分组字段 · Field to group by", "$ref": "#/$defs/id"},
    "divide": {
        "description": "除以，例如毫秒除以 1000 · Divide by, as milliseconds by 1000",
        "type": "integer",
        "minimum": 1,
        "maximum": 1_000_000_000,
    },
}
KIND = FormulaKind(
    name="amount",
    title=Text("数额", "Amount"),
    settings=_SETTINGS,
    required=("of",),
    read=_read,
    check=_check,
    counts=lambda asked: (Counted(asked.of, named(asked.field, asked.group)),),
    reckon=_reckon,
    words=_words,
)
