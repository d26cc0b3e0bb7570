"""W1: define a form of 21 fields with a sub-table and publish it; add a field to a full table."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from seamline.facts import Origin
from seamline.testing.filling import Filling
from seamline.ui.surge.sending import Clients
from seamline.usecases import install
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit
from stand import ADMINISTRATOR, Stand, analyse, asked, shown, stand, table

PACKAGE = """\
seamline: 1
package: wide
version: 0.{version}.0
title: Wide
licence: Apache-2.0
language: en
zone: UTC
currency: EUR
"""
HEAD = """\
seamline: 1
form: {form}
title: {form}
sections:
  - id: all
    title: All
    fields:
"""
LINES = """\
      - id: lines
        kind: table
        label: Lines
        min_rows: 1
        fields:
          - {id: part, kind: text, label: Part, required: true}
          - {id: qty, kind: decimal, label: Quantity, required: true, min: 1}
          - {id: price, kind: money, label: Price, required: true, min: 0}
"""
LIST = """\
list: {columns: [text_1, choice_1, date_1], filters: [choice_1, choice_2, date_1], sort: [date_1]}
"""
KINDS = (("text", 5), ("choice", 5), ("decimal", 5), ("date", 3), ("integer", 2), ("boolean", 1))
OPTIONS = "[{id: a, label: A}, {id: b, label: B}, {id: c, label: C}]"
FORM = "wide"
SEEDS = 1_000


def main() -> None:
    """Publish, fill, add a field while a client keeps posting; print medians over the rounds."""
    wanted = asked(__doc__, rows=100_000)
    defined: list[float] = []
    added: list[tuple[float, ...]] = []
    with stand(wanted.database, ()) as bench:
        desk = bench.desk()
        folder = bench.started.settings.workspace / "package"
        for number in range(wanted.rounds):
            defined.append(_publish(desk, folder, {f"{FORM}_{number}": 0}, number))
        forms = {f"{FORM}_{number}": 0 for number in range(wanted.rounds)} | {FORM: 0}
        _publish(desk, folder, forms, wanted.rounds)
        print(f"{bench.database}: filling {wanted.rows} records ...", flush=True)
        fill(desk, wanted.rows)
        for number in range(1, wanted.rounds + 1):
            forms[FORM] = number
            added.append(_under_load(bench, desk, folder, forms, wanted.rounds + number))
        desk.close()
    table(
        ["", "seconds", "orders posted meanwhile /s", "longest wait of a writer ms"],
        [
            ["define 21 fields + sub-table, publish", shown(defined, 2), "-", "-"],
            [
                f"add one field at {wanted.rows} records",
                *(shown(column, 2) for column in zip(*added, strict=True)),
            ],
        ],
    )


def write(folder: Path, forms: dict[str, int], version: int) -> None:
    """Write the package: each form with its 21 fields, sub-table and so many added fields."""
    (folder / "forms").mkdir(parents=True, exist_ok=True)
    (folder / "package.yaml").write_text(PACKAGE.format(version=version), encoding="utf-8")
    for form, extra in forms.items():
        words = [HEAD.format(form=form)]
        for kind, count in KINDS:
            more = f", options: {OPTIONS}" if kind == "choice" else ""
            for number in range(1, count + 1):
                name = f"{kind}_{number}"
                words.append(
                    f"      - {{id: {name}, kind: {kind}, label: {name}, required: true{more}}}\n"
                )
        for number in range(1, extra + 1):
            words.append(f"      - {{id: added_{number}, kind: text, label: Added}}\n")
        words += [LINES, LIST]
        (folder / f"forms/{form}.yaml").write_text("".join(words), encoding="utf-8")


def _publish(desk: Desk, folder: Path, forms: dict[str, int], version: int) -> float:
    write(folder, forms, version)
    begun = time.perf_counter()
    install.publish(desk, ADMINISTRATOR, Origin("cli"), folder)
    return time.perf_counter() - begun


def filling(desk: Desk) -> Filling:
    """Return what makes records of the form."""
    return Filling(desk.catalogs.current().forms[FORM].form, {})


def fill(desk: Desk, rows: int) -> None:
    """Make some records through the product, then multiply their rows inside the database."""
    made = filling(desk)
    for number in range(SEEDS):
        submit(desk, ADMINISTRATOR, Origin("seed"), Submission(FORM, "create", made.values(number)))
    main_table = desk.catalogs.current().forms[FORM].tables.main
    others = ", ".join(f'"{column.name}"' for column in main_table.columns if column.name != "_id")
    sqlite = desk.store.dialect == "sqlite"
    new_id = (
        "printf('%026d', copy.n * :seeds + row.n)"
        if sqlite
        else ("lpad((copy.n * :seeds + row.n)::text, 26, '0')")
    )
    numbers = (
        "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :copies)"
        " SELECT n FROM c)"
        if sqlite
        else "(SELECT generate_series(1, :copies) AS n)"
    )
    rows_of = f"(SELECT *, row_number() OVER () AS n FROM {main_table.name})"
    statement = (
        f"INSERT INTO {main_table.name} (_id, {others}) SELECT {new_id}, {others}"
        f" FROM {numbers} AS copy CROSS JOIN {rows_of} AS row"
    )
    with desk.store.unit() as unit:
        unit.connection.execute(text(statement), {"copies": rows // SEEDS - 1, "seeds": SEEDS})
    analyse(desk)


def _under_load(
    bench: Stand, desk: Desk, folder: Path, forms: dict[str, int], version: int
) -> tuple[float, ...]:
    with bench.served() as server:
        made = filling(desk)

        def values(number: int) -> dict[str, Any]:
            return made.values(version * 1_000_000 + number)

        clients = Clients(server.port, FORM, bench.started.token, values)
        clients.run(20, 1)
        writer = threading.Thread(target=clients.run, args=(10**9, 2, 6.0))
        writer.start()
        time.sleep(1.0)
        before = len(clients.outcome.seconds)
        seconds = _publish(desk, folder, forms, version)
        time.sleep(1.5)  # the served process adopts the new form within this time
        during = clients.outcome.seconds[before:]
        writer.join()
        assert not clients.outcome.refused, clients.outcome.refused[0]
    return seconds, len(during) / (seconds + 1.5), max(during, default=0.0) * 1000


if __name__ == "__main__":
    main()
