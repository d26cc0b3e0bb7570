"""The document centre of a form against the forms it names."""

from __future__ import annotations

from seamline.documents import Path
from seamline.metadata import Form
from seamline.text import Text

from .draft import Draft, Sheet
from .page_checks import DraftNames

_COMPARED = ("reference", "choice", "text", "lookup")


def check_documents(draft: Draft) -> None:
    """Check the document centre of every form of the package."""
    for sheet in draft.of_kind("form"):
        _check_centre(draft, sheet, sheet.part)


def _check_centre(draft: Draft, sheet: Sheet, form: Form) -> None:
    centre = form.documents
    if centre is None:
        return
    names, path = DraftNames(draft, sheet), ("documents",)
    papers = names.form((*path, "form"), centre.form)
    if papers is None:
        return
    names.field((*path, "title"), papers, centre.title, ("text", "long_text", "code"))
    names.field((*path, "file"), papers, centre.file, ("attachment", "image"))
    if centre.kind:
        names.field((*path, "kind"), papers, centre.kind, ("choice", "text"))
    for index, fit in enumerate(centre.fits):
        where: Path = (*path, "fits", index)
        field = names.field((*where, "field"), papers, fit.field, _COMPARED)
        to = names.field((*where, "to"), form, fit.to, _COMPARED)
        if field is None or to is None or field.kind != "reference" != to.kind:
            continue
        if field.kind == to.kind and field.settings.get("to") == to.settings.get("to"):
            continue
        say = Text(
            f"“{fit.field}”与“{fit.to}”指向的不是同一种记录。",
            f"'{fit.field}' and '{fit.to}' do not refer to records of one form.",
        )
        draft.tell(sheet, (*where, "to"), "not_one_form", say, got=fit.to)
