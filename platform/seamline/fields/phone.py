"""Phone: a number of mainland China, or any number with its country code."""

from __future__ import annotations

import re
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import words
from .kind import Column, Kind, Reading, invalid, seen

LENGTH = 24
_BETWEEN = re.compile(r"[\s().]|(?<=\+)-")
_WORLD = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(
    r"(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([1-9][0-9]{6,7})(?:(?:-|转|ext|x)([0-9]{1,6}))?"
)
_SERVICE = re.compile(r"([48]00)-?([0-9]{3})-?([0-9]{4})")
_SHORT = re.compile(r"1[0-2][0-9]{1,3}|9[56][0-9]{3,4}")


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read a phone number into one spelling; raise Invalid otherwise."""
    text = words.half_width(words.line(raw, 2 * LENGTH))
    value = _spelled(_BETWEEN.sub("", text).lower())
    if value is not None:
        return value
    raise invalid(
        "phone_expected",
        f"应为电话号码，收到“{seen(text)}”。",
        f"Expected a phone number, got '{seen(text)}'.",
        text,
        Text(
            "请写成 13812345678、021-12345678 或 +4930123456。",
            "Write it like 13812345678, 021-12345678 or +4930123456.",
        ),
    )


def _spelled(text: str) -> str | None:
    bare = text.replace("-", "")
    world = "+" + bare[2:] if bare.startswith("00") else bare
    if _WORLD.fullmatch(world):
        return world
    if _MOBILE.fullmatch(bare) or _SHORT.fullmatch(bare):
        return bare
    parts = _LANDLINE.fullmatch(text) or _SERVICE.fullmatch(text)
    return "-".join(part for part in parts.groups() if part) if parts else None


KIND = Kind(
    name="phone",
    title=Text("电话", "Phone"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=LENGTH),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda _field: {"type": "string", "minLength": 3, "maxLength": 2 * LENGTH},
    widget="phone",
    icon="phone",
)
