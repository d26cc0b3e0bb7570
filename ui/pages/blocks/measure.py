"""A measure as a block of a dashboard: a figure, a chart over periods, or bars by group."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from seamline.pages.blocks.measure import MeasureBlock
from seamline.problems import Refused
from seamline.usecases.measure import measured

from ...charts import bars
from ...session import actor, desk
from .. import measuring
from ..face import BlockFace


def _show(block: MeasureBlock) -> Markup:
    try:
        found = measured(desk(), actor(), block.measure, block.periods)
    except Refused:  # what the reader may not see is not on the page
        return Markup("")
    parts = measuring.parts(found) if block.view == "parts" else []
    target = found.measure.target.value if found.measure.target else None
    return Markup(
        render_template(
            "blocks/measure.html",
            view=block.view,
            face=measuring.face(found),
            chart=measuring.chart(found) if block.view == "chart" else "",
            bars=bars(parts, target) if parts else "",
            rows=measuring.rows(found),
        )
    )


KIND = BlockFace("measure", _show)
