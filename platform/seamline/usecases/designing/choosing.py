"""The records of a form that something in the making is tried on: the newest, by their names."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.facts import Actor, Record
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Query

from .. import look
from ..desk import Desk

MOST = 20  # records to choose from


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to choose: the word it is found by, and what it is called."""

    word: str
    title: str


def choices(desk: Desk, actor: Actor, form: str) -> tuple[Choice, ...]:
    """Return the newest records of a form that somebody may see, none of one that serves not."""
    catalog = desk.catalogs.current()
    # Who does not see on every record when it was made gets them in the form's own order.
    dated = "_created_at" not in catalog.access.scope(actor, form).narrowed
    try:
        model = look.form(desk, actor, form)
        called = tuple(one for one in (model.form.key, model.form.name) if one)
        query = Query(sort=("-_created_at",) if dated else (), limit=MOST, total=False,
                      fields=called)  # fmt: skip
        rows = look.page(desk, actor, form, query).rows
    except Refused:
        return ()
    return tuple(Choice(one.id, _called(model, one)) for one in rows)


def _called(model: FormModel, record: Record) -> str:
    key = model.form.key
    word = str(record.values.get(key) or "") if key else record.code
    name = str(record.values.get(model.form.name) or "") if model.form.name else ""
    return " · ".join(one for one in (word or f"…{record.id[-6:]}", name) if one)
