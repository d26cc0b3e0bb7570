"""Code: a number from a sequence, given by the platform."""

from __future__ import annotations

from seamline.text import Text

from . import words
from .fragments import said
from .kind import Column, Kind

LENGTH = 100

KIND = Kind(
    name="code",
    title=Text("编码", "Code"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=LENGTH),
    parse=lambda _field, raw, _reading: words.line(raw, LENGTH),
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda _field: {"type": "string", "maxLength": LENGTH, "readOnly": True},
    widget="shown",
    icon="tag",
    settings={
        "pattern": said(
            "编码规则，如 WO-{year}-{number:4}。",
            "How the code is made, such as WO-{year}-{number:4}.",
            {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "[{]number(:[0-9])?[}]"},
        )
    },
    settings_required=("pattern",),
    written=False,
    in_tables=False,
)
