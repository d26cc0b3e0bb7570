"""A supplier's list among very many tasks, beside the administrator's: in one process, as pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

from sqlalchemy import insert

from seamline.facts import Actor, Origin, Party
from seamline.store import Query
from seamline.store.ulid import ulid
from seamline.ui.leaks.canaries import Telling
from seamline.ui.leaks.staging import Stage
from seamline.usecases import accounts, look
from seamline.usecases.desk import Desk
from stand import ADMINISTRATOR, Spent, Stand, asked, shown, stand, table
from w5_start import Browser

FORM, SUPPLIERS, BATCH, TIMES = "subcontract_task", 3, 2_000, 40
PAGES = 40  # of one reader in one round
PASSWORD = "a long word of the heat treater"
STATES = ("to_start", "quenching", "tempering", "shot_blasting", "finished")


def main() -> None:
    """Load the tasks, list them in turn as both readers, print medians over the rounds."""
    wanted = asked(__doc__, rows=100_000)
    with stand(wanted.database) as bench:
        desk = bench.desk()
        try:
            suppliers = _load(desk, wanted.rows)
            _account(desk, suppliers[0])
            _in_process(desk, suppliers[0], wanted.rounds)
        finally:
            desk.close()
        print()
        _as_pages(bench, wanted.rounds)


def _in_process(desk: Desk, supplier: Party, rounds: int) -> None:
    readers = {
        "administrator": ADMINISTRATOR,
        "supplier": Actor("heat1", "heat1", ("supplier",), party=supplier),
    }
    rows = []
    for total in (False, True):
        pages = {name: _listing(desk, who, total) for name, who in readers.items()}
        first = {name: page() for name, page in pages.items()}
        spent: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(rounds):
            for name, page in pages.items():
                spent[name].append(_milliseconds(page))
        for name in pages:
            rows.append([name, str(total), str(first[name]), f"{median(spent[name]):.2f}"])
    table(["reader, one process", "total counted", "rows on the page", "median ms"], rows)


def _account(desk: Desk, supplier: Party) -> None:
    way = Origin("cli")
    accounts.create_user(
        desk, ADMINISTRATOR, way, login="heat1", name="heat1", roles=["supplier"],
        password=PASSWORD, party=f"{supplier.form}={supplier.key}",
    )  # fmt: skip


def _as_pages(bench: Stand, rounds: int) -> None:
    """Ask for the list as both people see it, in turn."""
    people = {bench.started.login: bench.started.password, "heat1": PASSWORD}
    cost: dict[str, list[float]] = {login: [] for login in people}
    size = {}
    with bench.served() as server:
        browsers = {login: Browser(server.port) for login in people}
        for login, browser in browsers.items():
            browser.sign_in(login, people[login])
            size[login] = browser.get(f"/r/{FORM}").count("<tr")
        for _ in range(rounds):
            for login, browser in browsers.items():
                spent = Spent(server, bench.postmaster)
                for _ in range(PAGES):
                    browser.get(f"/r/{FORM}")
                cost[login].append(sum(spent.per(PAGES)))
    rows = [[login, str(size[login]), shown(cost[login])] for login in people]
    table(["reader of the page", "rows of the table", "CPU ms per page"], rows)


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
