"""Imports: the template, the guessed map, and what a file that names foreign records is told."""

from __future__ import annotations

import csv
import io

from seamline.facts import Origin
from seamline.problems import Refused
from seamline.usecases import import_

from ..visit import Guest


def visit(guest: Guest) -> None:
    """Import a file whose columns and cells are those of hidden fields."""
    for form in guest.catalog.forms:
        if guest.catalog.access.may(guest.actor, "import", form):
            _template(guest, form)
            _import(guest, form)


def _template(guest: Guest, form: str) -> None:
    """Look through the template: no label of a field that may not be filled."""
    content = import_.template(guest.desk, guest.actor, form, "en")
    guest.read(f"template {form}", content.decode("latin-1"))


def _import(guest: Guest, form: str) -> None:
    fields = [one for one in guest.catalog.forms[form].form.fields if not one.fields]
    known = {one.name: min(one.shown) for one in guest.hidden if one.form == form}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([one.id for one in fields])
    writer.writerow([known.get(one.id, "") for one in fields])
    content = out.getvalue()
    try:
        job = import_.start(
            guest.desk,
            guest.actor,
            Origin("import"),
            form,
            import_.Upload("x.csv", content.encode()),
        )
        done = import_.run(guest.desk, guest.actor, job.id)
    except Refused as refused:
        _told(guest, form, content, str(refused))
        return
    for problem in import_.problems_of(done):
        _told(guest, form, content, f"{problem.say.zh} {problem.say.en}")


def _told(guest: Guest, form: str, sent: str, text: str) -> None:
    """Look through what is told, without what the file itself said."""
    for word in sent.replace("\r\n", ",").split(","):
        text = text.replace(word, "") if word else text
    guest.read(f"import {form}", text)
