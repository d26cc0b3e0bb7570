"""Preview of a switch over 100,000 stored decisions, and what a flip costs a running process."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from seamline import clock
from seamline.facts import Origin
from seamline.store.platform_tables import DECISIONS, EVENTS
from seamline.store.ulid import ulid
from seamline.ui.surge.course import FORM, TABLE, orders
from seamline.usecases import preview
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit
from stand import ADMINISTRATOR, BATCH, Stand, analyse, asked, shown, stand, table

RULES = ("technical_agreement", "credit_exceeded", "due_date_tight", "stock_below_line")
PATTERNS, LINES, PEOPLE, DAYS = 20, 5, 40, 30
STEP = f"{FORM}.create"


def main() -> None:
    """Load the decisions, then preview and flip round by round and print medians."""
    wanted = asked(__doc__, rows=100_000)
    with stand(wanted.database) as bench:
        desk = bench.desk()
        print(f"{bench.database}: storing {wanted.rows} decisions ...", flush=True)
        _load(desk, bench, wanted.rows)
        figures: dict[str, list[tuple[float, float, int]]] = {rule: [] for rule in RULES}
        for _ in range(wanted.rounds):
            for rule in RULES:
                figures[rule].append(_preview(desk, f"order_create.{rule}"))
        table(
            ["rule switched", "seconds", "CPU s of this process", "decisions changed"],
            [
                [rule, shown([one[0] for one in rounds], 2), shown([one[1] for one in rounds], 2),
                 str(rounds[0][2])]
                for rule, rounds in figures.items()
            ],
        )  # fmt: skip
        print(f"swap of the switches in a running process: {_swap(desk):.1f} microseconds")
        desk.close()


def _preview(desk: Desk, key: str) -> tuple[float, float, int]:
    on = desk.catalogs.current().switches.get(key, True)
    began, cpu = time.perf_counter(), time.process_time()
    seen = preview.of_flip(desk, ADMINISTRATOR, key, not on, DAYS)
    return time.perf_counter() - began, time.process_time() - cpu, sum(seen.changed.values())


def _swap(desk: Desk, times: int = 20_000) -> float:
    """Return the microseconds from switches read to a catalog that judges by them."""
    from seamline.catalog import read_switches

    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        moved = read_switches(unit)
    spent = []
    for _ in range(times):
        began = time.perf_counter_ns()
        catalog = catalog.with_switches(moved)
        spent.append((time.perf_counter_ns() - began) / 1000)
    return median(spent)


def _load(desk: Desk, bench: Stand, count: int) -> None:
    """Store decisions like those of real orders, each with other amounts, days and channels."""
    filling, dice = orders(bench.started, seed=99), random.Random(7)
    for number in range(1, PATTERNS + 1):
        values = filling.values(number)
        values[TABLE] = (values[TABLE] * LINES)[:LINES]
        submit(desk, ADMINISTRATOR, Origin("seed"), Submission(FORM, "create", values))
    with desk.store.reading() as unit:
        patterns = (
            unit.connection.execute(select(DECISIONS).where(DECISIONS.c.step == STEP))
            .mappings()
            .all()
        )
    made = _copies([dict(one) for one in patterns], count, dice)
    for begun in range(0, count, BATCH):
        rows = [row for row, _ in zip(made, range(min(BATCH, count - begun)), strict=False)]
        with desk.store.unit() as unit:
            unit.connection.execute(insert(DECISIONS), [decision for decision, _ in rows])
            unit.connection.execute(insert(EVENTS), [event for _, event in rows])
    analyse(desk)


def _copies(
    patterns: list[dict[str, Any]], count: int, dice: random.Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    began = clock.now() - timedelta(days=DAYS - 1)
    for number in range(count + 1):
        at = began + timedelta(days=DAYS - 2) * number / count
        pattern = dice.choice(patterns)
        facts = json.loads(pattern["facts"])
        facts |= {
            "exposure": f"{dice.randint(0, 300_000_000) / 100:.2f}",
            "lead_days": str(dice.randint(1, 120)),
            "channel": dice.choice(("wechat", "email", "phone", "paper")),
            "agreement_no": None if number % 25 == 0 else "TA-2026-001",
        }
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        decision = {**pattern, "id": ulid(at), "record": ulid(at), "at": at, "facts": text}
        yield decision, _event(number, decision, dice)


def _event(number: int, decision: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    blank = dict.fromkeys((column.name for column in EVENTS.c), "")
    return blank | {
        "seq": 1_000_000 + number,
        "kind": "created",
        "at": decision["at"],
        "actor": f"clerk{dice.randint(1, PEOPLE)}",
        "form": FORM,
        "record": decision["record"],
        "step": STEP,
        "decision": decision["id"],
        "body": decision["facts"],
    }


if __name__ == "__main__":
    main()
