"""The pages that packages describe, each shown by its kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from seamline.metadata import Page
from seamline.pages import PAGE_KINDS

from ..session import actor, catalog, signed_in
from .kinds import PAGE_FACES

blueprint = Blueprint("generated", __name__)


@blueprint.get("/p/<page_id>")
@signed_in
def show(page_id: str) -> Any:
    """Show a page to who may open it."""
    page = opened(page_id)
    return PAGE_FACES[page.kind].show(page)


def opened(page_id: str, kind: str = "") -> Page:
    """Return a page (of a kind) that the person may open; ends with 403 or 404 where not."""
    page = catalog().pages.get(page_id)
    if page is None or (kind and page.kind != kind) or PAGE_KINDS[page.kind].public:
        abort(404)
    catalog().access.require_page(actor(), page_id)
    return page
