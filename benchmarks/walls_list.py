"""A supplier's list among very many tasks, beside the administrator's: medians, one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from sqlalchemy import insert

from seamline.facts import Actor, Party
from seamline.store import Query
from seamline.store.ulid import ulid
from seamline.ui.leaks.canaries import Telling
from seamline.ui.leaks.staging import Stage
from seamline.usecases import look
from seamline.usecases.desk import Desk
from stand import ADMINISTRATOR, asked, stand, table

FORM, SUPPLIERS, BATCH, TIMES = "subcontract_task", 3, 2_000, 40
STATES = ("to_start", "quenching", "tempering", "shot_blasting", "finished")


def main() -> None:
    """Load the tasks, list them in turn as both readers, print medians over the rounds."""
    wanted = asked(__doc__, rows=100_000)
    with stand(wanted.database) as bench:
        desk = bench.desk()
        try:
            suppliers = _load(desk, wanted.rows)
            readers = {
                "administrator": ADMINISTRATOR,
                "supplier": Actor("heat1", "heat1", ("supplier",), party=suppliers[0]),
            }
            rows = []
            for total in (False, True):
                for name, who in readers.items():
                    page = _listing(desk, who, total)
                    first = page()
                    rounds = [_milliseconds(page) for _ in range(wanted.rounds)]
                    rows.append([name, str(total), str(first), f"{median(rounds):.2f}"])
        finally:
            desk.close()
    table(["reader", "total counted", "rows on the page", "median ms"], rows)


def _load(desk: Desk, count: int) -> list[Party]:
    """Make one task through the door and copy it, for several suppliers in turn."""
    stage = Stage(desk, desk.catalogs.current(), ADMINISTRATOR, set(), Telling())
    first = stage.make(FORM, "mine")
    model = desk.catalogs.current().forms["supplier"]
    made = [stage.make("supplier", f"s{number}") for number in range(SUPPLIERS)]
    parties = [Party("supplier", one.id, str(one.values[str(model.form.key)])) for one in made]
    main = desk.catalogs.current().forms[FORM].tables.main
    with desk.store.unit() as unit:
        stored = dict(unit.connection.execute(main.select()).mappings().first() or {})
        stored = {column.key: stored[column.name] for column in main.columns}
        for start in range(0, count, BATCH):
            unit.connection.execute(
                insert(main),
                [_copy(stored, parties, number) for number in range(start, start + BATCH)],
            )
    assert first.id
    return parties


def _copy(stored: dict[str, object], parties: list[Party], number: int) -> dict[str, object]:
    due = date(2027, 1, 1) + timedelta(days=number % 365)
    return stored | {
        "_id": ulid(), "_code": f"B-{number}", "_state": STATES[number % len(STATES)],
        "supplier": parties[number % len(parties)].id, "due_date": due,
    }  # fmt: skip


def _listing(desk: Desk, who: Actor, total: bool) -> Callable[[], int]:
    query = Query(limit=50, total=total, fields=("material", "qty", "due_date", "expected_finish"))
    return lambda: len(look.page(desk, who, FORM, replace(query)).rows)


def _milliseconds(page: Callable[[], int]) -> float:
    begun = time.perf_counter()
    for _ in range(TIMES):
        page()
    return (time.perf_counter() - begun) * 1000 / TIMES


if __name__ == "__main__":
    main()
