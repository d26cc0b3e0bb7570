"""Image: pictures, and photos that have to be proof."""

from __future__ import annotations

from functools import partial
from typing import Any

from seamline.facts import Capture, Value
from seamline.metadata import Field
from seamline.problems import Place, Problem
from seamline.text import Text

from . import files, proof
from .kind import Kind, Reading

TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic")


def _parse(field: Field, raw: Any, reading: Reading) -> Value:
    most = files.most_of(field)
    if proof.proof_of(field) is None:
        return files.read(field, raw, most, TYPES)
    return files.read(field, raw, most, proof.TYPES, partial(_told, field, reading))


def _told(field: Field, reading: Reading, raw: Any) -> Capture:
    return proof.capture(field, raw, reading)


def _check(field: Field) -> list[Problem]:
    """Return a problem for each type that cannot be looked at as proof."""
    if proof.proof_of(field) is None:
        return []
    odd = [one for one in field.settings.get("types", ()) if one not in proof.TYPES]
    hint = Text(f"可用：{'、'.join(proof.TYPES)}。", f"Use {', '.join(proof.TYPES)}.")
    return [
        Problem(
            "proof_type",
            Text(f"不能对 {one} 取证。", f"{one} cannot be looked at as proof."),
            Place("types"),
            hint,
            one,
        )
        for one in odd
    ]


def _value_schema(field: Field) -> dict[str, Any]:
    told = proof.CAPTURE if proof.proof_of(field) is not None else None
    return files.schema(files.most_of(field), told)


KIND = Kind(
    name="image",
    title=Text("图片", "Image"),
    value_type=files.is_file,
    column=files.column,
    parse=_parse,
    to_json=files.to_json,
    to_text=files.to_text,
    show=files.show,
    value_schema=_value_schema,
    widget="image",
    icon="image",
    settings={**files.SETTINGS, "proof": proof.SETTING},
    operators=(),
    check=_check,
    dump=files.to_json,
    load=files.load,
)
