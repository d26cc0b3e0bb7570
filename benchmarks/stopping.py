"""Stopping a worker that has a large backlog: how long it takes, and that no order is lost.

python benchmarks/stopping.py [--database sqlite|postgresql] [--orders 20000] [--after 5]

So many new orders wait to be looked at; a worker begins, and SIGTERM comes after so many seconds of
its work, and again to the worker that comes after it. Then each order has been moved on, or its
message waits, or its run does. Exit code 1 where a worker takes longer than its bound, ends badly,
or an order is nowhere or was moved on twice.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from flows import ADMINISTRATOR, events_since, head, place, worker
from seamline.facts import Origin
from seamline.jobs.engine import Engine
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit_in, together
from seamline.usecases.working import PATIENCE

BATCH = 250
# Beside what is under way: taking up a batch of messages, and ending the process.
BOUND = PATIENCE + 5.0
MOST = 1_000_000


def ordered(desk: Desk, many: int) -> set[str]:
    """Make orders as a mirror does, many in one transaction; return their ids."""
    catalog, made = desk.catalogs.current(), set[str]()
    asked = [Submission("order", "create", {"item": "bolt", "qty": 1})] * BATCH
    while len(made) < many:
        with desk.store.unit() as unit, together(unit, catalog, asked):
            for one in asked:
                made.add(submit_in(unit, catalog, ADMINISTRATOR, Origin("api"), one).record.id)
    return made


def stopped(folder: Path, url: str, desk: Desk, after: float) -> float:
    """Let a worker work for a while; return the seconds from SIGTERM to its end."""
    since, one = head(desk), worker(folder, url)
    while head(desk) == since:
        time.sleep(0.05)
    time.sleep(after)
    begun = time.monotonic()
    one.terminate()
    try:
        if one.wait(BOUND * 4) != 0:
            raise SystemExit(f"the worker ended with {one.returncode}")
    except subprocess.TimeoutExpired:
        one.kill()
    return time.monotonic() - begun


def judged(desk: Desk, engine: Engine, orders: set[str], since: int) -> tuple[Counter[str], int]:
    """Return how many orders are where, and how many were moved on twice."""
    moved = Counter(one.record for one in events_since(desk, since) if one.kind != "created")
    with desk.store.reading() as unit:
        told = {str(one.body.get("record")) for one in unit.outbox.next(MOST)}
    states = {
        str(run.about.get("record")): run.state
        for state in ("waiting", "running", "stopped")
        for run in engine.runs(state, limit=MOST)
    }
    where = Counter(
        "moved on" if one in moved else states.get(one) or ("told of" if one in told else "lost")
        for one in orders
    )
    return where, sum(count > 1 for count in moved.values())


def main() -> int:
    """Order, stop twice, look for every order."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--orders", type=int, default=20_000, help="new orders (20000)")
    options.add_argument("--after", type=float, default=5.0, help="seconds of work before (5)")
    asked = options.parse_args()
    with (
        place(asked.database) as (folder, url, desk),
        closing(Engine(desk.settings.database)) as engine,
    ):
        since = head(desk)
        orders = ordered(desk, asked.orders)
        took = [stopped(folder, url, desk, asked.after) for _ in range(2)]
        where, twice = judged(desk, engine, orders, since)
    print(f"{asked.database}: {len(orders)} orders, stopped within "
          f"{' and '.join(f'{one:.1f}' for one in took)} s (bound {BOUND:.0f})")  # fmt: skip
    print(f"  {', '.join(f'{count} {word}' for word, count in where.most_common())}; {twice} twice")
    return int(max(took) > BOUND or bool(where["lost"] or where["stopped"] or twice))


if __name__ == "__main__":
    sys.exit(main())
