"""How long it takes from one entry to another: the mean or the median of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from statistics import fmean, median
from typing import Any

from seamline.documents import Path
from seamline.pages import Data, Names
from seamline.text import Text

from . import selection
from .kind import Counted, FormulaKind, Happening, History, Sample, Through, Words, named
from .periods import Span
from .selection import Selection

UNITS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_UNIT_WORDS = {
    "seconds": Text("秒", "seconds"),
    "minutes": Text("分钟", "minutes"),
    "hours": Text("小时", "hours"),
    "days": Text("天", "days"),
}


@dataclass(frozen=True, slots=True)
class Elapsed:
    """From the first entry of one selection to the first of another, by record or tracking code."""

    start: Selection
    end: Selection
    through: Through = "record"
    take: str = "mean"
    unit: str = "hours"
    working: bool = False
    group: str = ""


def _read(data: Data) -> Elapsed:
    return Elapsed(
        start=selection.read(data["from"]),
        end=selection.read(data["to"]),
        through=data.get("through", "record"),
        take=data.get("take", "mean"),
        unit=data.get("in", "hours"),
        working=data.get("working", False),
        group=data.get("group", ""),
    )


def _check(data: Data, path: Path, names: Names) -> None:
    selection.check(data["from"], (*path, "from"), names)
    selection.check(data["to"], (*path, "to"), names)
    if data.get("through", "record") == "record" and data["from"]["form"] != data["to"]["form"]:
        say = Text(
            "from 与 to 是不同的表单，要按追踪码相连。",
            "from and to are of different forms: they meet by their tracking code.",
        )
        hint = Text("写 through: tracking。", "Write through: tracking.")
        names.tell((*path, "to", "form"), "not_one_record", say, hint)
    if "group" in data:
        form = names.form((*path, "to", "form"), data["to"]["form"])
        if form is not None:
            names.field((*path, "group"), form, data["group"])


def _reckon(asked: Elapsed, history: History, span: Span) -> Sample:
    """Reckon over what met the end for the first time in the period."""
    ends: dict[str, Happening] = {}
    wanted = named(asked.group)
    for entry in history.happened(asked.end, span.since, span.until, wanted):
        key = entry.record if asked.through == "record" else entry.tracking
        if key:
            ends.setdefault(key, entry)
    firsts = history.first(asked.end, ends, asked.through)
    ends = {key: entry for key, entry in ends.items() if firsts.get(key, entry.at) >= entry.at}
    starts = history.first(asked.start, ends, asked.through)
    taken: list[float] = []
    groups: dict[str, list[float]] = {}
    for key, entry in ends.items():
        begun = starts.get(key)
        if begun is None or begun > entry.at:
            continue
        spent = history.working(begun, entry.at) if asked.working else entry.at - begun
        taken.append(spent / timedelta(seconds=UNITS[asked.unit]))
        if asked.group:
            groups.setdefault(str(entry.values.get(asked.group) or ""), []).append(taken[-1])
    parts = {name: _sample(asked.take, found) for name, found in sorted(groups.items())}
    return _sample(asked.take, taken, len(ends) - len(taken), parts)


def _sample(
    take: str, taken: list[float], missing: int = 0, parts: Mapping[str, Sample] | None = None
) -> Sample:
    reckon = median if take == "median" else fmean
    value = Decimal(repr(reckon(taken))) if taken else None
    return Sample(value, len(taken), missing, parts or {})


def _words(asked: Elapsed, words: Words) -> Text:
    start, end, unit = (
        words.selection(asked.start),
        words.selection(asked.end),
        _UNIT_WORDS[asked.unit],
    )
    median_ = asked.take == "median"
    zh = f"从“{start.zh}”到“{end.zh}”的{'中位' if median_ else '平均'}{unit.zh}数"
    en = f"{'Median' if median_ else 'Mean'} {unit.en} from {start.en} to {end.en}"
    if asked.working:
        zh, en = f"{zh}(只计工作时间)", f"{en}, in working time"
    return Text(f"{zh}，计入后者所在的期间。", f"{en}, counted where the latter falls.")


_SETTINGS: dict[str, Any] = {
    "from": selection.schema("从何时起 · From"),
    "to": selection.schema("到何时止 · To"),
    "through": {"description": "以什么相连 · What ties the two", "enum": ["record", "tracking"]},
    "take": {"description": "平均或中位 · Mean or median", "enum": ["mean", "median"]},
    "in": {"description": "单位 · In which unit", "enum": list(UNITS)},
    "working": {"description": "只计工作时间 · Only working time", "type": "boolean"},
    "group": {"description": "分组字段 · Field to group by", "$ref": "#/$defs/id"},
}
KIND = FormulaKind(
    name="elapsed",
    title=Text("用时", "Time elapsed"),
    settings=_SETTINGS,
    required=("from", "to"),
    read=_read,
    check=_check,
    counts=lambda asked: (Counted(asked.start), Counted(asked.end, named(asked.group))),
    reckon=_reckon,
    words=_words,
)
