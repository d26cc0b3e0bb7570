"""A dashboard: every block in its card, those the reader may see nothing of left out."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from seamline.metadata import Page

from ...session import language
from ..blocks import BLOCK_FACES
from ..face import PageFace

SMALL = ("count", "figure")  # one figure needs a quarter of the width


@dataclass(frozen=True, slots=True)
class Card:
    """One block as it is shown."""

    id: str
    title: str
    kind: str
    html: Markup
    wide: bool
    small: bool


def _show(page: Page) -> str:
    cards = []
    for block in page.settings.blocks:
        html = BLOCK_FACES[block.kind].show(block.settings)
        if html:
            title = block.title.in_(language())
            small = block.kind in SMALL or getattr(block.settings, "view", "") in SMALL
            cards.append(Card(block.id, title, block.kind, html, block.wide, small))
    return render_template("kinds/dashboard.html", page=page, here=f"page:{page.id}", cards=cards)


KIND = PageFace("dashboard", _show)
