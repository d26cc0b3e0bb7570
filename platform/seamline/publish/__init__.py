"""Publishing: what packages want of the database, planned in words and SQL, then applied."""

from __future__ import annotations

from collections.abc import Sequence

from seamline.metadata import Package
from seamline.store import Store

from .applying import apply as apply
from .change import Change as Change, ChangeKind as ChangeKind, Plan as Plan
from .existing import look
from .wanted import forms_of, roles_of, wanted


def plan(before: Sequence[Package], after: Sequence[Package], store: Store) -> Plan:
    """Return what it takes to go from the installed packages to those of `after`.

    Nothing is changed. Columns are known by their ids: a renamed label changes nothing, a
    removed field is archived with its data and comes back if its id does.
    """
    from .compare import Comparison  # with a library that only a publication needs

    existing = look(store)
    old, new = (wanted(forms_of(one), roles_of(one)) for one in (before, after))
    comparison = Comparison(store, existing, old, new)
    comparison.run()
    return Plan(
        tuple(before),
        tuple(after),
        existing.version,
        tuple(comparison.changes),
        tuple(comparison.problems),
    )
