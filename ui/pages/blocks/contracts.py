"""Measures side by side with method, baseline, achieved figure, target and source."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from seamline.pages.blocks.contracts import Contracts
from seamline.usecases.measure import measured, visible

from ...session import actor, catalog, desk
from .. import measuring
from ..face import BlockFace


def _show(block: Contracts) -> Markup:
    seen = {measure.id for measure in visible(catalog(), actor())}
    faces = [
        measuring.face(measured(desk(), actor(), word)) for word in block.measures if word in seen
    ]
    return Markup(render_template("blocks/contracts.html", faces=faces)) if faces else Markup("")


KIND = BlockFace("contracts", _show)
