"""What a worker costs that has nothing to do, and how soon it begins when there is something.

python benchmarks/idle_worker.py [--seconds 60] [--off] [--workers 1]

With `--off` every pipeline is switched off. CPU is read from /proc over so many seconds, after ten
in which the worker settles; then six orders come four seconds apart, and the time until each has
been moved on is taken (not with `--off`).
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from statistics import median

from flows import head, moved, place, put, spent, workers

SETTLES = 10
ORDERS = 6
APART = 4.0


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60, help="idle seconds measured (60)")
    options.add_argument("--off", action="store_true", help="with every pipeline off")
    options.add_argument("--workers", type=int, default=1, help="worker processes (1)")
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = options.parse_args()
    with place(asked.database) as (folder, url, desk):
        if asked.off:
            with desk.store.unit() as unit:
                for pipeline in desk.catalogs.current().pipelines.values():
                    unit.switches.set(pipeline.key, False, "benchmark", datetime.now(UTC), "idle")
            desk.catalogs.refresh()
        with workers(folder, url, asked.workers) as busy:
            time.sleep(SETTLES)
            before = spent(busy)
            time.sleep(asked.seconds)
            cpu = (spent(busy) - before) * 60 / asked.seconds * 1000
            print(f"{asked.database}, {asked.workers} worker(s): {cpu:.0f} ms of CPU a minute")
            if not asked.off:
                since = head(desk)
                for _ in range(ORDERS):
                    put(desk, "order", item="bolt", qty=1)
                    time.sleep(APART)
                waits = [(done - made) * 1000 for made, done in moved(desk, since)]
                print(f"  an order is moved on after {median(waits):.0f} ms ({max(waits):.0f} at"
                      f" most; {len(waits)} of {ORDERS})")  # fmt: skip


if __name__ == "__main__":
    main()
