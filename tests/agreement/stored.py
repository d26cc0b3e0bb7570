"""The tables that hold the made records in both databases, typed as the store types them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, select

from seamline.conditions.node import Node, Not
from seamline.conditions.sql import Child, where
from seamline.store.types import Day, Exact, Moment, WordSet, integers, truths, words

from .making import PLACES, ROW, SCOPE

META = MetaData()
TYPES = {
    "text": words, "boolean": truths, "date": Day, "datetime": Moment, "duration": integers,
    "list": WordSet, "file": words, "place": words,
}  # fmt: skip


def _column(name: str, type_: str) -> Column[Any]:
    if type_ != "number":
        return Column(name, TYPES[type_]())
    places = PLACES.get(name, 2)
    return Column(name, Exact(places) if places else integers())


MAIN = Table(
    "agreed", META, Column("_id", integers(), primary_key=True),
    *(_column(name, type_) for name, type_ in SCOPE.types.items() if type_ != "table"),
)  # fmt: skip
ROWS = {
    table: Table(
        f"agreed__{table}", META, Column("_id", integers(), primary_key=True),
        Column("_parent", integers(), index=True),
        *(_column(name, type_) for name, type_ in ROW.types.items()),
    )
    for table in SCOPE.rows
}  # fmt: skip


def fill(connection: Connection, records: Iterable[Mapping[str, Any]]) -> None:
    """Make the tables and put the records in, numbered from 0."""
    META.drop_all(connection)
    META.create_all(connection)
    for number, facts in enumerate(records):
        connection.execute(MAIN.insert(), {"_id": number, **_kept(facts, MAIN)})
        for name, table in ROWS.items():
            for position, row in enumerate(facts[name]):
                key = {"_id": number * 100 + position, "_parent": number}
                connection.execute(table.insert(), key | _kept(row, table))


def _kept(facts: Mapping[str, Any], table: Table) -> dict[str, Any]:
    return {name: _cell(name, value) for name, value in facts.items() if name in table.c}


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if name in ("papers", "photos") and value is not None:
        return json.dumps([{"sha256": "0"}] * value)
    return value


def answers(
    connection: Connection, node: Node, main: Table = MAIN, below: Mapping[str, Table] = ROWS
) -> list[bool | None]:
    """Return what SQL says of every record: true, false, or neither."""
    children = {
        name: Child(table, table.c["_parent"] == main.c["_id"], dict(table.c))
        for name, table in below.items()
    }
    yes, no = (
        set(connection.execute(
            select(main.c["_id"]).where(where(one, dict(main.c), children))
        ).scalars())
        for one in (node, Not(node))
    )  # fmt: skip
    assert not yes & no
    total = connection.execute(select(main.c["_id"])).scalars()
    return [True if one in yes else False if one in no else None for one in sorted(total)]
