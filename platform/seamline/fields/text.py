"""Text: one line of words."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.problems import Place, Problem
from seamline.text import Text

from . import patterns, words
from .fragments import PATTERN, TEXT, count, said
from .kind import Column, Kind, Reading, invalid

LIMIT = 200


def limit_of(field: Field) -> int:
    """Return the most characters the field takes."""
    return int(field.settings.get("max_length", LIMIT))


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read one line of text; raise Invalid where it is too long, too short or off its pattern."""
    text = words.line(raw, limit_of(field))
    least = field.settings.get("min_length", 0)
    if len(text) < least:
        raise invalid(
            "too_short",
            f"至少 {least} 个字符，收到 {len(text)} 个。",
            f"At least {least} characters, got {len(text)}.",
            text,
        )
    return words.matched(field, text)


def value_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of the value."""
    schema: dict[str, Any] = {"type": "string", "maxLength": limit_of(field)}
    schema["minLength"] = max(1, field.settings.get("min_length", 0))
    return schema


def check(field: Field) -> list[Problem]:
    """Return the problems of the lengths and the pattern."""
    problems = patterns.check(field)
    least, most = field.settings.get("min_length", 0), limit_of(field)
    if least > most:
        say = Text(f"最少 {least} 个字符多于最多 {most} 个。", f"{least} at least, {most} at most.")
        problems.append(Problem("bounds_crossed", say, Place("min_length"), got=str(least)))
    return problems


KIND = Kind(
    name="text",
    title=Text("文本", "Text"),
    value_type=words.is_text,
    column=lambda field: Column("text", length=limit_of(field)),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=value_schema,
    widget="text",
    icon="pen-line",
    settings={
        "max_length": count("最多字符数。", "Most characters.", 1, 4000, LIMIT),
        "min_length": count("最少字符数。", "Fewest characters.", 0, 4000, 0),
        "pattern": PATTERN,
        "pattern_say": said("格式不符时显示的话。", "What to say when the pattern fails.", TEXT),
    },
    check=check,
)
