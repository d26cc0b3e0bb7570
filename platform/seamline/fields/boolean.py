"""Boolean: yes or no."""

from __future__ import annotations

from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from .kind import Column, Kind, Reading, invalid, seen
from .words import half_width

# What people, spreadsheets and browsers write for yes and no.
_WORDS = {
    "true": True, "yes": True, "y": True, "on": True, "1": True, "是": True, "对": True,
    "false": False, "no": False, "n": False, "off": False, "0": False, "否": False, "不": False,
}  # fmt: skip


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a truth value or one of the words for it; raise Invalid otherwise."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and len(raw) <= 20:
        known = _WORDS.get(half_width(raw).strip().lower())
        if known is not None:
            return known
    word = seen(raw)
    raise invalid(
        "boolean_expected",
        f"应为“是”或“否”，收到“{word}”。",
        f"Expected yes or no, got '{word}'.",
        raw,
        Text("请写 是/否、true/false 或 1/0。", "Write yes or no, true or false, 1 or 0."),
    )


def show(_field: Field, value: Value, reading: Reading) -> str:
    """Return `是` / `否`, `Yes` / `No`."""
    return (Text("是", "Yes") if value else Text("否", "No")).in_(reading.language)


KIND = Kind(
    name="boolean",
    title=Text("是否", "Yes or no"),
    value_type=lambda _field: "boolean",
    column=lambda _field: Column("boolean"),
    parse=parse,
    to_json=lambda _field, value: value,
    to_text=lambda _field, value: "true" if value else "false",
    show=show,
    value_schema=lambda _field: {"type": "boolean"},
    widget="boolean",
    icon="toggle-right",
    operators=("==", "!="),
)
