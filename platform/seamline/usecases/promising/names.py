"""What an actor may be told beside a promise: which record arrives, how much is on the shelf."""

from __future__ import annotations

from collections.abc import Iterable

from seamline.facts import Actor
from seamline.promising import ARRIVAL, Pool, Source

from .. import seeing
from ..desk import Desk


def names_of(desk: Desk, actor: Actor, sources: Iterable[Source]) -> dict[str, str]:
    """Return what the arriving records are called, by id, of those that the actor may see."""
    wanted: dict[str, set[str]] = {}
    for source in sources:
        if source.kind == ARRIVAL:
            wanted.setdefault(source.form, set()).add(source.record)
    forms = desk.catalogs.current().forms
    found = {}
    for id_, record in seeing.seen(desk, actor, wanted).items():
        key = forms[record.form].form.key
        name = record.code or (record.values.get(key) if key else None)
        if name:
            found[id_] = str(name)
    return found


def sees_stock(desk: Desk, actor: Actor, pool: Pool) -> bool:
    """Return whether an actor may see every figure that a pool counts as stock."""
    access = desk.catalogs.current().access
    flows = [one.flow for one in pool.model.stock]
    return bool(flows) and all(
        access.may(actor, "read", flow.form)
        and access.scope(actor, flow.form).where is None
        and f"{flow.table}.{flow.qty}".lstrip(".") not in access.scope(actor, flow.form).narrowed
        for flow in flows
    )


def sees_lines(desk: Desk, actor: Actor, form: str, table: str, into: str) -> bool:
    """Return whether an actor may see what the lines of a form are promised."""
    name = f"{table}.{into}" if table else into
    return desk.catalogs.current().access.scope(actor, form).sees(name)
