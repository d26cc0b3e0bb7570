"""What is written back to other systems about a record: waiting, done, or waiting for a person."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.usecases import writing_back

from ...pages.writing_back import shown
from ...say import _
from ...session import actor, desk
from ..slots import Panel


def panel(model: FormModel, record: Record) -> Panel | None:
    """Return the write-backs of a record; None where nothing of it is written back."""
    if not writing_back.writes(desk(), model.form.id):
        return None
    found = writing_back.of_record(desk(), desk().runs, actor(), record)
    if not found:
        return None
    html = render_template("record/writebacks.html", found=shown(found), back=request.path)
    return Panel(_("Written back"), Markup(html))
