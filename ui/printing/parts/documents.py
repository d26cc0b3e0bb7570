"""The papers of the document centre that go with the record."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.printing.paper import Block, Cell, Heading, Line, Table
from seamline.usecases import documents

from ...forms.words import size_of
from ...record.panels.documents import kind_word
from ...say import _
from ...session import actor, desk
from ..cells import columns_sharing, digest_of
from ..sheet import Print


def blocks(what: Print) -> Iterator[Block]:
    """Yield one table with the papers that fit."""
    centre = what.model.form.documents
    found = documents.fitting_of(desk(), actor(), what.record) if centre is not None else ()
    if centre is None or not found:
        return
    heads = (_("Document"), _("Kind"), _("File"), _("Size"), "SHA-256")
    rows = [
        Line([
            Cell(one.title), Cell(kind_word(centre.form, centre.kind, one.kind)),
            Cell(one.file.name), Cell(size_of(one.file.size)), digest_of(one.file.sha256),
        ])
        for one in found
    ]  # fmt: skip
    yield Heading(_("Technical documents"))
    yield Table(columns_sharing(heads, (3, 0, 2, 0, 3), figures=(3,)), rows)
