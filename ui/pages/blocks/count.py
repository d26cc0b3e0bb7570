"""How many records there are, leading to their list, as a block of a dashboard."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from seamline.conditions.parse import parse
from seamline.pages.blocks.count import Count
from seamline.store import Query
from seamline.usecases import look

from ...session import actor, catalog, desk
from ..face import BlockFace


def _show(block: Count) -> Markup:
    who = actor()
    if not catalog().access.may(who, "read", block.form):
        return Markup("")
    model = catalog().forms[block.form]
    where = parse(block.where, model.scope) if block.where is not None else None
    query = Query(where=where, limit=1, total=True, fields=())
    total = look.page(desk(), who, block.form, query).total or 0
    colour = block.colour if total else "gray"
    return Markup(render_template("blocks/count.html", form=model.form, total=total, colour=colour))


KIND = BlockFace("count", _show)
