"""The constant part of a field on a page: made once per form version and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from seamline.fields import kind_of
from seamline.fields.fragments import text_of
from seamline.fields.kind import Kind
from seamline.metadata import Field
from seamline.text import Language

from .words import unit_of

WHOLE_ROW = frozenset({"long_text", "multi_choice"})
ROOMY = frozenset({"reference", "text", "long_text", "attachment", "image", "multi_choice"})
FIGURES = frozenset({"integer", "decimal", "money", "percent"})
# What the browser is told about a kind: the type of the input and the keyboard a phone shows.
INPUTS: Mapping[str, Mapping[str, str]] = {
    "integer": {"type": "text", "inputmode": "numeric"},
    "decimal": {"type": "text", "inputmode": "decimal"},
    "money": {"type": "text", "inputmode": "decimal"},
    "percent": {"type": "text", "inputmode": "decimal"},
    # With a year of four digits at most, typing one leads on to the month.
    "date": {"type": "date", "max": "9999-12-31"},
    "datetime": {"type": "datetime-local", "max": "9999-12-31T23:59"},
    "phone": {"type": "tel", "autocomplete": "off"},
    "email": {"type": "email", "autocomplete": "off"},
    "url": {"type": "url", "autocomplete": "off"},
    "boolean": {},
    "choice": {},
    "multi_choice": {},
    "long_text": {},
    "attachment": {},
    "image": {"accept": "image/*"},
    "signature": {"accept": "image/*"},
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    id: str
    label: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """A field's label, help, choices and attributes, in one language.

    `table` is the sub-table whose column it is, empty elsewhere; a column's label stands in its
    head. `lookup` is the address that answers which records a reference could mean.
    """

    field: Field
    kind: Kind
    table: str
    label: str
    help: str
    unit: str
    options: tuple[Option, ...]
    attributes: Markup
    numeric: bool
    lookup: str = ""

    @property
    def column(self) -> bool:
        """Return whether it stands in a sub-table."""
        return bool(self.table)

    @property
    def written(self) -> bool:
        """Return whether a person fills it, not the platform."""
        return self.kind.written


def control(field: Field, language: Language, table: str = "", lookup: str = "") -> Control:
    """Return the constant part of `field`, a column of `table` where that is given."""
    kind = kind_of(field)
    return Control(
        field=field,
        kind=kind,
        table=table,
        label=field.label.in_(language),
        help=field.help.in_(language) if field.help else "",
        unit=unit_of(field, language),
        options=options_of(field, language),
        attributes=_attributes(field),
        numeric=is_numeric(field),
        lookup=lookup,
    )


def is_numeric(field: Field) -> bool:
    """Return whether a field's values are figures, which stand to the right."""
    return field.kind in FIGURES or kind_of(field).value_type(field) == "number"


def options_of(field: Field, language: Language) -> tuple[Option, ...]:
    """Return the choices of a field in one language."""
    return tuple(
        Option(
            str(option["id"]),
            text_of(option["label"]).in_(language),
            str(option.get("colour", "")),
        )
        for option in field.settings.get("options", ())
    )


def _attributes(field: Field) -> Markup:
    """Return the attributes that are the same on every page: type, keyboard, length."""
    given = dict(INPUTS.get(field.kind, {"type": "text"}))
    longest = field.settings.get("max_length")
    if longest and field.kind in ("text", "long_text"):
        given["maxlength"] = str(longest)
    if field.kind == "date":
        ends = {end: str(field.settings.get(end) or "") for end in ("min", "max")}
        given |= {end: day for end, day in ends.items() if day not in ("", "today")}
    if field.settings.get("types"):
        given["accept"] = ",".join(field.settings["types"])
    if field.settings.get("max_files", 10) != 1 and field.kind in ("attachment", "image"):
        given["multiple"] = ""
    return Markup("".join(f' {name}="{escape(value)}"' for name, value in given.items()))
