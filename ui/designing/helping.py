"""Help beside an editor: what its kind of document is for and what can be said in it, by schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from seamline import schema
from seamline.text import Language

BESIDE = " · "  # between the Chinese and the English of a description


@dataclass(frozen=True, slots=True)
class Help:
    """What a kind of document is, and its keys with what each says."""

    about: str
    keys: tuple[tuple[str, str], ...]


@cache
def helped(kind: str, language: Language) -> Help | None:
    """Return the help for documents of a kind, None where nothing is known of it."""
    law = schema.assembled().get(kind)
    if law is None:
        return None
    keys = []
    for key, inside in law.get("properties", {}).items():
        said = _said(_described(inside, law), language)
        if key not in ("seamline", kind) and said:
            keys.append((key, said))
    return Help(_said(str(law.get("description", "")), language), tuple(keys))


def _described(inside: Mapping[str, Any], law: Mapping[str, Any]) -> str:
    """Return the description of a key, its definition's where it has none of its own."""
    if "description" in inside:
        return str(inside["description"])
    name = str(inside.get("$ref", "")).rpartition("/")[2]
    return str(law.get("$defs", {}).get(name, {}).get("description", ""))


def _said(both: str, language: Language) -> str:
    zh, _sign, en = both.partition(BESIDE)
    return zh if language == "zh" else en or zh
