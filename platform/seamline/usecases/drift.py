"""What differs between mirrors and their system: found by comparing, refused, or of one's own.

A person sees here which row was not taken over and why, mends it here or over there, and lets it
be taken over at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.connector import Reads, Setback
from seamline.facts import Actor
from seamline.metadata import Connection, Mirror
from seamline.problems import Refused
from seamline.store import MirrorState, Query, Unit
from seamline.text import Text

from . import connections
from .desk import Desk
from .mirroring.progress import Drift, Progress
from .mirroring.settling import postings
from .mirroring.taking import Taker

MOST = 200  # own moves shown


@dataclass(frozen=True, slots=True)
class Unposted:
    """A record whose figure holds moves that the other system has not posted: by how much, since
    when the record stands so."""

    record: str
    code: str
    field: str
    amount: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How one mirror stands: when it was read, what comparisons found, what was refused.

    `refused` are the problems of rows by their key, in plain data; `unposted` are this side's own
    moves on top of the other system's figures.
    """

    mirror: Mirror
    read_at: datetime | None
    next_at: datetime | None
    compared_at: datetime | None
    failures: int
    drift: Drift
    refused: Mapping[str, Any]
    unposted: tuple[Unposted, ...]


def standings(desk: Desk, actor: Actor, id: str) -> tuple[Standing, ...]:
    """Return how the mirrors of a connection stand; raises Refused 403 or 404."""
    connection = connections.shown(desk, actor, id).connection
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        return tuple(
            _standing(unit, catalog, one, unit.mirrors.state(id, one.id))
            for one in connection.mirrors
        )


def _standing(unit: Unit, catalog: Catalog, mirror: Mirror, state: MirrorState) -> Standing:
    progress = Progress.of(state)
    compared = progress.compared_at
    return Standing(
        mirror,
        state.read_at,
        state.next_at,
        datetime.fromisoformat(compared) if compared else None,
        progress.failures,
        progress.drift,
        progress.refused,
        tuple(_unposted(unit, catalog, mirror)),
    )


def _unposted(unit: Unit, catalog: Catalog, mirror: Mirror) -> Iterator[Unposted]:
    """Yield the records that hold moves of this side, the longest so first."""
    if mirror.settles is None or mirror.form not in catalog.forms:
        return
    model = catalog.forms[mirror.form]
    for field in {posting.into for _, posting in postings(catalog, mirror)}:
        where = parse({"!=": [{"var": field}, 0]}, model.scope)
        query = Query(where=where, sort=("_updated_at",), limit=MOST, fields=(field,))
        for one in unit.records.page(model.tables, query).rows:
            amount = one.values.get(field)
            if amount is not None:
                code = str(one.values.get(mirror.key) or one.code)
                yield Unposted(one.id, code, field, Decimal(str(amount)), one.updated_at)


def resume(desk: Desk, actor: Actor, id: str, mirror_id: str, key: str) -> bool:
    """Read a refused row again and take it over; return whether that went well now.

    Raises Refused: 403, 404, 409 where the connection is off, 502 with what its system said.
    """
    connection = connections.shown(desk, actor, id).connection
    mirror = next((one for one in connection.mirrors if one.id == mirror_id), None)
    if mirror is None:
        say = Text(f"没有镜像“{mirror_id[:60]}”。", f"There is no mirror '{mirror_id[:60]}'.")
        raise Refused.one("unknown_mirror", say, status=404)
    if not connection.on:
        say = Text(f"连接“{id}”没有启用。", f"The connection '{id}' is not on.")
        raise Refused.one("connection_off", say, status=409)
    taker = Taker.of(desk, desk.catalogs.current(), connection, mirror)
    _take(desk, connection, taker, key)
    with desk.store.unit() as unit:
        state = unit.mirrors.state(id, mirror_id)
        mended = taker.tally.mended | ({key} - set(taker.tally.refused))
        progress = Progress.of(state).with_refused(taker.tally.refused, mended)
        unit.mirrors.put_state(progress.kept(state))
    return key not in taker.tally.refused


def _take(desk: Desk, connection: Connection, taker: Taker, key: str) -> None:
    with ExitStack() as stack:
        try:
            connector = stack.enter_context(connections.opened(desk, connection.id))
            found = (
                connector.find(taker.mirror.entity, key) if isinstance(connector, Reads) else None
            )
        except Setback as setback:
            raise Refused([setback.problem], 502) from None
        if found is not None:
            taker.take([found], clock.now())
