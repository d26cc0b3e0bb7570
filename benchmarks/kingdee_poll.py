"""CPU that reading Kingdee costs: idle polls, a full reading, one change; medians.

Usage: python benchmarks/kingdee_poll.py. The stand-in runs in a process of its own: only
the connector's side is counted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from seamline.connecting import discovered
from seamline.connector import Write, pages
from seamline.connectors.kingdee.standin import auth
from seamline.store import open_store
from seamline.testing.connector_contract import Case, opening

RUNS, LIMIT = 9, 1_000
ENTITIES = ("stock", "material", "sales_order", "bom")


def main() -> None:
    words = [sys.executable, "-m", "seamline", "standin", "kingdee"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        store = open_store(f"sqlite:///{Path(folder, 'memory.db')}")
        store.upgrade()
        own = {"account": auth.ACCOUNT, "user": auth.USER, "app_id": auth.APP_ID}
        case = Case(
            {"server": f"{url}/k3cloud", **own}, {"app_secret": auth.APP_SECRET}, "loopback"
        )
        try:
            with opening(discovered().kinds["kingdee"], case, store)() as kingdee:
                measure(kingdee)
        finally:
            store.close()
            process.terminate()


def measure(kingdee) -> None:
    cursors = {}
    for name in ENTITIES:
        full, count = cpu(partial(whole, kingdee, name, None))
        cursors[name] = whole(kingdee, name, None)[0]
        idle, _ = cpu(partial(whole, kingdee, name, cursors[name]))
        print(f"{name:12} full {full:6.1f} ms ({count} things)   idle {idle:5.2f} ms")
    made = {"FNumber": "BENCH", "FName": "新", "FBaseUnitId": "Pcs"}
    kingdee.write(Write("material", "create", "bench", made))
    delta, count = cpu(partial(whole, kingdee, "material", cursors["material"]))
    print(f"material     {count} change {delta:6.2f} ms")


def whole(kingdee, name, since):
    """Read to the end and return where it is, and how much came."""
    found = list(pages(kingdee, name, since, LIMIT))
    return found[-1].cursor, sum(len(page.changes) for page in found)


def cpu(work) -> tuple[float, int]:
    """Return the median CPU of some work in milliseconds, and how much it read."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        _, count = work()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken), count


if __name__ == "__main__":
    main()
