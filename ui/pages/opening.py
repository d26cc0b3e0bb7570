"""Opening a page of a package: found by its id, for who may see it."""

from __future__ import annotations

from flask import abort

from seamline.metadata import Page
from seamline.pages import PAGE_KINDS

from ..session import actor, catalog


def opened(page_id: str, kind: str = "") -> Page:
    """Return a page (of a kind) that the person may open; ends with 403 or 404 where not."""
    page = catalog().pages.get(page_id)
    if page is None or (kind and page.kind != kind) or PAGE_KINDS[page.kind].public:
        abort(404)
    catalog().access.require_page(actor(), page_id)
    return page
