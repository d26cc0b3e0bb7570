"""A list of some records of a form, as a block of a dashboard."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template
from markupsafe import Markup

from seamline.conditions.parse import parse
from seamline.forms import FormModel
from seamline.pages.blocks.records import Records
from seamline.store import Query
from seamline.usecases import look

from ...lists import rows
from ...lists.asked import Asked
from ...lists.page import brush
from ...session import actor, catalog, desk
from ..face import BlockFace

COLUMNS = 4  # of the form's own list, where the block names none


def _show(block: Records) -> Markup:
    who = actor()
    if not catalog().access.may(who, "read", block.form):
        return Markup("")
    model = _shaped(look.form(desk(), who, block.form), block.columns)
    where = parse(block.where, model.scope) if block.where is not None else None
    query = Query(where=where, sort=block.sort, limit=block.limit, total=True)
    page = look.page(desk(), who, block.form, query)
    names, tools = rows.names(model, Asked()), brush()
    return Markup(
        render_template(
            "blocks/records.html",
            form=model.form,
            columns=rows.heads(model, Asked(), names, tools),
            rows=rows.body(model, page.rows, names, tools),
            more=(page.total or 0) - len(page.rows),
        )
    )


def _shaped(model: FormModel, columns: tuple[str, ...]) -> FormModel:
    """Return the model with the columns of the block in the place of the list's own."""
    shown = columns or model.form.list.columns[:COLUMNS]
    shown = tuple(name for name in shown if name not in model.unseen)
    form = replace(model.form, list=replace(model.form.list, columns=shown))
    return replace(model, form=form)


KIND = BlockFace("records", _show)
