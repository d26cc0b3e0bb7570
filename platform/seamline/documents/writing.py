"""Plain data as the YAML (or JSON) a person would have written: short things on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .scalars import UnfitNumber, plain

WIDTH = 110  # characters that a line in brackets may have
# What is said in brackets however long it is: nobody reads a condition as a staircase.
IN_BRACKETS = ("when", "where", "visible_when", "required_when", "lock")
_PLAIN = re.compile(r"(?:=(?=[a-z])|[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~])[^\n]*")
_UNFIT = re.compile(r": |:$| #|^\s|\s$|[\x00-\x1f\x7f\x85\u2028\u2029\ufeff]")
_BRACKETED = re.compile(r"[,\[\]{}:]")


def scalar(value: Any, *, flow: bool = False, style: str = "") -> str:
    """Return a scalar; `style` is the quote that stood there before, kept where it can be."""
    if isinstance(value, str):
        if style == "'" and "\n" not in value and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        return value if style != '"' and _plain(value, flow) else quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value)


def quoted(value: str) -> str:
    """Return a text in double quotes."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\x85", "\\x85")


def _plain(value: str, flow: bool) -> bool:
    """Say whether a text reads as itself without quotes."""
    if not _PLAIN.fullmatch(value) or _UNFIT.search(value) or not value.isprintable():
        return False
    if flow and _BRACKETED.search(value):
        return False
    try:
        return plain(value) == value and isinstance(plain(value), str)
    except UnfitNumber:
        return False


def in_brackets(value: Any, json_: bool = False) -> str:
    """Return a value on one line."""
    if json_:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{scalar(key, flow=True)}: {in_brackets(one)}"
                           for key, one in value.items())  # fmt: skip
        return f"{{{inside}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(in_brackets(one) for one in value)}]"
    return scalar(value, flow=True)


def entry(key: str, value: Any, indent: int) -> str:
    """Return `key: value` as lines that begin at column `indent` (the first without it)."""
    name = scalar(key)
    if not isinstance(value, (Mapping, Sequence)) or isinstance(value, str) or not value:
        return f"{name}: {in_brackets(value) if value in ({}, []) else _words(value, indent)}"
    line = f"{name}: {in_brackets(value)}"
    # The `when` of a scenario is an act with its values, not a condition.
    condition = key in IN_BRACKETS and "step" not in value
    if condition or _short(value, len(line) + indent):
        return line
    inner = indent + 2
    if isinstance(value, Mapping):
        lines = [entry(one, inside, inner) for one, inside in value.items()]
        return "\n".join([f"{name}:", *(" " * inner + one for one in lines)])
    return "\n".join([f"{name}:", *(" " * inner + item(one, inner) for one in value)])


def item(value: Any, indent: int) -> str:
    """Return `- value` as lines that begin at column `indent` (the first without it)."""
    if not isinstance(value, Mapping) or not value:
        return f"- {in_brackets(value)}" if not isinstance(value, str) else f"- {scalar(value)}"
    line = f"- {in_brackets(value)}"
    if _short(value, len(line) + indent):
        return line
    inner = indent + 2
    lines = [entry(key, inside, inner) for key, inside in value.items()]
    return "- " + ("\n" + " " * inner).join(lines)


def _words(value: Any, indent: int) -> str:
    """Return a scalar; several lines of text stand below their key."""
    fit = isinstance(value, str) and "\n" in value.strip("\n") and not value.startswith((" ", "\n"))
    if fit and value == value.rstrip() and all(one == "\n" or one.isprintable() for one in value):
        lines = value.split("\n")
        return "|-\n" + "\n".join(" " * (indent + 2) + line if line else "" for line in lines)
    return scalar(value)


def _short(value: Any, width: int) -> bool:
    """Say whether a value reads well on one line: short, and no list of things with insides."""
    if width > WIDTH:
        return False
    if isinstance(value, Mapping):
        return all(_short(one, 0) for one in value.values() if isinstance(one, (list, tuple)))
    return not any(isinstance(one, (Mapping, list, tuple)) for one in value)
