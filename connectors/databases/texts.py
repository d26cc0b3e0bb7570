"""SQL as files: sections of one text, with named places that a dialect and a caller fill.

A place is `{top}`, `{limit}`, `{where:column}` (which rows), `{later:column}` and `{until:column}`
(a rowversion between two marks), `{version:column}` (it as a number) or `{value:name}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .dialects import Dialect

_SECTION = re.compile(r"^-- \[(\w+)(?: (\w+))?\]\s*$", re.M)
_PLACE = re.compile(r"\{(\w+)(?::([\w.]+))?\}")
_COMMENT = re.compile(r"--[^\n]*")

# What the three databases do not all take, or take for something else. The last two give wrong
# answers on SQLite instead of errors.
NOT_PORTABLE: Mapping[str, re.Pattern[str]] = {
    "TOP or LIMIT written out": re.compile(r"\b(TOP|LIMIT)\s*\(?\d", re.I),
    "OFFSET ... FETCH": re.compile(r"\b(OFFSET|FETCH)\b", re.I),
    "ISNULL or IFNULL": re.compile(r"\b(ISNULL|IFNULL|NVL)\s*\(", re.I),
    "CONVERT": re.compile(r"\bCONVERT\s*\(", re.I),
    "N'text'": re.compile(r"\bN'"),
    "a table hint": re.compile(r"\bNOLOCK\b|\bWITH\s*\(\s*\w*LOCK", re.I),
    "a square bracket": re.compile(r"[\[\]]"),
    "a function of one database": re.compile(
        r"\b(GETDATE|NOW|DATEADD|DATEDIFF|STRFTIME|JULIANDAY|DATE_TRUNC|EXTRACT|LEN|LENGTH)\s*\(",
        re.I,
    ),
    "a cast to a date": re.compile(r"\bAS\s+(DATE|DATETIME|TIMESTAMP)\s*\)", re.I),
    "+ or || between texts": re.compile(r"'\s*(\+|\|\|)|(\+|\|\|)\s*'"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One statement of a file: `kind` says what it is for, `name` which of several it is."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement as it is sent, with its values in order."""

    statement: str
    values: tuple[object, ...]


def sections(path: Path) -> tuple[Section, ...]:
    """Return the statements of a file; each begins with a line `-- [kind name]`."""
    text = path.read_text(encoding="utf-8")
    marks = list(_SECTION.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return tuple(
        Section(mark[1], mark[2] or "", _COMMENT.sub("", text[mark.end() : end]).strip())
        for mark, end in zip(marks, ends, strict=True)
    )


def not_portable(text: str) -> list[str]:
    """Return what of a text the three databases do not understand alike."""
    bare = _COMMENT.sub("", text)
    return [name for name, pattern in NOT_PORTABLE.items() if pattern.search(bare)]


def chosen(keys: Sequence[object]) -> Callable[[str], Asked]:
    """Return a filling of `{where:column}` that takes the rows with these keys."""
    marks = ", ".join("?" for _ in keys)
    return lambda column: Asked(f"{column} IN ({marks})", tuple(keys))


def between(first: object, last: object) -> Callable[[str], Asked]:
    """Return a filling of `{where:column}` that takes the rows from one key to another."""
    return lambda column: Asked(f"{column} >= ? AND {column} <= ?", (first, last))


def after(columns: Sequence[str], last: Sequence[object] | None) -> Asked:
    """Return the condition that takes what follows the last key, of one column or of several."""
    if last is None:
        return Asked("1 = 1", ())
    words, values = [], []
    for index, column in enumerate(columns):
        same = [f"{before} = ?" for before in columns[:index]]
        words.append(" AND ".join([*same, f"{column} > ?"]))
        values += [*last[:index], last[index]]
    return Asked("(" + " OR ".join(f"({one})" for one in words) + ")", tuple(values))


def render(
    text: str,
    dialect: Dialect,
    *,
    count: int | None = None,
    where: Callable[[str], Asked] | None = None,
    marks: tuple[int, int] = (0, 0),
    values: Mapping[str, object] | None = None,
) -> Asked:
    """Return a text with its places filled, and its values in the order they stand."""
    given: list[object] = []
    bound = {"top": dialect.top, "limit": dialect.limit}

    def fill(found: re.Match[str]) -> str:
        place, column = found[1], found[2] or ""
        if place in bound:
            return "" if count is None else bound[place].format(count=count)
        if place == "version":
            return f"CAST({column} AS bigint)"
        if place == "value":
            given.append((values or {})[column])
            return "?"
        if place in ("later", "until"):
            given.append(marks[place == "until"])
            sign = {"later": ">", "until": "<="}[place]
            return dialect.later.format(column=column, sign=sign)
        condition = where(column) if where else Asked("1 = 1", ())
        given.extend(condition.values)
        return condition.statement

    return Asked(_PLACE.sub(fill, text), tuple(given))
