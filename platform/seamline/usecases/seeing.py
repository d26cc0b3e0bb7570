"""Which of many records a reader may see, asked of the access layer once for each form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from seamline.conditions.parse import parse
from seamline.facts import Actor, Record
from seamline.store import Query

from . import look
from .desk import Desk

MOST = 500  # of one form


def seen(desk: Desk, actor: Actor, wanted: Mapping[str, Collection[str]]) -> dict[str, Record]:
    """Return the records, by id, that the actor may see of those named by form and id.

    They hold what names them and nothing else: their code, key and name, as far as seen.
    """
    catalog = desk.catalogs.current()
    found: dict[str, Record] = {}
    for form, ids in wanted.items():
        model = catalog.forms.get(form)
        if model is None or not ids or not catalog.access.may(actor, "read", form):
            continue
        names = tuple({name for name in (model.form.key, model.form.name) if name})
        where = parse({"in": [{"var": "_id"}, sorted(ids)[:MOST]]}, model.scope)
        query = Query(where, limit=MOST, archived=True, total=False, fields=names)
        found |= {record.id: record for record in look.page(desk, actor, form, query).rows}
    return found


def counted(desk: Desk, actor: Actor, wanted: Iterable[tuple[str, str]]) -> int:
    """Return how many of some (form, record) the actor may see; each counts as often as named."""
    access = desk.catalogs.current().access
    pairs = [(form, record) for form, record in wanted]
    forms = {form for form, _ in pairs if form}
    whole = {
        form
        for form in forms
        if access.may(actor, "read", form) and access.scope(actor, form).where is None
    }
    rest = by_form((form, record) for form, record in pairs if form not in whole)
    some = seen(desk, actor, rest) if rest else {}
    return sum(not form or form in whole or record in some for form, record in pairs)


def by_form(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the records of some (form, record) by their form; those of no form are left out."""
    found: dict[str, set[str]] = {}
    for form, record in pairs:
        if form:
            found.setdefault(form, set()).add(record)
    return found
