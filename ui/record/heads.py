"""Records in one line: what else belongs to this one, and what each of them is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from seamline.conditions.parse import parse
from seamline.facts import Record, Ref
from seamline.forms import FormModel
from seamline.store import Query, RecordHead
from seamline.usecases import look
from seamline.usecases.hiding import NEVER

from ..pages.menu import readable
from ..session import actor, catalog, desk, language, reading
from ..shown import Faces, closed_badge, name_of
from .moments import short
from .rows import rows_of

MOST_NAMED = 5  # of one form that refers to the record
MOST_REFERRED = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one form that refer to this one by one field, the newest few of them."""

    title: str
    total: int
    heads: list[dict[str, Any]]


def subtitle(model: FormModel, record: Record, faces: Faces) -> str:
    """Return one line that says which record this is: the first columns of its list."""
    words: list[str] = [name_of(record, model)]
    by_id = {one.id: one for one in model.form.fields}
    name = [model.form.name] if model.form.name else []
    for column in (*name, *model.form.list.columns):
        one = by_id.get(column)
        if one is not None and one.kind != "boolean" and column != model.form.key:
            shown = faces.plain(column, record.values.get(column))
            if shown and shown not in words:
                words.append(shown)
    return " · ".join(words[1:4])


def shown_head(head: RecordHead) -> dict[str, Any]:
    """Return a found record as a line of a list of links."""
    model = catalog().forms[head.form]
    faces = Faces(model, reading())
    return {
        "icon": model.form.icon,
        "address": url_for("records.show", form_id=head.form, word=head.id),
        "code": head.code or f"…{head.id[-6:]}",
        "title": model.form.title.in_(language()),
        "label": head.label if head.label != head.code else "",
        "badge": closed_badge(model.form, head.state, language()) or faces.state(head.state),
        "at": "" if head.updated_at == NEVER else short(head.updated_at, reading()),
    }


def carried(record: Record) -> list[dict[str, Any]]:
    """Return the other records under the tracking code of a record."""
    if not record.tracking:
        return []
    heads = look.tracked(desk(), actor(), record.tracking)
    return [shown_head(head) for head in heads if head.id != record.id]


def referred(model: FormModel, record: Record) -> list[dict[str, Any]]:
    """Return the records that this one refers to, each once."""
    found: dict[str, dict[str, Any]] = {}
    for use in model.references:
        target = catalog().forms.get(use.target)
        if target is None or not catalog().access.may(actor(), "read", use.target):
            continue
        for ref in _refs(record, use.path):
            found.setdefault(
                ref.id,
                {
                    "icon": target.form.icon,
                    "address": url_for("records.show", form_id=use.target, word=ref.id),
                    "code": ref.key,
                    "title": target.form.title.in_(language()),
                    "label": ref.label if ref.label != ref.key else "",
                },
            )
    return list(found.values())[:MOST_REFERRED]


def _refs(record: Record, path: str) -> Iterator[Ref]:
    table, dot, column = path.partition(".")
    values = (
        [row.values.get(column) for row in rows_of(record.values.get(table))]
        if dot
        else [record.values.get(table)]
    )
    yield from (value for value in values if isinstance(value, Ref) and value.id)


def referring(record: Record) -> Iterator[Group]:
    """Yield the records that refer to this one, by form and field."""
    target = catalog().forms[record.form]
    key = record.values.get(target.form.key) if target.form.key else record.code
    if not key:
        return
    for model in readable(catalog(), actor()):
        for use in model.references:
            if use.target == record.form:
                group = _group(model, use.path, str(key))
                if group is not None:
                    yield group


def _group(model: FormModel, path: str, key: str) -> Group | None:
    table, dot, column = path.partition(".")
    if path in model.unseen:
        return None
    where: dict[str, Any] = {"==": [{"var": column or table}, key]}
    if dot:
        where = {"some": [{"var": table}, where]}
    form = model.form
    names = tuple({name for name in (form.key, form.name) if name})
    sort = ("-_updated_at",) if "_updated_at" not in model.unseen else ()
    query = Query(parse(where, model.scope), sort=sort, limit=MOST_NAMED, fields=names)
    page = look.page(desk(), actor(), form.id, query)
    if not page.rows:
        return None
    title = form.title.in_(language())
    return Group(title, page.total or len(page.rows), [_line(model, row) for row in page.rows])


def _line(model: FormModel, record: Record) -> dict[str, Any]:
    form = model.form
    label = record.values.get(form.name) if form.name else None
    return {
        "icon": form.icon,
        "address": url_for("records.show", form_id=form.id, word=record.id),
        "code": name_of(record, model),
        "title": "",
        "label": "" if label is None else str(label),
        "badge": Faces(model, reading()).state(record.state),
        "at": "" if "_updated_at" in record.unseen else short(record.updated_at, reading()),
    }
