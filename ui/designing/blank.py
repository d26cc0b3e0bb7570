"""What a new part of a document begins with: as little as its schema asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from seamline.documents import Document, Path

from .known import Known
from .shape import control_of, part_at, part_within, shape_within

NEW = {"zh": "新项", "en": "New"}
DURATION = re.compile(r"\[smhd\]|\[mhd\]")


def blank(kind: str, document: Document, path: Path, known: Known) -> Any:
    """Return what may stand at `path` of a document, with what it cannot do without."""
    return _of(kind, part_at(kind, document.data, path), str(path[-1]), path, document, known)


def _of(kind: str, part: Any, key: str, path: Path, document: Document, known: Known) -> Any:
    control, whole = control_of(kind, part), part_within(kind, part)
    match control:
        case "text":
            return dict(NEW)
        case "condition":
            return {"!": [{"var": known.asked(document, path)}]}
        case "choice":
            return whole["enum"][0]
        case "fixed":
            return whole["const"]
        case "tick":
            return not whole.get("default", False)
        case "number":
            return whole.get("minimum", 1)
        case "group":
            return _thing(kind, part, path, document, known)
        case "pairs" | "things":
            return {}
        case "words" | "rows" | "list" | "source" if whole.get("type") == "array":
            inner = (*path, 0)
            return [_of(kind, whole.get("items", {}), key, inner, document, known)]
    return _word(whole, key, path, document, known)


def _thing(kind: str, part: Any, path: Path, document: Document, known: Known) -> dict[str, Any]:
    shape = shape_within(kind, part)
    needed = [key for key in shape.properties if key in shape.required]
    needed += [key for key in shape.usual if key not in needed]
    made: dict[str, Any] = {}
    for key in needed:
        near = known.beside(path, made)
        made[key] = _of(kind, shape.properties[key], key, (*path, key), document, near)
    return made


def _word(whole: Mapping[str, Any], key: str, path: Path, document: Document, known: Known) -> str:
    """Return a word for a key: a name that is known there, else one of the shape it asks for."""
    if key in ("id", "as", "call"):
        return free("item" if key == "id" else key, document)
    names = known.names(key, document, path)
    if names:
        return names[0][0]
    return "1d" if DURATION.search(str(whole.get("pattern", ""))) else key


def free(stem: str, document: Document) -> str:
    """Return an id that nothing in the document has: `item_1`, `item_2`, …"""
    taken = {*_words(document.data)}
    return next(one for number in range(1, 10_000) if (one := f"{stem}_{number}") not in taken)


def _words(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for one in data.values():
            yield from _words(one)
    elif isinstance(data, list):
        for one in data:
            yield from _words(one)
    elif isinstance(data, str):
        yield data
