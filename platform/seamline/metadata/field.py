"""A field of a form, and the section it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.text import Text

from .paper import Read
from .prefill import Prefill

Condition = Mapping[str, Any]  # a JsonLogic document, checked by conditions.parse


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what every kind shares; `settings` holds what only its kind knows.

    `prefill` are what it may start from, the first source that knows anything first.
    `read` says what it is on a paper. `fields` are the columns of a sub-table (kind `table`) and
    empty otherwise.
    """

    id: str
    kind: str
    label: Text
    required: bool = False
    help: Text | None = None
    default: Any = None
    unique: bool = False
    visible_when: Condition | None = None
    required_when: Condition | None = None
    prefill: tuple[Prefill, ...] = ()
    read: Read | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields on the form."""

    id: str
    title: Text
    fields: tuple[Field, ...]
