"""What a pipeline sees of records: as plain facts, with the rights of its account."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from seamline.catalog import Catalog
from seamline.conditions.parse import Node, parse
from seamline.facts import Actor, Origin, Record
from seamline.forms import FormModel
from seamline.metadata import Pipeline
from seamline.problems import Refused
from seamline.scope import MOMENT
from seamline.store import Query

from .. import look
from ..desk import Desk

ORIGIN = Origin("pipeline")
# A condition that names something missing: nobody can say that a record meets it.
NEVER: Any = {"in": [{"var": "_id"}, ["-"]]}


def account(pipeline: Pipeline, language: str) -> Actor:
    """Return who a pipeline acts as: an account of its own with the rights of its role."""
    return Actor(
        pipeline.account, pipeline.title.in_(language), (pipeline.role,), language=language
    )


def facts_of(model: FormModel, record: Record) -> dict[str, Any]:
    """Return a record as plain facts, with what the platform adds."""
    system = {
        "_id": record.id, "_code": record.code, "_tracking": record.tracking,
        "_state": record.state, "_held": record.held, "_revision": record.revision,
        "_version": record.version, "_created_at": record.created_at,
        "_created_by": record.created_by, "_updated_at": record.updated_at,
        "_updated_by": record.updated_by, "_archived_at": record.archived_at,
    }  # fmt: skip
    kept = {name: value for name, value in system.items() if name not in record.unseen}
    facts = model.facts_json({**model.facts(record.values, {}), **kept})
    return {name: value for name, value in facts.items() if "." not in name and name != MOMENT}


def seen(desk: Desk, actor: Actor, form: str, word: str) -> dict[str, Any] | None:
    """Return one record as plain facts, None where there is none within reach."""
    model = desk.catalogs.current().forms.get(form)
    if model is None:
        return None
    try:
        record = look.record(desk, actor, form, word)
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return facts_of(model, record)


def meets(desk: Desk, actor: Actor, form: str, record: str, where: Any) -> bool:
    """Return whether a record is within reach of an account and meets a condition."""
    return bool(meeting(desk, actor, form, (record,), where))


def meeting(
    desk: Desk, actor: Actor, form: str, records: Collection[str], where: Any
) -> frozenset[str]:
    """Return those of some records (as many as a page holds) that an account reaches and that
    meet a condition."""
    catalog = desk.catalogs.current()
    model = catalog.forms.get(form)
    if model is None or not records or not catalog.access.may(actor, "read", form):
        return frozenset()
    if not where and catalog.access.scope(actor, form).where is None:
        return frozenset(records)
    these: Any = {"in": [{"var": "_id"}, sorted(records)]}
    node = parse({"and": [these, where]} if where else these, model.scope)
    query = Query(node, limit=len(records), archived=True, total=False, fields=())
    return frozenset(row.id for row in look.page(desk, actor, form, query).rows)


def found(
    desk: Desk, actor: Actor, form: str, where: Node | None, sort: Sequence[str], limit: int
) -> list[Mapping[str, Any]]:
    """Return records as plain facts; a single one with the rows of its sub-tables."""
    model = desk.catalogs.current().forms[form]
    tables = model.tables
    whole = (*tables.cells, *tables.children) if limit == 1 and tables.children else None
    query = Query(where, sort=tuple(sort), limit=limit, total=False, fields=whole)
    rows = look.page(desk, actor, form, query).rows
    return [facts_of(model, row) for row in rows]


def condition(catalog: Catalog, form: str, where: Any, facts: Mapping[str, Any]) -> Node | None:
    """Return a condition on records of a form, what it names of the run put in its place.

    Raises Refused where it does not fit.
    """
    if where is None:
        return None
    model = catalog.forms[form]
    filled = _filled(where, model, facts)
    return parse(NEVER if filled is None else filled, model.scope)


def _filled(written: Any, model: FormModel, facts: Mapping[str, Any]) -> Any:
    """Return a condition with the run's facts as constants; None where one of them is missing."""
    if isinstance(written, Mapping):
        name = written.get("var")
        if isinstance(name, str) and len(written) == 1:
            return written if name in model.scope.types else facts.get(name)
        parts = {key: _filled(value, model, facts) for key, value in written.items()}
        return None if None in parts.values() else parts
    if isinstance(written, (list, tuple)):
        several = [_filled(value, model, facts) for value in written]
        return None if any(one is None for one in several) else several
    return written
