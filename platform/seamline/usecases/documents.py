"""The papers that go with a record: guides, standards and answers that fit what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seamline.conditions.parse import parse
from seamline.facts import Actor, FileRef, Record, Ref, Row, Value
from seamline.metadata import DocumentCentre
from seamline.store import Query

from . import look
from .desk import Desk

MOST = 100


@dataclass(frozen=True, slots=True)
class Paper:
    """One file of one paper; `kind` is an option's id or a word, empty where there is none."""

    form: str
    record: str
    title: str
    kind: str
    file: FileRef


def fitting(desk: Desk, actor: Actor, form: str, word: str) -> tuple[Paper, ...]:
    """Return the papers that fit a record, as far as the actor may read both.

    Nothing where the form has no document centre. Raises Refused 403 or 404 for the record.
    """
    centre = _centre(desk, actor, form)
    if centre is None:
        return ()
    return fitting_of(desk, actor, look.record(desk, actor, form, word))


def _centre(desk: Desk, actor: Actor, form: str) -> DocumentCentre | None:
    catalog = desk.catalogs.current()
    model = catalog.forms.get(form)
    centre = model.form.documents if model is not None else None
    if centre is None or not catalog.access.may(actor, "read", centre.form):
        return None
    return centre


def fitting_of(desk: Desk, actor: Actor, record: Record) -> tuple[Paper, ...]:
    """Return the same of a record that the actor has been shown."""
    centre = _centre(desk, actor, record.form)
    if centre is None:
        return ()
    scope = desk.catalogs.current().forms[centre.form].scope
    conditions = [_fits(fit.field, _values(record, fit.to)) for fit in centre.fits]
    where = parse({"and": conditions}, scope) if conditions else None
    query = Query(where=where, sort=("_created_at",), limit=MOST, total=False)
    found = look.page(desk, actor, centre.form, query)
    return tuple(paper for one in found.rows for paper in _papers(centre, one))


def file(
    desk: Desk, actor: Actor, form: str, kept: str, record: str, sha256: str, of: str = ""
) -> FileRef | None:
    """Return a file among the papers of the record `of` (else the one the actor stands for)."""
    owner = of or (actor.party.id if actor.party is not None else "")
    model = desk.catalogs.current().forms.get(form)
    if model is None or model.form.documents is None or model.form.documents.form != kept:
        return None
    for paper in fitting(desk, actor, form, owner):
        if (paper.record, paper.file.sha256) == (record, sha256):
            return paper.file
    return None


def _fits(field: str, values: list[Any]) -> dict[str, Any]:
    anything: dict[str, Any] = {"!": [{"var": field}]}
    if not values:
        return anything
    return {"or": [anything, {"in": [{"var": field}, values]}]}


def _values(record: Record, path: str) -> list[Any]:
    """Return the values at a field, or in a column of all rows, each once."""
    table, _, column = path.rpartition(".")
    if not table:
        return [*_plain(record.values.get(path))]
    rows = record.values.get(table)
    found = (
        word
        for row in (rows if isinstance(rows, tuple) else ())
        if isinstance(row, Row)
        for word in _plain(row.values.get(column))
    )
    return list(dict.fromkeys(found))


def _plain(value: Value) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value.key
    elif isinstance(value, str) and value:
        yield value


def _papers(centre: DocumentCentre, record: Record) -> Iterator[Paper]:
    files = record.values.get(centre.file)
    title = str(record.values.get(centre.title) or "")
    kind = str(record.values.get(centre.kind) or "") if centre.kind else ""
    for one in files if isinstance(files, tuple) else ():
        if isinstance(one, FileRef):
            yield Paper(centre.form, record.id, title, kind, one)
