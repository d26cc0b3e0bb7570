"""A progress page is opened by its links alone (`/t/...`), never by its name."""

from __future__ import annotations

from flask import abort

from seamline.metadata import Page

from ..face import PageFace


def _show(_page: Page) -> str:
    abort(404)


KIND = PageFace("progress", _show)
