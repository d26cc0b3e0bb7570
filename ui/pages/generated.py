"""The pages that packages describe, each shown by its kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from ..session import signed_in
from .kinds import PAGE_FACES
from .opening import opened

blueprint = Blueprint("generated", __name__)


@blueprint.get("/p/<page_id>")
@signed_in
def show(page_id: str) -> Any:
    """Show a page to who may open it."""
    page = opened(page_id)
    return PAGE_FACES[page.kind].show(page)
