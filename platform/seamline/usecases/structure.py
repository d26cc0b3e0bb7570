"""What things are made of, as their reader sees it: exploded, looked up in reverse, checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from seamline import clock
from seamline.conditions.parse import parse
from seamline.facts import Actor, Record, Value
from seamline.forms import FormModel
from seamline.problems import Refused, did_you_mean
from seamline.store import Query
from seamline.text import Text
from seamline.versioning import (
    Change,
    Fault,
    Library,
    Node,
    Use,
    Version,
    differing,
    explode,
    faults,
    fitting,
    used_in,
)

from . import look
from .desk import Desk
from .shelving import MOST_LEVELS, Shelf, at_once, fill, fill_below

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Exploded:
    """A version taken apart on a day for a group.

    `rows` holds the cells of each row by its id, `labels` what things are called. `family` are all
    versions of the thing, oldest first; `fits` those in force then.
    """

    model: FormModel
    thing: str
    top: Version | None
    day: date
    group: str | None
    nodes: tuple[Node, ...]
    rows: Mapping[str, Mapping[str, Value]]
    labels: Mapping[str, str]
    family: tuple[Version, ...] = ()
    fits: tuple[Version, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Between:
    """What of two versions differs on every level, what does not, what things are called."""

    changes: tuple[Change, ...]
    same: int
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Used:
    """Where a thing is used, directly or through others, and what all of it is called."""

    uses: tuple[Use, ...]
    rows: Mapping[str, Mapping[str, Value]]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the versions of a form that its reader sees."""

    faults: tuple[Fault, ...]
    things: int
    versions: int
    labels: Mapping[str, str]


def forms_with(desk: Desk, actor: Actor) -> list[FormModel]:
    """Return the forms that say what things are made of, those that the actor may read."""
    catalog = desk.catalogs.current()
    return [
        model
        for form, model in catalog.forms.items()
        if model.form.structure is not None and catalog.access.may(actor, "read", form)
    ]


def require(desk: Desk, actor: Actor, form: str) -> None:
    """Raise Refused 404 where a form has no library, 403 where what it needs is hidden."""
    _shelf(desk, actor, form)


def exploded(
    desk: Desk,
    actor: Actor,
    form: str,
    thing: str,
    day: date | None = None,
    group: str | None = None,
    version: str = "",
    amount: Decimal = Decimal(1),
) -> Exploded:
    """Return a thing taken apart on a day: by `version` (an id), else by the newest in force.

    `top` is None where no version is in force. Raises Refused 403 or 404.
    """
    shelf = _shelf(desk, actor, form)
    day = day or clock.today(desk.catalogs.current().zone)
    fetch = partial(_records, desk, actor, shelf)
    fill(shelf, [thing], fetch)
    family = shelf.library().get(thing, ())
    fits = fitting(family, day, group)
    top = next((one for one in family if one.id == version), None)
    top = top or (fits[-1] if fits else None)
    nodes: tuple[Node, ...] = ()
    if top is not None:
        fill_below(shelf, {part.thing for part in top.parts}, fetch)
        nodes = explode(shelf.library(), top, day, group, amount)
    records = {one.id: shelf.records[one.id] for one in family if one.id in shelf.records}
    return Exploded(
        shelf.model, thing, top, day, group, nodes, shelf.rows, shelf.labels, family, fits, records
    )


class Levels:
    """Compares versions of one form on every level; what was read once is not read again.

    Raises Refused 403 or 404 where the actor does not see what things are made of.
    """

    def __init__(self, desk: Desk, actor: Actor, form: str) -> None:
        self._shelf = _shelf(desk, actor, form)
        self._fetch = partial(_records, desk, actor, self._shelf)

    def between(self, thing: str, day: date, old: str, new: str) -> Between:
        """Return what differs between two versions of a thing (ids), as they count on a day.

        Nothing where one of them is beyond reach.
        """
        shelf = self._shelf
        if thing not in shelf.asked:
            fill(shelf, [thing], self._fetch)
        family = {one.id: one for one in shelf.library().get(thing, ())}
        if not {old, new} <= family.keys():
            return Between((), 0, {})
        parts = {part.thing for id_ in (old, new) for part in family[id_].parts}
        fill_below(shelf, parts, self._fetch)
        was, now = (explode(shelf.library(), family[id_], day) for id_ in (old, new))
        changes, same = differing(was, now)
        return Between(changes, same, shelf.labels)


def used(desk: Desk, actor: Actor, form: str, thing: str, day: date | None = None) -> Used:
    """Return where a thing is used; with `day` only what counts then."""
    shelf = _shelf(desk, actor, form)
    said = shelf.said
    wanted, seen = {thing}, {thing}
    for _level in range(MOST_LEVELS):
        if not wanted:
            break
        found: set[str] = set()
        for part in at_once(sorted(wanted)):
            inside: dict[str, Any] = {"in": [{"var": said.part}, part]}
            where = {"some": [{"var": said.lines}, inside]} if said.lines else inside
            for record in _records(desk, actor, shelf, where):
                found.add(shelf.add(record))
        wanted, seen = found - seen - {""}, seen | found
    library = shelf.library()
    return Used(used_in(library, thing, day), shelf.rows, shelf.labels)


def checked(desk: Desk, actor: Actor, form: str) -> Checked:
    """Return everything that is wrong with the versions of a form, as its reader sees them."""
    shelf = _shelf(desk, actor, form)
    for record in _records(desk, actor, shelf, None):
        shelf.add(record)
    library = shelf.library()
    count = sum(len(versions) for versions in library.values())
    return Checked(faults(library), len(library), count, shelf.labels)


def whole(desk: Desk, actor: Actor, form: str) -> tuple[Library, Mapping[str, str]]:
    """Return every version that the actor sees, and what the things are called."""
    shelf = _shelf(desk, actor, form)
    for record in _records(desk, actor, shelf, None):
        shelf.add(record)
    return shelf.library(), shelf.labels


def _shelf(desk: Desk, actor: Actor, form: str) -> Shelf:
    """Return an empty shelf of a form; raises Refused where its needs are hidden from the actor."""
    catalog = desk.catalogs.current()
    model = catalog.forms.get(form)
    if model is None or model.form.structure is None:
        say = Text(
            f"表单“{form[:60]}”没有说明由什么组成。",
            f"The form '{form[:60]}' says nothing of what things are made of.",
        )
        known = [one.form.id for one in forms_with(desk, actor)]
        raise Refused.one("no_structure", say, status=404, hint=did_you_mean(form[:60], known))
    catalog.access.require(actor, "read", form)
    shelf = Shelf(model)
    if shelf.needs & catalog.access.scope(actor, form).narrowed:
        raise Refused.one(
            "structure_hidden",
            Text("您看不到用料结构的全部内容。", "You do not see all of what things are made of."),
            status=403,
        )
    return shelf


def _records(
    desk: Desk, actor: Actor, shelf: Shelf, where: Mapping[str, Any] | None
) -> Iterator[Record]:
    query = Query(
        where=parse(where, shelf.model.scope) if where is not None else None,
        sort=("_id",),
        limit=PAGE,
        total=False,
        fields=shelf.fields,
    )
    cursor: str | None = None
    while True:
        page = look.page(desk, actor, shelf.model.form.id, replace(query, cursor=cursor))
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return
