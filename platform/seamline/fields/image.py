"""Image: pictures."""

from __future__ import annotations

from seamline.text import Text

from . import files
from .kind import Kind

TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic")


KIND = Kind(
    name="image",
    title=Text("图片", "Image"),
    value_type=files.is_file,
    column=files.column,
    parse=files.reader(TYPES),
    to_json=files.to_json,
    to_text=files.to_text,
    show=files.show,
    value_schema=lambda field: files.schema(files.most_of(field)),
    widget="image",
    settings=files.SETTINGS,
    operators=(),
    dump=files.to_json,
    load=files.load,
)
