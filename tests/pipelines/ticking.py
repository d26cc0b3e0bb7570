"""A process that looks at schedules in another time than ours, and does runs where it is told to.

It delivers notices and reads mirrors too, as every process does.

`python ticking.py URL FOLDER BEGAN work|watch`: time goes SPEED times as fast since BEGAN (seconds
of our clock); it ends when the file `stop` is in the folder.
"""

import sys
import time
from contextlib import ExitStack, closing
from datetime import timedelta
from itertools import count
from pathlib import Path

from seamline.jobs.engine import Engine, Worker
from seamline.jobs.slots import Slots
from seamline.pipelines.triggers.schedule import EPOCH
from seamline.settings import load
from seamline.usecases.delivering import deliver
from seamline.usecases.desk import open_desk
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.running import Running
from seamline.usecases.sync import tick as mirror

SPEED = 120
OTHERS = 25  # turns between looks at what does not go by that time


def main(url: str, folder: Path, began: float, what: str) -> None:
    def now():
        return EPOCH + timedelta(seconds=1 + (time.time() - began) * SPEED)

    with ExitStack() as stack:
        desk = stack.enter_context(closing(open_desk(load(folder, {"SEAMLINE_DATABASE": url}))))
        engine = stack.enter_context(closing(Engine(url)))
        if what == "work":
            slot = stack.enter_context(Slots(engine).taken())
            worker = Worker(engine, Running(desk).interpret, slot=slot, threads=2)
            worker.start()
            stack.callback(worker.stop, 2)
        dispatcher = Dispatcher(desk, engine, now=now)
        for turn in count():
            if (folder / "stop").exists():
                break
            dispatcher.tick()
            dispatcher.drain()
            if turn % OTHERS == 0:
                deliver(desk)
                mirror(desk)
            time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
