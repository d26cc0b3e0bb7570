"""What a field kind is: one object that knows its schema, column, reading and showing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Literal

from seamline.facts import Value
from seamline.metadata import Field
from seamline.problems import Problem
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
        super().__init__(problem.sentence("en"))
        self.problem = problem


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
    `widget` names the template under `ui/templates/fields/`.
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
