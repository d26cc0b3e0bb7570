"""Which column holds which field: the type, the way in and the way out, fixed once per form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.types import TypeEngine

from seamline.fields import kind_of, stands_for
from seamline.fields.kind import Column as Shape, Kind
from seamline.metadata import Field, Form
from seamline.scope import ValueType

from . import plain
from .types import Day, Exact, Moment, RecordId, WordSet, integers, truths, words


@dataclass(frozen=True, slots=True)
class Cell:
    """One stored field: how it is kept, and how its value goes in and comes out.

    `write` and `read` are None where the column holds the value as it is.
    """

    field: Field
    shape: Shape
    value_type: ValueType
    write: Callable[[Any], Any] | None
    read: Callable[[Any], Any] | None

    @property
    def target(self) -> str:
        """The form that a reference points at; empty for any other field."""
        return self.shape.target if self.shape.type == "reference" else ""

    def signature(self) -> str:
        """Return what the column holds as a word that stays equal as long as its data fit.

        The length of a text is left out: it is checked by the platform, not by the database.
        """
        shape = self.shape
        match shape.type:
            case "decimal":
                return f"decimal({shape.scale})"
            case "reference":
                return f"reference({shape.target})"
            case _ if self.value_type in ("duration", "file", "place"):
                return f"{shape.type}/{self.value_type}"
            case _:
                return shape.type


def cell_of(field: Field, beside: Sequence[Field], forms: Mapping[str, Form]) -> Cell | None:
    """Return how `field` is kept; None where it has no column (a sub-table).

    `beside` are the fields among which a looked-up value finds its reference: such a value is
    kept the way the field is that it repeats.
    """
    found = stands_for(field, beside, forms)
    if found is None:
        return None
    kept = found[0]
    kind = kind_of(kept)
    shape = kind.column(kept)
    if shape.type == "none":
        return None
    return Cell(
        field, shape, kind.value_type(kept), _writer(kind, kept, shape), _reader(kind, kept, shape)
    )


def _writer(kind: Kind, field: Field, shape: Shape) -> Callable[[Any], Any] | None:
    dumped = kind.dump
    if shape.type == "json":
        return lambda value: plain.dump(dumped(field, value) if dumped else value)
    return None if dumped is None else lambda value: dumped(field, value)


def _reader(kind: Kind, field: Field, shape: Shape) -> Callable[[Any], Any] | None:
    loaded = kind.load
    if shape.type == "json":
        return lambda stored: loaded(field, plain.load(stored)) if loaded else plain.load(stored)
    return None if loaded is None else lambda stored: loaded(field, stored)


def column_type(shape: Shape) -> TypeEngine[Any]:
    """Return the database type for what a kind says of its column."""
    match shape.type:
        case "integer":
            return integers()
        case "decimal":
            return Exact(shape.scale)
        case "boolean":
            return truths()
        case "date":
            return Day()
        case "datetime":
            return Moment()
        case "reference":
            return RecordId()
        case "set":
            return WordSet()
        case _:  # text, and documents as text: only text gives back the same bytes everywhere
            return words()
