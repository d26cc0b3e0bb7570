"""Which connections a migration may read from, what they have, and the first things of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.connector import Entity, Member, Setback
from seamline.metadata import Connection, FromConnection
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases.connected import able
from seamline.usecases.desk import Desk
from seamline.usecases.spreadsheets import Line, Table

from .keeping import connected
from .sources import cell_of, entity_named, row_names
from .suggesting import SAMPLES


@dataclass(frozen=True, slots=True)
class Sampled:
    """An entity as a source: the first of its things, and of their lines, as tables.

    `key` is the member that tells things apart; `titles` are what members are called, those of
    lines under `lines.`.
    """

    source: FromConnection
    table: Table
    detail: Table | None
    key: str
    titles: Mapping[str, Text]


def readable(desk: Desk) -> list[Connection]:
    """Return the connections that are on and can be read."""
    return able(desk, "read")


def entities(desk: Desk, connection: str) -> list[Entity]:
    """Return what a connection has to read, also what somebody has to mend before.

    Raises Refused 409 or 502 with what it says.
    """
    with connected(desk, connection) as connector:
        try:
            return [one for one in connector.describe() if one.readable or one.wrong]
        except Setback as setback:
            raise Refused((setback.problem,), 502) from setback


def sampled(desk: Desk, connection: str, entity: str) -> Sampled:
    """Return what an entity of a connection looks like; raises Refused 404, 409 or 502."""
    with connected(desk, connection) as connector:
        found = entity_named(connector, entity)
        try:
            page = connector.read(found.name, None, SAMPLES)
        except Setback as setback:
            raise Refused((setback.problem,), 502) from setback
    things = [change.values for change in page.changes]
    lines = next((one for one in found.members if _lines(one)), None)
    heads = tuple(one.name for one in found.members if one is not lines)
    titles = {one.name: one.title for one in found.members}
    table = Table(found.name, heads, lambda: iter(_listed(heads, things)))
    rows, detail = "", None
    if lines is not None:
        rows, names = lines.name, row_names(found, lines.name)
        titles |= {f"lines.{one.name}": one.title for one in lines.rows}
        inner = [row for thing in things for row in thing.get(rows) or ()]
        detail = Table(found.name, names, lambda: iter(_listed(names, inner)))
    source = FromConnection(connection, entity, rows)
    key = found.key[0] if len(found.key) == 1 else ""
    return Sampled(source, table, detail, key, titles)


def _lines(member: Member) -> bool:
    """Return whether a member has the lines of a thing: rows that are no files."""
    return member.kind == "rows" and all(one.kind != "file" for one in member.rows)


def _listed(names: Sequence[str], things: Sequence[Mapping[str, Any]]) -> list[Line]:
    return [
        Line(number, tuple(cell_of(thing.get(name)) for name in names))
        for number, thing in enumerate(things, 1)
    ]
