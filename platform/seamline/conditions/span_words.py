"""Spans of time as people say them, after the name of what is asked about."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.text import Text

from .span import NOW_WORD, Span, Way

_COUNTED: Mapping[tuple[str, Way], Text] = {
    ("last", "in"): Text("在过去{n}内", "is in the last {n}"),
    ("last", "before"): Text("早于{n}前", "is more than {n} ago"),
    ("last", "since"): Text("不早于{n}前", "is no more than {n} ago"),
    ("next", "in"): Text("在未来{n}内", "is in the next {n}"),
    ("next", "until"): Text("不晚于{n}后", "is no later than in {n}"),
    ("next", "after"): Text("晚于{n}后", "is later than in {n}"),
}
_NOW: Mapping[Way, Text] = {
    "before": Text("已过", "is past"),
    "since": Text("不早于现在", "is not past"),
    "until": Text("不晚于现在", "is now or past"),
    "after": Text("未到", "is still to come"),
}
_WAYS: Mapping[Way, Text] = {
    "in": Text("是{p}", "is {p}"),
    "before": Text("早于{p}", "is before {p}"),
    "since": Text("不早于{p}", "is {p} or later"),
    "until": Text("不晚于{p}", "is {p} or earlier"),
    "after": Text("晚于{p}", "is after {p}"),
}
UNIT_WORDS: Mapping[str, tuple[Text, Text]] = {
    "m": (Text("分钟", "minute"), Text("分钟", "minutes")),
    "h": (Text("小时", "hour"), Text("小时", "hours")),
    "d": (Text("天", "day"), Text("天", "days")),
    "w": (Text("周", "week"), Text("周", "weeks")),
}
PERIOD_WORDS: Mapping[str, Text] = {
    "today": Text("今天", "today"),
    "yesterday": Text("昨天", "yesterday"),
    "tomorrow": Text("明天", "tomorrow"),
    "this week": Text("本周", "this week"),
    "last week": Text("上周", "last week"),
    "next week": Text("下周", "next week"),
    "this month": Text("本月", "this month"),
    "last month": Text("上月", "last month"),
    "next month": Text("下月", "next month"),
    "this quarter": Text("本季度", "this quarter"),
    "last quarter": Text("上季度", "last quarter"),
    "next quarter": Text("下季度", "next quarter"),
    "this year": Text("今年", "this year"),
    "last year": Text("去年", "last year"),
    "next year": Text("明年", "next year"),
}


def span_said(span: Span) -> Text:
    """Return what is said of a date that falls in a span: `is in the next 48 hours`."""
    if span.period == NOW_WORD:
        return _NOW[span.way]
    if not span.count:
        period, form = PERIOD_WORDS[span.period], _WAYS[span.way]
        return Text(form.zh.format(p=period.zh), form.en.format(p=period.en))
    unit = UNIT_WORDS[span.unit][span.count != 1]
    form = _COUNTED[span.period, span.way]
    counted = f"{span.count} {unit.en}"
    return Text(form.zh.format(n=f" {span.count} {unit.zh}"), form.en.format(n=counted))
