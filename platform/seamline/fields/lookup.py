"""Lookup: a value of the referenced record, copied when the record is saved.

What it holds depends on the field it looks up, which stands in another form: use
`fields.stands_for` where the column, the schema or the labels of that field are needed.
"""

from __future__ import annotations

from seamline.text import Text

from . import typed, words
from .fragments import ID_PATTERN, said
from .kind import Column, Kind

KIND = Kind(
    name="lookup",
    title=Text("带出值", "Looked-up value"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=4000),
    parse=lambda _field, raw, _reading: words.line(raw, 4000),
    to_json=typed.to_json,
    to_text=typed.to_text,
    show=typed.show,
    value_schema=lambda _field: {"readOnly": True},
    widget="shown",
    icon="search",
    settings={
        "from": said(
            "本表单中的引用字段。",
            "The reference field of this form.",
            {"type": "string", "pattern": ID_PATTERN},
        ),
        "field": said(
            "被引用记录的字段。",
            "The field of the referenced record.",
            {"type": "string", "pattern": ID_PATTERN},
        ),
    },
    settings_required=("from", "field"),
    written=False,
)
