"""Measures over the journal of 100,000 orders: each figure, and how fast a dashboard opens."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from seamline import clock
from seamline.facts import Origin, Record
from seamline.store import Unit
from seamline.store.platform_tables import CHAIN, EVENTS
from seamline.store.ulid import ulid
from seamline.ui.app import create_app
from seamline.ui.surge.course import FORM, TABLE, orders
from seamline.usecases import measure
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit
from stand import (
    ADMINISTRATOR,
    BATCH,
    PATTERNS,
    Stand,
    analyse,
    asked,
    copy_of,
    shown,
    stand,
    table,
)

DAYS, OPENINGS = 365, 5
PAGE = "/p/verification"
LATER = (("release", "submitted", "released", 3), ("deliver", "in_production", "delivered", 400))


def main() -> None:
    """Load orders with their journal, reckon every measure anew, then open the dashboard."""
    wanted = asked(__doc__, rows=100_000)
    with stand(wanted.database) as bench:
        desk = bench.desk()
        print(f"{bench.database}: storing {wanted.rows} orders with their entries ...", flush=True)
        _load(desk, bench, wanted.rows)
        names = [one.id for one in measure.visible(desk.catalogs.current(), ADMINISTRATOR)]
        desk.close()
        figures: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(wanted.rounds):
            fresh = open_desk(bench.started.settings)  # nothing in its memory
            for name in names:
                begun = time.perf_counter()
                measure.measured(fresh, ADMINISTRATOR, name)
                figures[name].append((time.perf_counter() - begun) * 1000)
            fresh.close()
        table(
            ["measure, 12 periods, nothing in memory", "ms"],
            [[name, shown(column)] for name, column in figures.items()],
        )
        print()
        first, again = _opened(bench, wanted.rounds)
        table(
            [f"dashboard {PAGE}", "ms"],
            [
                ["first opening after a start", shown(first)],
                ["opened again", shown(again)],
            ],
        )


def _opened(bench: Stand, rounds: int) -> tuple[list[float], list[float]]:
    """Return how long the page takes the first time after a start, and from then on."""
    first, again = [], []
    for _ in range(rounds):
        fresh = open_desk(bench.started.settings)
        visitor = create_app(fresh).test_client()
        page = visitor.get("/sign-in").get_data(as_text=True)
        given = {"login": bench.started.login, "password": bench.started.password}
        token = page.partition('name="_csrf" value="')[2].partition('"')[0]
        visitor.post("/sign-in", data=given | {"_csrf": token})
        first.append(_milliseconds(visitor))
        again += [_milliseconds(visitor) for _ in range(OPENINGS)]
        fresh.close()
    return first, again


def _milliseconds(visitor: FlaskClient) -> float:
    begun = time.perf_counter()
    assert visitor.get(PAGE).status_code == 200
    return (time.perf_counter() - begun) * 1000


def _load(desk: Desk, bench: Stand, count: int) -> None:
    """Put orders and their entries in, past the door: copies of orders that the product made.

    Their hashes do not hold: what is measured does not ask for them. Each names the verdict of
    the order it is a copy of.
    """
    dice = random.Random(7)
    made = [_pattern(desk, bench, number) for number in range(1, PATTERNS + 1)]
    tables = desk.catalogs.current().forms[FORM].tables
    today = clock.today(desk.catalogs.current().zone)
    with desk.store.reading() as unit:
        entries = {one.id: _entry(unit, one.id) for one in made}
        seq = int(unit.connection.execute(select(func.max(EVENTS.c.seq))).scalar_one())
    for begun in range(0, count, BATCH):
        with desk.store.unit() as unit:
            rows: list[dict[str, Any]] = []
            for number in range(begun, min(begun + BATCH, count)):
                pattern = made[number % PATTERNS]
                order = copy_of(pattern, PATTERNS + number, dice, today)
                unit.records.insert(tables, order)
                at = clock.now() - timedelta(minutes=dice.randint(0, DAYS * 1440))
                for told in _told(entries[pattern.id], order, at, dice):
                    seq += 1
                    rows.append(told | {"seq": seq})
            unit.connection.execute(insert(EVENTS), rows)
            unit.connection.execute(update(CHAIN).values(seq=seq))
    analyse(desk)


def _pattern(desk: Desk, bench: Stand, number: int) -> Record:
    values = orders(bench.started, seed=99).values(number)
    values[TABLE] = values[TABLE][:1] * 5
    asked_ = Submission(FORM, "create", values)
    return submit(desk, ADMINISTRATOR, Origin("form"), asked_).record


def _entry(unit: Unit, record: str) -> dict[str, Any]:
    wanted = select(EVENTS).where(EVENTS.c.record == record, EVENTS.c.kind == "created")
    row = unit.connection.execute(wanted).mappings().one()
    return {column.key: row[column.name] for column in EVENTS.columns}


def _told(
    entry: dict[str, Any], order: Record, at: datetime, dice: random.Random
) -> Iterator[dict[str, Any]]:
    own = {"record": order.id, "code": order.code, "tracking": order.tracking, "hash": ulid(at)}
    yield entry | own | {"at": at}
    for step, before, after, hours in LATER:
        at = at + timedelta(minutes=dice.randint(1, hours * 60))
        if at > clock.now():
            return
        body = f'{{"state": ["{before}", "{after}"], "revision": 1, "changes": {{}}}}'
        yield entry | own | {
            "kind": "stepped", "step": f"{FORM}.{step}", "at": at, "body": body, "decision": "",
        }  # fmt: skip


if __name__ == "__main__":
    main()
