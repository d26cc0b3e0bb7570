"""A label edited where it stands on the canvas: in the language its reader sees, alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from seamline.documents import Document
from seamline.text import Language
from seamline.usecases.designing.edits import Edit, Put

from .shape import control_of, shape_of

LABELS = ("label", "title")
LONGEST = 2000


def own_words(item: Any, language: Language) -> str | None:
    """Return what is written as the label of a thing in one language, None where nothing is."""
    found = next((item[key] for key in LABELS if key in item), None) if item else None
    words = found.get(language) if isinstance(found, Mapping) else found
    return words if isinstance(words, str) else None


def relabelled(
    words: str, document: Document, kind: str, language: Language, sent: MultiDict[str, str]
) -> list[Edit]:
    """Return the edit that calls the thing at `words` otherwise in one language.

    A text that stood for both languages goes on standing for the other. Nothing typed is no edit.
    """
    path = document.path(words)
    shape = shape_of(kind, document.data, path) if path is not None else None
    key = next((one for one in LABELS if shape and one in shape.properties), "")
    if shape is None or not key or control_of(kind, shape.properties[key]) != "text":
        raise NotFound
    typed = " ".join(sent.get("text", "").split())[:LONGEST]
    was = json.loads(sent.get("was", "null"))
    if not typed or typed == was:
        return []
    at = f"{words}.{key}" if words else key
    now = document.value((*(path or ()), key))
    if isinstance(now, Mapping):
        return [Put(document.name, f"{at}.{language}", typed, was, ("zh", "en"))]
    if not now:
        return [Put(document.name, at, typed, was, shape.order)]
    return [Put(document.name, at, {"zh": now, "en": now, language: typed}, was, shape.order)]
