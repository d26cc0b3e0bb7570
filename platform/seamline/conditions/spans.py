"""Reads `{"falls": [field, span]}`: a date or a moment within a span of time seen from now."""

from __future__ import annotations

import re
from typing import Any

from seamline.scope import Scope
from seamline.text import Text

from .constant import shown
from .node import Falls, Var
from .operands import named, read_operand
from .reading import Path, Reading
from .span import COUNTED, DAYS, EVERY_WAY, NOW_WORD, PERIODS, WAYS, Span, fits_dates, read_span

_BEYOND = re.compile(r"(?:[a-z]+ )?(?:last|next) [0-9]+[mhdw]", re.ASCII)  # but not so many
_PLAIN = ("last 7d", "next 48h", "before last 30d", "today", "this week", "before now")
_HINT = Text(
    f"例如 {'、'.join(_PLAIN)}；单位 m、h、d、w，最多 9999。",
    f"For example {', '.join(_PLAIN)}; units m, h, d, w, at most 9999.",
)
_COMMON = (
    *(f"{way} {word} 7d" for word in COUNTED for way in WAYS[word]),
    *DAYS, *PERIODS, f"before {NOW_WORD}", f"after {NOW_WORD}",
)  # fmt: skip


def read_falls(reading: Reading, parts: list[Any], scope: Scope, path: Path) -> Falls | None:
    """Return the condition; None (said) where it names no date, or no span that fits it."""
    var = read_operand(reading, parts[0], scope, (*path, 0))
    span = _span(reading, parts[1], (*path, 1))
    if var is None or span is None:
        return None
    if not isinstance(var, Var) or var.type not in ("date", "datetime"):
        said = named(var)
        reading.refuse(
            "condition_type",
            (*path, 0),
            Text(
                f"“falls”只问日期或日期时间字段，得到{said.zh}。",
                f"'falls' asks about a date, or a date and time, got {said.en}.",
            ),
            Text('请写 {"falls": [{"var": "日期字段"}, "next 7d"]}。',
                 'Write {"falls": [{"var": "date field"}, "next 7d"]}.'),
        )  # fmt: skip
        return None
    if var.type == "date" and not fits_dates(span):
        _refuse_hours(reading, var, span, (*path, 1))
        return None
    if reading.still:
        _refuse_moving(reading, path)
        return None
    return Falls(var, span)


def _span(reading: Reading, raw: Any, path: Path) -> Span | None:
    if not reading.room(path, 1):
        return None
    span = read_span(raw) if isinstance(raw, str) else None
    if span is not None:
        return span
    near = None
    if isinstance(raw, str) and len(raw) <= 40:
        near = _useless(raw)
        if near is None and not _BEYOND.fullmatch(raw):
            near = reading.near(raw, _COMMON)
    reading.refuse(
        "condition_span",
        path,
        Text(f"看不懂时间段 {shown(raw)}。", f"{shown(raw)} is no span of time."),
        near or _HINT,
        got=shown(raw),
    )
    return None


def _useless(raw: str) -> Text | None:
    """Return what to write instead of a side of a span that says nothing of it."""
    way, _, rest = raw.partition(" ")
    whole = read_span(rest)
    if rest == "" and raw == NOW_WORD:
        whole = Span("in", NOW_WORD)
    if whole is None or (way not in EVERY_WAY and raw != NOW_WORD):
        return None
    words = rest or raw
    known = [word if word != "in" else "" for word in WAYS.get(whole.period, ())]
    fitting = ", ".join(f"{word} {words}".strip() for word in known)
    return Text(f"可以写：{fitting}。", f"Write one of: {fitting}.")


def _refuse_hours(reading: Reading, var: Var, span: Span, path: Path) -> None:
    if span.period == NOW_WORD:
        hint = Text(f"请写 {span.way} today。", f"Write '{span.way} today'.")
    else:
        hint = Text("请用天(d)或周(w)。", "Count in days (d) or weeks (w).")
    field = named(var)
    reading.refuse(
        "condition_span",
        path,
        Text(
            f"{field.zh}没有钟点，不能用“{span}”。",
            f"{field.en[:1].upper()}{field.en[1:]} knows no hours, which '{span}' asks for.",
        ),
        hint,
        got=str(span),
    )


def _refuse_moving(reading: Reading, path: Path) -> None:
    reading.refuse(
        "condition_moves",
        path,
        Text(
            "这里的条件不随时间变化，不能用“falls”。",
            "What stands here is worked out ahead: it cannot ask how far off a moment is.",
        ),
        Text(
            "请用状态或固定日期表达。",
            "Say it with a state, or with a date that is written out.",
        ),
    )
