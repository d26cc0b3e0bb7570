"""What the lines of a record are bound to, as it stood then, and by which scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.facts import Actor, Record, Ref, Row
from seamline.metadata import Binding
from seamline.metadata.binding import last
from seamline.problems import Refused
from seamline.store import KeptVersion

from . import look
from .desk import Desk
from .shelving import Shelf
from .submitting.binding import bound_in


@dataclass(frozen=True, slots=True)
class Bound:
    """One line with the version that it is bound to: `kept` as it stood, if its reader may see it.

    `moved` says that the version has been changed since; None where that cannot be said.
    """

    said: Binding
    row: Row
    thing: Ref | None
    bound: Mapping[str, Any]
    kept: KeptVersion | None
    live: Record | None
    moved: bool | None

    @property
    def data(self) -> Mapping[str, Any]:
        """The version as it was kept; nothing where its reader may not see it."""
        return self.kept.data if self.kept is not None else {}

    @property
    def key(self) -> str:
        """The word for the thing that the version is of."""
        return self.thing.key if self.thing is not None else str(self.data.get("thing", ""))

    @property
    def label(self) -> str:
        """What that thing is called."""
        return self.thing.label if self.thing is not None else str(self.data.get("label", ""))


def bound(desk: Desk, actor: Actor, record: Record) -> tuple[Bound, ...]:
    """Return what the lines of a record that the actor has been shown are bound to."""
    catalog = desk.catalogs.current()
    model = catalog.forms[record.form]
    found: list[Bound] = []
    for said in model.form.binds:
        if {said.kept, said.field, said.table} & record.unseen:
            continue
        pairs = list(bound_in(record.values, said))
        with desk.store.reading() as unit:
            kept = unit.bindings.get({str(bound["digest"]) for _row, bound in pairs})
        seen: dict[str, Record | None] = {}
        for row, one in pairs:
            body = kept.get(str(one["digest"]))
            live = _live(desk, actor, body, seen)
            thing = row.values.get(last(said.thing)) if said.thing else None
            found.append(
                Bound(
                    said, row, thing if isinstance(thing, Ref) else None, one,
                    body if live is not None else None, live, _moved(desk, body, live),
                )
            )  # fmt: skip
    return tuple(found)


def _live(
    desk: Desk, actor: Actor, kept: KeptVersion | None, seen: dict[str, Record | None]
) -> Record | None:
    """Return the version as it stands now, where the actor sees all that a structure is made of."""
    if kept is None:
        return None
    if kept.record not in seen:
        seen[kept.record] = None
        catalog = desk.catalogs.current()
        model = catalog.forms.get(kept.form)
        if model is not None and model.form.structure is not None:
            narrowed = catalog.access.scope(actor, kept.form).narrowed
            if not Shelf(model).needs & narrowed:
                try:
                    seen[kept.record] = look.record(desk, actor, kept.form, kept.record)
                except Refused:
                    seen[kept.record] = None
    return seen[kept.record]


def _moved(desk: Desk, kept: KeptVersion | None, live: Record | None) -> bool | None:
    if kept is None or live is None or live.unseen:
        return None
    model = desk.catalogs.current().forms[kept.form]
    was: Mapping[str, Any] = kept.data["values"]
    now = model.to_json(live.values)
    return any(now.get(name) != value for name, value in was.items())
