"""Durable flows: a new order is looked up, judged and moved on by a worker process.

python benchmarks/flows.py [--database sqlite|postgresql] [--flows 600] [--workers 1] [--rounds 3]

`flows/s` is how fast a backlog is worked off (lookup, condition, step through the one door, each
of them kept), `CPU` what it costs the workers; `p50` and `p95` are from the moment an order is in
to the moment it has been moved on, while orders come at a rate that can be kept up with; what the
first five seconds of a worker took is told apart from the rest. The backlog is shown as it shrinks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median, quantiles

from postgresql import cluster
from seamline import settings
from seamline.facts import Actor, Event, Origin
from seamline.jobs.engine import Engine
from seamline.usecases import install
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.submit import Submission, submit

PACKAGE = Path(__file__).parents[1] / "tests/packages/piped"
ADMINISTRATOR = Actor("benchmark", "benchmark", ("administrator",))
RATE = 15  # orders a second while waiting times are taken
LOOK = 0.2


@contextmanager
def place(database: str) -> Iterator[tuple[Path, str, Desk]]:
    """Make a workspace with pipelines; yield its folder, the URL of its database, and its desk."""
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seamline-flows-")))
        folder = root / "workspace"
        url = ""
        if database == "postgresql":
            url = stack.enter_context(cluster(root / "postgresql"))
        given = {"SEAMLINE_DATABASE": url}
        desk = open_desk(settings.found(folder, given))
        stack.callback(desk.close)
        install.publish(desk, ADMINISTRATOR, Origin("cli"), PACKAGE)
        put(desk, "item", name="bolt", on_hand=1_000_000)
        yield folder, url, desk


def put(desk: Desk, form: str, **values: object) -> str:
    """Make a record and return its id."""
    asked = Submission(form, "create", values)
    return submit(desk, ADMINISTRATOR, Origin("api"), asked).record.id


@contextmanager
def workers(folder: Path, url: str, many: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run workers as processes until the block ends."""
    found = [worker(folder, url) for _ in range(many)]
    try:
        yield found
    finally:
        for one in found:
            one.terminate()
        for one in found:
            one.wait()


def worker(folder: Path, url: str) -> subprocess.Popen[bytes]:
    """Start one worker."""
    given = {"SEAMLINE_DATABASE": url, "SEAMLINE_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "seamline", "work", "--workspace", str(folder)]
    return subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.DEVNULL)


def events_since(desk: Desk, since: int) -> list[Event]:
    """Return what the journal says of orders after an entry."""
    found: list[Event] = []
    with desk.store.reading() as unit:
        while events := unit.journal.after(since, 1000):
            since = events[-1].seq
            found += (event for event in events if event.form == "order")
    return found


def moved(desk: Desk, since: int) -> list[tuple[float, float]]:
    """Return when each order was made and moved on, of the journal after an entry."""
    made, done = {}, {}
    for event in events_since(desk, since):
        (made if event.kind == "created" else done)[event.record] = event.at
    return [
        (made[record].timestamp(), done[record].timestamp()) for record in made if record in done
    ]


def head(desk: Desk) -> int:
    """Return the number of the newest entry of the journal."""
    with desk.store.reading() as unit:
        return unit.journal.head()[0]


def waiting(desk: Desk, engine: Engine) -> int:
    """Return how many orders wait to be looked at: told of, or asked for."""
    with desk.store.reading() as unit:
        told = unit.outbox.waiting()
    return told + sum(engine.backlog().values())


def spent(processes: Sequence[subprocess.Popen[bytes]]) -> float:
    """Return the seconds of CPU that processes have used; 0 where there is no /proc."""
    fields = (
        path.read_text().rpartition(")")[2].split()
        for path in (Path(f"/proc/{one.pid}/stat") for one in processes)
        if path.exists()
    )
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def worked_off(
    desk: Desk, engine: Engine, folder: Path, url: str, flows: int, many: int
) -> tuple[float, float]:
    """Return how many flows a second a backlog is worked off at, from the first that is moved on
    to the last, and the milliseconds of CPU that one costs the workers.

    The backlog is there before the workers are: else it is worked off while it comes in.
    """
    since = head(desk)
    for _ in range(flows):
        put(desk, "order", item="bolt", qty=1)
    shown = []
    with workers(folder, url, many) as busy:
        while (begun := head(desk) - since - flows) <= 0:
            time.sleep(LOOK)
        before = spent(busy)
        while head(desk) - since < 2 * flows:  # an order has two entries: made, moved on
            shown.append(waiting(desk, engine))
            time.sleep(1.0)
        cost = (spent(busy) - before) * 1000 / (flows - begun)
    print(f"  backlog seen, every second: {' '.join(map(str, shown))}", flush=True)
    ended = sorted(done for _, done in moved(desk, since))
    return (len(ended) - 1) / (ended[-1] - ended[0]), cost


def waited(desk: Desk, seconds: int) -> list[float]:
    """Return the milliseconds from an order to its being moved on, orders coming at a rate."""
    since, many = head(desk), RATE * seconds
    begun = time.monotonic()
    for number in range(many):
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        put(desk, "order", item="bolt", qty=1)
    while head(desk) - since < 2 * many:
        time.sleep(LOOK)
    found = moved(desk, since)
    return [(done - made) * 1000 for made, done in found]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--flows", type=int, default=600, help="orders in a backlog (600)")
    options.add_argument("--workers", type=int, default=1, help="worker processes (1)")
    options.add_argument("--rounds", type=int, default=3, help="rounds, of which medians (3)")
    asked = options.parse_args()
    with (
        place(asked.database) as (folder, url, desk),
        closing(Engine(desk.settings.database)) as engine,
    ):
        found = [
            worked_off(desk, engine, folder, url, asked.flows, asked.workers)
            for _ in range(asked.rounds)
        ]
        with workers(folder, url, asked.workers):
            since = head(desk)
            put(desk, "order", item="bolt", qty=1)
            while not moved(desk, since):
                time.sleep(LOOK)
            fresh = waited(desk, 5)
            waits = [one for _ in range(asked.rounds) for one in waited(desk, 5)]
    rates, costs = zip(*found, strict=True)
    p50, p95 = median(waits), quantiles(waits, n=20)[-1]
    low, high = min(rates), max(rates)
    print(f"{asked.database}, {asked.workers} worker(s): {median(rates):.0f} flows/s "
          f"({low:.0f}-{high:.0f}), {median(costs):.1f} ms of CPU each, "
          f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({median(fresh):.0f} ms at first)")  # fmt: skip


if __name__ == "__main__":
    main()
