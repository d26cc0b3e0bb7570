"""The papers that go with a record, on its page."""

from __future__ import annotations

from flask import render_template, url_for
from markupsafe import Markup

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.usecases import documents

from ...forms.control import options_of
from ...forms.words import size_of
from ...say import _
from ...session import actor, catalog, desk, language
from ..slots import Panel


def panel(model: FormModel, record: Record) -> Panel | None:
    """Return the papers that fit the record; nothing where its form has no document centre."""
    centre = model.form.documents
    if centre is None or not catalog().access.may(actor(), "read", centre.form):
        return None
    papers = documents.fitting_of(desk(), actor(), record)
    rows = [
        (
            paper,
            url_for(
                "records.file", form_id=paper.form, word=paper.record, sha256=paper.file.sha256
            ),
            kind_word(centre.form, centre.kind, paper.kind),
        )
        for paper in papers
    ]
    html = render_template("record/papers.html", papers=rows, size_of=size_of)
    return Panel(_("Technical documents"), Markup(html))


def kind_word(form: str, field: str, kind: str) -> str:
    """Return how a class of papers is called."""
    found = catalog().forms[form].fields.get(field)
    if found is None or found.shown.kind != "choice":
        return kind
    labels = {option.id: option.label for option in options_of(found.shown, language())}
    return labels.get(kind, kind)
