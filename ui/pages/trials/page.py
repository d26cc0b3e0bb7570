"""A drafted page as its readers will see it, with the data there is."""

from __future__ import annotations

from typing import Any

from seamline.pages import PAGE_KINDS

from .trial import Stage, Trial


def _show(stage: Stage) -> dict[str, Any]:
    kind = PAGE_KINDS.get(str(stage.document.data.get("kind", "")))
    return {"public": bool(kind and kind.public)}


KIND = Trial("page", "studio/trials/page.html", _show, frame=True)
