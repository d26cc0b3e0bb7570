"""Kill -9 in each step of runs of six steps: nothing lost, nothing twice where it is received.

python benchmarks/pipeline_kills.py [--database sqlite|postgresql] [--kills 50]

Odd steps write into the database, even steps to a journal outside under a key that is the same in
every attempt. The worker is killed before and after the effect of each step in turn; on SQLite the
next worker goes on, on PostgreSQL another worker beside it. Exit code 1 where a run is lost, an
effect in the database came twice, or a key is missing outside. How often a key came again outside
is told: whoever receives it knows it by the key.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path

from postgresql import cluster
from seamline.jobs.engine import Engine
from seamline.jobs.run import Ask
from seamline.store import Store, open_store

SIX = Path(__file__).parents[1] / "tests/jobs/six_steps.py"
MOMENTS = [(step, moment) for step in range(1, 7) for moment in ("before", "after")]
RUNS = 8  # asked for before each kill
PATIENCE = 120.0


def worker(url: str, folder: Path, step: int, moment: str, mark: str) -> subprocess.Popen[bytes]:
    """Start a worker that is gone when a run reaches a moment of a step."""
    command = [sys.executable, str(SIX), url, str(folder), str(step), moment, mark]
    return subprocess.Popen(command)


def ready(folder: Path, mark: str) -> None:
    """Wait until a worker takes work, so that it is not all done by the one beside it."""
    end = time.monotonic() + PATIENCE
    while not (folder / f"ready-{mark}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(1.2)  # a new queue is found within a second


def die(target: subprocess.Popen[bytes]) -> bool:
    """Wait until a worker has killed itself; kill it where no run of its own came so far."""
    try:
        return target.wait(6) == -signal.SIGKILL
    except subprocess.TimeoutExpired:
        target.kill()
        target.wait()
        return False


def soak(url: str, folder: Path, engine: Engine, kills: int) -> tuple[int, int]:
    """Ask for runs and kill their worker, again and again; return how many runs, how many kills
    came in the step they were meant for."""
    beside = None if url.startswith("sqlite") else worker(url, folder, 0, "never", "never")
    meant = 0
    for number in range(kills):
        step, moment = MOMENTS[number % len(MOMENTS)]
        target = worker(url, folder, step, moment, f"kill-{number}")
        ready(folder, f"kill-{number}")
        engine.enqueue([Ask(f"six:{number}-{run}", {}) for run in range(RUNS)])
        meant += die(target)
    last = beside or worker(url, folder, 0, "never", "never")
    end = time.monotonic() + PATIENCE
    while len(engine.runs("done", limit=10_000)) < kills * RUNS and time.monotonic() < end:
        time.sleep(0.2)
    (folder / "stop").touch()
    last.wait()
    return kills * RUNS, meant


def judged(store: Store, engine: Engine, folder: Path, runs: int) -> tuple[int, int, int, int]:
    """Return runs that are not done, effects inside that are not there once, keys that are missing
    outside, and keys that came again."""
    with store.reading() as unit:
        inside = Counter(message.key for message in unit.outbox.next(100_000))
    names = {run.id for run in engine.runs("done", limit=100_000)}
    outside = Counter((folder / "journal").read_text(encoding="utf-8").split())
    wrong = sum(inside[f"{name}:{step}"] != 1 for name in names for step in (1, 3, 5))
    for run in engine.runs(limit=100_000):
        if run.state != "done":
            print(f"  {run.id} is {run.state} after {run.attempts} attempts", run.about)
    missing = sum(not outside[f"{name}:{step}"] for name in names for step in (2, 4, 6))
    return runs - len(names), wrong, missing, sum(count - 1 for count in outside.values())


def main() -> int:
    """Kill, wait, judge."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--kills", type=int, default=50, help="kills in all (50)")
    asked = options.parse_args()
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seamline-kills-")))
        folder = root / "work"
        folder.mkdir()
        url = f"sqlite:///{folder / 'store.db'}"
        if asked.database == "postgresql":
            url = stack.enter_context(cluster(root / "postgresql"))
        store = stack.enter_context(closing(open_store(url)))
        store.upgrade()
        engine = stack.enter_context(closing(Engine(url)))
        engine.prepare()
        begun = time.monotonic()
        runs, meant = soak(url, folder, engine, asked.kills)
        lost, wrong, missing, again = judged(store, engine, folder, runs)
    print(f"{asked.database}: {asked.kills} kills ({meant} in the step meant), {runs} runs")
    print(f"  {lost} lost, {wrong} effects inside not once, {missing} missing outside")
    print(f"  {again} came again outside under a known key; {time.monotonic() - begun:.0f} s")
    return int(bool(lost or wrong or missing))


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
