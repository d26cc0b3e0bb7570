"""What a field kind is: one object that knows its schema, column, reading and showing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Literal

from seamline.facts import Value
from seamline.metadata import Field
from seamline.problems import Problem, shorten
from seamline.scope import ValueType
from seamline.text import Language, Text

ColumnType = Literal[
    "text", "integer", "decimal", "boolean", "date", "datetime", "reference", "json", "set", "none"
]


@dataclass(frozen=True, slots=True)
class Column:
    """How a value is stored, without naming a database library.

    `length` bounds text; `scale` is the number of decimals; `target` is the form a reference
    points at. `set` is a tuple of words; `json` a document; `none` has no column of its own.
    """

    type: ColumnType
    length: int = 0
    scale: int = 0
    target: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a kind may need to read or show a value."""

    language: Language = "zh"
    zone: tzinfo | None = None


class Invalid(Exception):
    """A value does not fit its field; `problem` has no place yet."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def seen(value: object) -> str:
    """Return any input as short text for a message; never raises, however odd the input."""
    if isinstance(value, str):
        return shorten(value).encode("utf-8", "replace").decode()
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and value.bit_length() > 200:  # printing it could take very long
        return "…"
    if isinstance(value, (int, float, Decimal, date, timedelta)):
        return shorten(str(value))
    if isinstance(value, (list, tuple)):
        return f"[… {len(value)}]"
    if isinstance(value, Mapping):
        return f"{{… {len(value)}}}"
    return type(value).__name__


def invalid(code: str, zh: str, en: str, value: object = None, hint: Text | None = None) -> Invalid:
    """Return the refusal of `value` (ready to raise); `zh` and `en` are whole sentences."""
    got = None if value is None else seen(value)
    return Invalid(Problem(code, Text(zh, en), hint=hint, got=got))


@dataclass(frozen=True, slots=True)
class Kind:
    """One field kind.

    `settings` is a JSON Schema `properties` fragment for what the author may write beside the
    common field keys; `settings_required` names those that must be there.
    `parse` turns a form string or a JSON value into a `Value` (never None or blank: the caller
    handles absence) or raises `Invalid`.
    `to_json` gives the API's JSON value, `to_text` the string an input or CSV cell holds (parse
    reads it back), `show` what a person reads.
    `value_schema` is the JSON Schema of the API's value.
    `check` is called at load with the field and returns problems of its settings that a schema
    cannot say (places relative to the field).
    `widget` names what draws its control (`ui/forms/widgets.py`), `icon` what stands for it.
    `dump` and `load` turn a value into what its column holds and back, where the column's own
    type is not the value's (a duration in whole seconds, files as a JSON document); where they
    are None the column holds the value as it is.
    """

    name: str
    title: Text
    value_type: Callable[[Field], ValueType]
    column: Callable[[Field], Column]
    parse: Callable[[Field, Any, Reading], Value]
    to_json: Callable[[Field, Value], Any]
    to_text: Callable[[Field, Value], str]
    show: Callable[[Field, Value, Reading], str]
    value_schema: Callable[[Field], Mapping[str, Any]]
    widget: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    settings_required: tuple[str, ...] = ()
    operators: tuple[str, ...] = ("==", "!=", "in")
    check: Callable[[Field], list[Problem]] | None = None
    written: bool = True  # False: the platform fills it (computed, lookup, code)
    in_tables: bool = True  # may be a column of a sub-table
    dump: Callable[[Field, Value], Any] | None = None
    load: Callable[[Field, Any], Value] | None = None
    icon: str = "file"
