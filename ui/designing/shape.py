"""What the language allows at a place of a document, read from its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from seamline import schema
from seamline.documents import Path, value_at
from seamline.text import Language

Part = Mapping[str, Any]
SIMPLE = ("text", "tick", "choice", "number", "line", "words")
MOST_COLUMNS = 6  # of things that are edited as the rows of a small table


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys that may stand at a place, each with its part of the schema, in their order."""

    properties: Mapping[str, Part]
    required: frozenset[str]

    @property
    def order(self) -> tuple[str, ...]:
        """The keys in the order in which people write them."""
        return tuple(self.properties)


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Any]:
    return schema.assembled()


def shape_of(kind: str, data: Any, path: Path) -> Shape:
    """Return what may stand at `path` of a document; nothing where the schema ends before."""
    root = _schemas()[kind]
    here = _whole(root, root, data)
    for step in path:
        part = here.get("items") if isinstance(step, int) else here["properties"].get(step)
        data = value_at(data, (step,))
        here = _whole(root, part or {}, data)
    return Shape(here["properties"], frozenset(here.get("required", ())))


def part_within(kind: str, part: Part) -> Part:
    """Return a part with what it refers to put in."""
    return _resolved(_schemas()[kind], part)


def items_of(kind: str, part: Part) -> Part:
    """Return the part that describes the items of a list."""
    return _whole(_schemas()[kind], part_within(kind, part).get("items", {}), None)


def control_of(kind: str, part: Part) -> str:
    """Return how a part is edited: by which control, or as its source."""
    name = _name(part)
    whole = part_within(kind, part)
    if name in ("text", "condition"):
        return name
    if "enum" in whole:
        return "choice"
    if "const" in whole:
        return "fixed"
    plain = {"boolean": "tick", "integer": "number", "number": "number", "string": "line"}
    if isinstance(whole.get("type"), str) and whole["type"] in plain:
        return plain[whole["type"]]
    if whole.get("type") == "array":
        return _list_control(kind, whole)
    if whole.get("type") == "object" and whole.get("properties"):
        return "object"
    return "source"


def _list_control(kind: str, whole: Part) -> str:
    items = items_of(kind, whole)
    if items.get("type") == "string" or "enum" in items:
        return "words"
    if items.get("type") != "object":
        return "source"
    inside = [control_of(kind, one) for one in items["properties"].values()]
    rows = len(inside) <= MOST_COLUMNS and all(one in SIMPLE for one in inside)
    return "rows" if rows and items["properties"] else "list"


def said(kind: str, part: Part, language: Language, key: str = "") -> str:
    """Return what a part is called: its description in the reader's language, else its key."""
    whole = part_within(kind, part)
    texts = whole.get("x-text")
    if texts:
        return str(texts[language]).rstrip("。.")
    both = str(whole.get("description", "")).split(" · ")
    if len(both) == 2:
        return both[0 if language == "zh" else 1]
    return both[0] or key


def _name(part: Part) -> str:
    return str(part.get("$ref", "")).removeprefix("#/$defs/")


def _resolved(root: Part, part: Any) -> dict[str, Any]:
    here = dict(part) if isinstance(part, Mapping) else {}
    while "$ref" in here:
        ref = str(here.pop("$ref")).removeprefix("#/$defs/")
        here = {**root["$defs"][ref], **here}
    return here


def _whole(root: Part, part: Any, data: Any) -> dict[str, Any]:
    """Return a part with the keys of the very kind that is written there."""
    here = _resolved(root, part)
    properties = dict(here.get("properties", {}))
    required = list(here.get("required", ()))
    written = data.get("kind") if isinstance(data, Mapping) else None
    for one in here.get("allOf", ()):
        if one["if"]["properties"].get("kind", {}).get("const") == written:
            more = _resolved(root, one["then"])
            properties |= {key: inside for key, inside in more["properties"].items()
                           if inside is not True}  # fmt: skip
            required += more.get("required", ())
    return {**here, "properties": properties, "required": required}
