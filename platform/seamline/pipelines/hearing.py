"""What triggers that listen to steps of a form have in common: how they name and check them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seamline.documents import Path
from seamline.metadata import Form
from seamline.pages import Data

from .kind import PipelineNames
from .shapes import ID

STEPS_HEARD: Mapping[str, Any] = {
    "description": "哪些环节；不写为全部 · Which steps; all where none",
    "type": "array", "minItems": 1, "maxItems": 40, "items": ID,
}  # fmt: skip


def form_heard(data: Data, path: Path, names: PipelineNames) -> Form | None:
    """Check the form of a trigger, its steps and its condition; None for an unknown form (said)."""
    form = names.form((*path, "form"), data["form"])
    if form is None:
        return None
    for index, word in enumerate(data.get("steps", ())):
        names.step((*path, "steps", index), form, word)
    if "where" in data:
        names.condition((*path, "where"), form, data["where"])
    return form
