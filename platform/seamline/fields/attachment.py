"""Attachment: files of any kind, such as a signed contract."""

from __future__ import annotations

from seamline.text import Text

from . import files
from .kind import Kind

KIND = Kind(
    name="attachment",
    title=Text("附件", "Attachment"),
    value_type=files.is_file,
    column=files.column,
    parse=files.reader(()),
    to_json=files.to_json,
    to_text=files.to_text,
    show=files.show,
    value_schema=lambda field: files.schema(files.most_of(field)),
    widget="attachment",
    icon="paperclip",
    settings=files.SETTINGS,
    operators=(),
    dump=files.to_json,
    load=files.load,
)
