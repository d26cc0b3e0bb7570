"""Which ways there are to print a record: those its form declares, else all that its page shows."""

from __future__ import annotations

from flask import abort

from seamline.forms import FormModel
from seamline.metadata.print_view import PrintView
from seamline.package.print_checks import WHOLE


def views_of(model: FormModel) -> tuple[PrintView, ...]:
    """Return the print views of a form; the one that every form has comes last."""
    whole = PrintView(WHOLE, model.form.title, parts=("bound", "compared", "files"))
    return (*model.form.prints, whole)


def view_of(model: FormModel, id_: str, *, sealed: bool) -> PrintView:
    """Return a print view by its id; 404 for an unknown one, or one that is made another way."""
    found = next((one for one in views_of(model) if one.id == id_ and one.sealed is sealed), None)
    return abort(404) if found is None else found
