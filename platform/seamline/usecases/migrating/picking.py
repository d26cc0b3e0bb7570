"""Which connections a migration may read from, what they have, and the first things of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seamline.connector import Entity, Member, Setback
from seamline.metadata import Connection, FromConnection
from seamline.problems import Refused
from seamline.usecases.connected import able
from seamline.usecases.desk import Desk
from seamline.usecases.spreadsheets import Line, Table

from .keeping import connected
from .sources import cell_of, entity_named, row_names
from .suggesting import SAMPLES


def readable(desk: Desk) -> list[Connection]:
    """Return the connections that are on and can be read."""
    return able(desk, "read")


def entities(desk: Desk, connection: str) -> list[Entity]:
    """Return what a connection has to read; raises Refused 409 or 502 with what it says."""
    with connected(desk, connection) as connector:
        try:
            return [one for one in connector.describe() if one.readable]
        except Setback as setback:
            raise Refused((setback.problem,), 502) from setback


def sampled(desk: Desk, connection: str, entity: str) -> tuple[FromConnection, Table, Table | None]:
    """Return an entity as a source, and the first of its things and of their lines as tables."""
    with connected(desk, connection) as connector:
        found = entity_named(connector, entity)
        try:
            page = connector.read(found.name, None, SAMPLES)
        except Setback as setback:
            raise Refused((setback.problem,), 502) from setback
    things = [change.values for change in page.changes]
    rows = next((one.name for one in found.members if _lines(one)), "")
    heads = tuple(one.name for one in found.members if one.name != rows)
    table = Table(found.name, heads, lambda: iter(_listed(heads, things)))
    if not rows:
        return FromConnection(connection, entity), table, None
    names = row_names(found, rows)
    inner = [row for thing in things for row in thing.get(rows) or ()]
    detail = Table(found.name, names, lambda: iter(_listed(names, inner)))
    return FromConnection(connection, entity, rows), table, detail


def _lines(member: Member) -> bool:
    """Return whether a member has the lines of a thing: rows that are no files."""
    return member.kind == "rows" and all(one.kind != "file" for one in member.rows)


def _listed(names: Sequence[str], things: Sequence[Mapping[str, Any]]) -> list[Line]:
    return [
        Line(number, tuple(cell_of(thing.get(name)) for name in names))
        for number, thing in enumerate(things, 1)
    ]
