"""Web address: http or https only, so that a link can never run a script."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from seamline.facts import Value
from seamline.metadata import Field
from seamline.text import Text

from . import words
from .kind import Column, Invalid, Kind, Reading, invalid, seen

LENGTH = 2000
_SIGNS = re.compile(r"[^\s<>\"\\^`{|}]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?![0-9])")


def parse(_field: Field, raw: Any, _reading: Reading) -> Value:
    """Read an http(s) address with a host and without credentials; raise Invalid otherwise."""
    text = words.line(raw, LENGTH)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise _refusal(text) from None
    if parts.scheme not in ("http", "https") or not host or not _SIGNS.fullmatch(text):
        raise _refusal(text)
    if "@" in parts.netloc:
        raise invalid(
            "credentials_in_url",
            "网址中不得带用户名或密码。",
            "A web address must not carry a user name or password.",
        )
    return text


def _refusal(text: str) -> Invalid:
    hint = None
    if not _SCHEME.match(text):
        hint = Text("请在前面加上 https://。", "Put https:// in front.")
    return invalid(
        "url_expected",
        f"应为 http 或 https 网址，收到“{seen(text)}”。",
        f"Expected an http or https address, got '{seen(text)}'.",
        text,
        hint,
    )


KIND = Kind(
    name="url",
    title=Text("网址", "Web address"),
    value_type=words.is_text,
    column=lambda _field: Column("text", length=LENGTH),
    parse=parse,
    to_json=words.as_it_is,
    to_text=words.as_it_is,
    show=words.show,
    value_schema=lambda _field: {
        "type": "string",
        "format": "uri",
        "pattern": "^https?://",
        "maxLength": LENGTH,
    },
    widget="url",
    icon="external-link",
)
