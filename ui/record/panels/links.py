"""How often the progress links of a record were looked at, and where they are made."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.usecases import links

from ...say import _
from ...session import actor, catalog, desk
from ..slots import Panel


def panel(model: FormModel, record: Record) -> Panel | None:
    """Return the count of links and views to who makes links of this form."""
    pages = links.pages_for(catalog(), record.form)
    if not any(links.may_make(actor(), page) for page in pages):
        return None
    found = links.of_record(desk(), record)
    html = render_template(
        "record/links.html",
        record=record,
        standing=sum(links.stands(one) for one in found),
        views=sum(one.views for one in found),
    )
    return Panel(_("Progress links"), Markup(html))
