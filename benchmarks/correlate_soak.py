"""Random changes to records: the engine's matches, SQL's and every combination tried must agree.

python benchmarks/correlate_soak.py --operations 100000 [--engine durable|sql] [--kills 10]

After each change the standing matches are compared with those that a plain loop over all records
finds; every hundred changes a fresh query over the whole tables is compared as well. The engine's
process is killed at random, `--kills` times in all. Exit code 1 at the first difference.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from seamline import clock
from seamline.correlate.supervise import Limits
from seamline.facts import Actor, Origin
from seamline.settings import load
from seamline.testing.correlated import MATCHED, Trade
from seamline.usecases import install
from seamline.usecases.correlate import sql_of
from seamline.usecases.correlator import Correlator, Engine
from seamline.usecases.desk import Desk, open_desk

PACKAGE = Path(__file__).parents[1] / "tests/packages/correlated"
ADMINISTRATOR = Actor("benchmark", "benchmark", ("administrator",))
WHOLE_EVERY = 100  # changes between two fresh queries over the whole tables
TOLD_EVERY = 5_000  # changes between two lines of progress
# A killed engine is started again at once, however often.
EAGER = Limits(answer=60.0, crashes=1_000_000, pause=0.0)


@dataclass
class Soak:
    """What a run did and where it found a difference (None where it found none)."""

    operations: int = 0
    raised: int = 0
    ended: int = 0
    kills: int = 0
    restarts: int = 0
    by_engine: int = 0
    difference: str | None = None
    standing: dict[str, int] = field(default_factory=dict)


def soak(
    desk: Desk,
    engine: Engine,
    operations: int,
    kills: int = 0,
    seed: int = 1,
    tell: Callable[[Soak], None] = lambda done: None,
) -> Soak:
    """Apply `operations` random changes; stop at the first difference."""
    catalog = desk.catalogs.current()
    tables = {form: catalog.forms[form].tables for form in ("part", "stock", "sales")}
    trade = Trade(desk.store, tables, seed)
    done = Soak()
    killed = set(random.Random(seed).sample(range(operations), kills))
    correlator = Correlator(desk, engine, limits=EAGER)
    correlator.tick()
    try:
        for number in range(operations):
            if number in killed and correlator.pid:
                os.kill(correlator.pid, signal.SIGKILL)
                done.kills += 1
            form, record = trade.change()
            outcome = correlator.react(form, record)
            done.operations += 1
            done.raised += outcome.raised
            done.ended += outcome.ended
            done.by_engine += correlator.pid != 0
            done.difference = _difference(desk, trade, number)
            if done.difference:
                break
            if done.operations % TOLD_EVERY == 0:
                tell(done)
        done.restarts = correlator.engine_health().restarts
    finally:
        correlator.close()
    return done


def _difference(desk: Desk, trade: Trade, number: int) -> str | None:
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        for rule in MATCHED:
            expected, standing = trade.matches(rule), unit.matches.keys(rule)
            if standing != expected:
                return f"{number}: {rule} stands {sorted(standing ^ expected)}"
            if number % WHOLE_EVERY == 0:
                model = catalog.correlations[rule]
                found = sql_of(catalog).every(unit, model, clock.now()).keys()
                if found != expected:
                    return f"{number}: {rule} by SQL {sorted(found ^ expected)}"
    return None


def workspace(url: str, folder: Path) -> Desk:
    """Return a new workspace with the package of correlations."""
    folder.mkdir(parents=True, exist_ok=True)
    desk = open_desk(load(folder, {"SEAMLINE_DATABASE": url} if url else {}))
    install.publish(desk, ADMINISTRATOR, Origin("cli"), PACKAGE)
    return desk


def main() -> int:
    """Run the soak in a workspace of its own and say what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--operations", type=int, default=100_000)
    options.add_argument("--engine", choices=("durable", "sql"), default="durable")
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--folder",
        type=Path,
        help="where the workspace is made; /dev/shm spares the disk some 250,000 commits",
    )
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        desk = workspace("", Path(folder) / "workspace")
        begun = time.monotonic()

        def tell(done: Soak) -> None:
            print(f"{time.monotonic() - begun:6.0f} s: {done}", file=sys.stderr, flush=True)

        done = soak(desk, asked.engine, asked.operations, asked.kills, asked.seed, tell)
        seconds = time.monotonic() - begun
        desk.close()
    print(done)
    print(f"{seconds:.0f} s, {1000 * seconds / max(done.operations, 1):.1f} ms per change")
    return 1 if done.difference else 0


if __name__ == "__main__":
    sys.exit(main())
