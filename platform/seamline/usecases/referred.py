"""What conditions and formulas look at in a record, and in the records that it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from seamline.catalog import Catalog
from seamline.facts import Actor, Record, Value
from seamline.forms import FormModel, ReferenceUse
from seamline.problems import Refused
from seamline.store import Unit
from seamline.store.locked import LOCKED

from . import look
from .desk import Desk
from .submitting.values import refs_at

Referred: TypeAlias = dict[str, Mapping[str, Mapping[str, Value]]]


def found_of(
    unit: Unit, catalog: Catalog, uses: Iterable[ReferenceUse], values: Mapping[str, Value]
) -> Referred:
    """Return what references lead to, whole: whoever shows it takes out what is hidden."""
    found: Referred = {}
    for use in uses:
        hits = unit.records.resolve(
            catalog.forms[use.target].tables, keys_at(values, use.path), use.needs
        )
        found[use.path] = {key: hit.values for key, hit in hits.items()}
    return found


def found_seen(
    desk: Desk, actor: Actor, uses: Iterable[ReferenceUse], values: Mapping[str, Value]
) -> Referred:
    """Return what references lead to, as the actor sees those records; each is asked for once."""
    found: Referred = {}
    for use in uses:
        keys = keys_at(values, use.path)
        try:
            found[use.path] = look.held(desk, actor, use.target, keys, use.needs) if keys else {}
        except Refused:  # no form that serves, or none that he may read
            found[use.path] = {}
    return found


def keys_at(values: Mapping[str, Value], path: str) -> frozenset[str]:
    """Return the keys of the records that a reference names, of a column in every row."""
    return frozenset(ref.key for _place, ref in refs_at(values, path) if ref.key)


def facts_of(unit: Unit, model: FormModel, record: Record, found: Referred) -> dict[str, object]:
    """Return a stored record as conditions see it, with all that the platform adds to it."""
    system: dict[str, Value] = {
        "_id": record.id, "_code": record.code, "_tracking": record.tracking,
        "_state": record.state, "_held": record.held, "_revision": record.revision,
        "_created_by": record.created_by, "_created_at": record.created_at,
        "_updated_by": record.updated_by, "_updated_at": record.updated_at,
        "_archived_at": record.archived_at,
        LOCKED: bool(unit.locks.of_records((record.id,))),
    }  # fmt: skip
    return model.facts(record.values, found, system)
