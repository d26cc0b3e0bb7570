"""Choice: one of a list of options."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import options, words
from .fragments import OPTIONS
from .kind import Column, Kind, Reading


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read the word or label of an option; raise Invalid with the nearest option otherwise."""
    return options.find(field, raw)


def show(field: Field, value: Value, reading: Reading) -> str:
    """Return the option's label."""
    return options.label(field, value, reading.language)


KIND = Kind(
    name="choice",
    title=Text("单选", "Choice"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=40),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=show,
    value_schema=lambda field: {"enum": list(options.words_of(field))},
    widget="choice",
    icon="list",
    settings={"options": OPTIONS},
    settings_required=("options",),
    check=options.check,
)
