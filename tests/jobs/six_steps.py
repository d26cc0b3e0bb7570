"""A worker whose runs take six steps, and which kills itself where it is told to.

`python six_steps.py URL FOLDER STEP MOMENT [MARK]`: in step STEP (1-6), `before` or `after` its
effect, the process is gone, once (until the file MARK is there). Odd steps write into the
database, each in one transaction with the mark that they are done; even steps add a line to a
journal outside, under a key that the reader of the journal recognises.
"""

import os
import signal
import sys
import time
from pathlib import Path

from seamline.jobs.engine import Engine, Worker
from seamline.jobs.slots import Slots
from seamline.store import open_store

STEPS = 6


def main(url: str, folder: Path, step: int, moment: str, name: str = "killed") -> None:
    store, engine = open_store(url), Engine(url)
    mark = folder / name

    def die(number: int, now: str) -> None:
        if (number, now) == (step, moment) and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def inside(run: str, number: int) -> int:
        key = f"{run}:{number}"
        with store.unit() as unit:
            if unit.idempotency.find("six", key) is None:
                die(number, "before")
                unit.outbox.add("six", key, {})
                unit.idempotency.keep("six", key, "", "", "", {})
        die(number, "after")
        return number

    def outside(run: str, number: int) -> int:
        die(number, "before")
        with (folder / "journal").open("a", encoding="utf-8") as journal:
            journal.write(f"{run}:{number}\n")
        die(number, "after")
        return number

    def interpret(turn, body):
        run = turn.id
        total = 0
        for number in range(1, STEPS + 1):
            work, effect = (inside, "ours") if number % 2 else (outside, "outside")
            total += turn.step(f"step {number}", lambda n=number, w=work: w(run, n), effect)
        return total

    slots = Slots(engine)
    with slots.taken() as slot:
        worker = Worker(engine, interpret, slot=slot, threads=4)
        worker.start()
        (folder / f"ready-{name}").touch()
        while not (folder / "stop").exists():
            slots.rescue(worker.parts)
            time.sleep(0.1)
        worker.stop(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
