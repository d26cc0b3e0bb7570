"""Multi-choice: several of a list of options, kept in the options' own order."""

from __future__ import annotations

import re
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import options
from .fragments import OPTIONS
from .kind import Column, Kind, Reading, invalid, seen
from .words import half_width

_BETWEEN = re.compile("[,;、\n]")
_LONGEST = 50_000


def parse(field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a list of words, or text with commas between them; raise Invalid otherwise."""
    if isinstance(raw, str) and len(raw) <= _LONGEST:
        raw = [part for part in _BETWEEN.split(half_width(raw)) if part.strip()]
    if not isinstance(raw, (list, tuple)):
        raise invalid(
            "list_expected",
            f"应为列表，收到 {seen(raw)}。",
            f"Expected a list, got {seen(raw)}.",
            raw,
        )
    known = options.words_of(field)
    if len(raw) > max(2 * len(known), 20):
        raise invalid(
            "too_many_items",
            f"最多 {len(known)} 项，收到 {len(raw)} 项。",
            f"At most {len(known)} options, got {len(raw)}.",
            raw,
        )
    chosen = {options.find(field, word) for word in raw}
    return tuple(word for word in known if word in chosen)


def to_text(_field: Field, value: Value) -> str:
    """Return the words with commas between them."""
    return ",".join(str(word) for word in value) if isinstance(value, tuple) else ""


def show(field: Field, value: Value, reading: Reading) -> str:
    """Return the labels with commas between them."""
    chosen = value if isinstance(value, tuple) else ()
    labels = [options.label(field, word, reading.language) for word in chosen]
    return ("、" if reading.language == "zh" else ", ").join(labels)


KIND = Kind(
    name="multi_choice",
    title=Text("多选", "Multi-choice"),
    value_type=lambda _field: "list",
    column=lambda _field: Column("set"),
    parse=parse,
    to_json=lambda _field, value: list(value) if isinstance(value, tuple) else [],
    to_text=to_text,
    show=show,
    value_schema=lambda field: {
        "type": "array",
        "items": {"enum": list(options.words_of(field))},
        "uniqueItems": True,
    },
    widget="multi_choice",
    icon="list-checks",
    settings={"options": OPTIONS},
    settings_required=("options",),
    operators=("in",),
    check=options.check,
)
