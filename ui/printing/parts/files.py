"""The index of attachments: of the record, and of the versions that it refers to."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.facts import FileRef, Record
from seamline.forms import FormModel
from seamline.printing.paper import Block, Cell, Heading, Line, Table
from seamline.problems import Refused
from seamline.usecases import look

from ...forms.words import size_of
from ...record.facts import files_in
from ...record.panels.compared import versions_in
from ...say import _
from ...session import actor, desk, reading
from ...shown import Faces, name_of
from ..cells import columns_sharing, digest_of
from ..sheet import Print


def blocks(what: Print) -> Iterator[Block]:
    """Yield one table with every file: where it is, what it is called, its digest."""
    found = [*_rows(what.model, what.record, what.faces)]
    for form, id_ in versions_in(what.model, what.record):
        if id_ == what.record.id:
            continue
        try:
            version = look.record(desk(), actor(), form, id_)
        except Refused:
            continue
        model = look.form(desk(), actor(), form)
        found += _rows(model, version, Faces(model, reading()))
    if found:
        heads = (_("Of"), _("Kind of file"), _("File"), _("Size"), "SHA-256")
        yield Heading(_("Attachments"))
        yield Table(columns_sharing(heads, (2, 1, 3, 0, 3), figures=(3,)), found)


def _rows(model: FormModel, record: Record, faces: Faces) -> Iterator[Line]:
    for label, one in files_in(model, record, faces):
        yield Line([Cell(name_of(record, model)), Cell(label), *_cells(one)])


def _cells(one: FileRef) -> tuple[Cell, ...]:
    return Cell(one.name), Cell(size_of(one.size)), digest_of(one.sha256)
