"""E-mail: an address one can write to."""

from __future__ import annotations

import re
from typing import Any

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import words
from .kind import Column, Kind, Reading, invalid, seen

LENGTH = 254
# Pragmatic, after what mail servers accept: no quoting, no comments, a dot in the domain.
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,:;\"']{1,64}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read an e-mail address, its domain in lower case; raise Invalid otherwise."""
    text = words.half_width(words.line(raw, LENGTH))
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    whole = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    if whole and _LOCAL.fullmatch(local) and ".." not in local and local.strip(".") == local:
        return f"{local}@{domain.lower()}"
    raise invalid(
        "email_expected",
        f"应为电子邮箱，收到“{seen(text)}”。",
        f"Expected an e-mail address, got '{seen(text)}'.",
        text,
        Text("请写成 name@example.com。", "Write it like name@example.com."),
    )


KIND = Kind(
    name="email",
    title=Text("电子邮箱", "E-mail"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=LENGTH),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda _field: {"type": "string", "minLength": 3, "maxLength": LENGTH},
    widget="email",
    icon="mail",
)
