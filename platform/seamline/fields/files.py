"""Reading and showing lists of stored files, for the kinds that hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from seamline.facts import Capture, FileRef, Value
from seamline.metadata import Field
from seamline.scope import ValueType
from seamline.text import Text

from . import words
from .fragments import count, said
from .kind import Column, Invalid, Reading, invalid, seen

MOST, MEGABYTES = 10, 10
_PARTS = ("sha256", "name", "media_type", "size")
_CAPTURE = "capture"
Told = Callable[[Any], Capture]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,126}")
_LONGEST = 20_000
SETTINGS = {
    "max_files": count("最多文件数。", "Most files.", 1, 100, MOST),
    "max_megabytes": count(
        "每个文件最多多少 MB。", "Most megabytes of one file.", 1, 1000, MEGABYTES
    ),
    "types": said(
        "允许的类型，如 application/pdf、image/*。",
        "Media types allowed, such as application/pdf or image/*.",
        {
            "type": "array",
            "items": {"type": "string", "pattern": "^[a-z0-9.+-]+/([a-z0-9.+-]+|[*])$"},
            "minItems": 1,
            "maxItems": 50,
            "uniqueItems": True,
        },
    ),
}


def most_of(field: Field) -> int:
    """Return the most files the field takes."""
    return int(field.settings.get("max_files", MOST))


def reader(types: tuple[str, ...]) -> Callable[[Field, Any, Reading], Value]:
    """Return what reads a list of stored files of these types (any where none is named)."""
    return lambda field, raw, _reading: read(field, raw, most_of(field), types)


def read(
    field: Field, raw: Any, most: int, types: tuple[str, ...], told: Told | None = None
) -> tuple[FileRef, ...]:
    """Read a list of stored files (as JSON or its text); raise Invalid otherwise.

    `told` reads what may come with a photo; without it nothing may.
    """
    if isinstance(raw, str):
        raw = _from_text(raw)
    if not isinstance(raw, (list, tuple)):
        raise _refusal(raw)
    if len(raw) > most:
        raise invalid(
            "too_many_files",
            f"最多 {most} 个文件，收到 {len(raw)} 个。",
            f"At most {most} files, got {len(raw)}.",
            raw,
        )
    allowed = tuple(field.settings.get("types", types))
    megabytes = int(field.settings.get("max_megabytes", MEGABYTES))
    return tuple(_checked(_file(item, told), allowed, megabytes) for item in raw)


def _from_text(raw: str) -> Any:
    if len(raw) > _LONGEST:
        raise _refusal(raw)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise _refusal(raw) from None


def _file(item: Any, told: Told | None) -> FileRef:
    if isinstance(item, FileRef):
        return item
    given = item.get(_CAPTURE) if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or set(item) - {_CAPTURE} != set(_PARTS):
        raise _refusal(item)
    if given is not None and told is None:
        raise _refusal(item)
    capture = told(given) if told is not None and given is not None else None
    sha256, media_type, size = item["sha256"], item["media_type"], item["size"]
    sound = (
        isinstance(sha256, str) and _SHA256.fullmatch(sha256)
        and isinstance(media_type, str) and _MEDIA_TYPE.fullmatch(media_type)
        and isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**50
    )  # fmt: skip
    if not sound:
        raise _refusal(item)
    name = words.line(item["name"], 255)
    if "/" in name or "\\" in name:
        raise _refusal(item)
    return FileRef(sha256, name, media_type, size, capture)


def _checked(file: FileRef, allowed: tuple[str, ...], megabytes: int) -> FileRef:
    whole = file.media_type.partition("/")[0] + "/*"
    if allowed and file.media_type not in allowed and whole not in allowed:
        few = ", ".join(allowed[:8])
        raise invalid(
            "file_type",
            f"“{file.name}”的类型 {file.media_type} 不被接受。",
            f"'{file.name}' is {file.media_type}, which is not accepted.",
            file.media_type,
            Text(f"可用：{few}。", f"Accepted: {few}."),
        )
    if file.size > megabytes * 1_000_000:
        raise invalid(
            "file_too_large",
            f"“{file.name}”超过 {megabytes} MB。",
            f"'{file.name}' is larger than {megabytes} MB.",
            str(file.size),
        )
    return file


def _refusal(raw: Any) -> Invalid:
    return invalid(
        "files_expected",
        f"应为已上传的文件列表，收到“{seen(raw)}”。",
        f"Expected a list of uploaded files, got '{seen(raw)}'.",
        raw,
        Text("请先上传文件。", "Upload the file first."),
    )


def to_json(_field: Field, value: Value) -> Any:
    """Return the files as a list of objects."""
    return [
        {"sha256": file.sha256, "name": file.name, "media_type": file.media_type, "size": file.size}
        for file in (value if isinstance(value, tuple) else ())
        if isinstance(file, FileRef)
    ]


def to_text(field: Field, value: Value) -> str:
    """Return the files as JSON text, for a hidden input or a cell."""
    return json.dumps(to_json(field, value), ensure_ascii=False, separators=(",", ":"))


def show(field: Field, value: Value, reading: Reading) -> str:
    """Return the names of the files."""
    names = [file["name"] for file in to_json(field, value)]
    return ("、" if reading.language == "zh" else ", ").join(names)


def load(_field: Field, stored: Any) -> Value:
    """Return the files of a stored JSON document."""
    return tuple(FileRef(*(item[part] for part in _PARTS)) for item in stored)


def is_file(_field: Field) -> ValueType:
    """Say that conditions and formulas see files (their number)."""
    return "file"


def column(_field: Field) -> Column:
    """Return the JSON column that holds the list."""
    return Column("json")


def schema(most: int, capture: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the JSON Schema of a list of at most `most` files, with what may come with each."""
    more = {} if capture is None else {_CAPTURE: {**capture, "writeOnly": True}}
    return {
        "type": "array",
        "maxItems": most,
        "items": {
            "type": "object",
            "properties": {
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "name": {"type": "string", "minLength": 1, "maxLength": 255},
                "media_type": {"type": "string", "maxLength": 191},
                "size": {"type": "integer", "minimum": 0},
                **more,
            },
            "required": list(_PARTS),
            "additionalProperties": False,
        },
    }
