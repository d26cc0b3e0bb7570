"""A worker of a workspace: does the runs of its pipelines, in a server or a process of its own."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack
from datetime import timedelta

from seamline import clock
from seamline.jobs.engine import Worker
from seamline.jobs.run import Run
from seamline.jobs.slots import SlotLost, Slots
from seamline.jobs.ticker import Ticker

from .desk import Desk
from .dispatch import Dispatcher, housekeeping
from .pipelining.asking import is_on
from .pipelining.hands import Connect, no_connection
from .pipelining.running import Running
from .pipelining.stopping import tell_stopped
from .polling import Poller

LOG = logging.getLogger("seamline.jobs")
# Seconds between looks for messages, and for runs that were asked for: together well under the two
# seconds within which something begins.
LOOK_BUSY, LOOK_IDLE = 0.02, 0.4
RUNS_BUSY, RUNS_IDLE = 0.05, 0.8
STAYS_BUSY = 3.0
REST = 1.0  # seconds between looks whether there is anything to do at all
TICK_EVERY, RESCUE_EVERY, FORGET_EVERY = 1.0, 5.0, 600.0
PATIENCE = 10  # seconds that what is under way has to finish when the worker stops
AGAIN = 10.0  # seconds after which a worker that failed begins anew


class Working:
    """Everything a worker does, in threads of its own: start it, then stop it.

    It takes its turns by the clock, and looks for messages more often while there are some. It
    begins `after` so many seconds: a server answers its first pages before.
    """

    def __init__(self, desk: Desk, connect: Connect = no_connection, *, after: float = 0.0) -> None:
        self.engine = desk.runs
        self._desk = desk
        self._days = desk.settings.runs_days
        self._after = after
        self._slots = Slots(self.engine, self._given_up)
        self._ended = threading.Event()
        self._dispatcher = Dispatcher(desk, self.engine, ended=self._ended.is_set)
        self._poller = Poller(desk)
        self._running = Running(desk, connect)
        self._threads = desk.settings.worker_threads
        self._thread = threading.Thread(target=self._work, name="seamline-work", daemon=True)
        self._busy_until = 0.0
        self._pace = RUNS_BUSY
        self._next = dict.fromkeys(("tick", "rescue", "forget"), 0.0)

    def start(self) -> None:
        """Begin; the library is loaded and the tables are made in the worker's own thread."""
        self._thread.start()

    def end(self) -> None:
        """Take nothing new from now on; `stop` waits for what is under way."""
        self._ended.set()

    def stop(self) -> None:
        """Take nothing new, and let what is under way finish; the desk keeps the runs."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        self._ended.wait(self._after)
        while not self._ended.is_set():
            try:
                self._wait_for_work()
                if not self._ended.is_set():
                    self._at_work()
            except Exception:
                LOG.exception("the worker failed; it begins anew")
                self._ended.wait(AGAIN)

    def _wait_for_work(self) -> None:
        """Let the library rest while no pipeline is on and nothing was left to do."""
        while not (self._ended.is_set() or self._wanted()):
            self._dispatcher.drain()
            self._dispatcher.tick()
            self._ended.wait(REST)

    def _at_work(self) -> None:
        """Work until the process ends, or another has our slot."""
        with ExitStack() as stack:
            slot = stack.enter_context(self._slots.taken())
            worker = Worker(
                self.engine, self._running.interpret, slot=slot, threads=self._threads,
                poll=RUNS_BUSY,
            )  # fmt: skip
            worker.start()
            stack.callback(worker.stop, PATIENCE)
            self._dispatcher.begin()
            # Other systems may be slow: they are read in a thread of their own.
            ticker = Ticker()
            ticker.every(TICK_EVERY, "poll", self._poller.tick)
            stack.callback(ticker.stop)
            ticker.start()
            LOG.info("working", extra={"facts": {"slot": slot}})
            self._pace = RUNS_BUSY
            self._loop(worker)

    def _wanted(self) -> bool:
        catalog = self._desk.catalogs.current()
        return (
            any(is_on(catalog, pipeline) for pipeline in catalog.pipelines.values())
            or self.engine.left()
        )

    def _loop(self, worker: Worker) -> None:
        while not self._ended.is_set():
            try:
                self._turn(worker)
            except SlotLost:
                LOG.warning("another worker has the slot; a new one is taken")
                return
            except Exception:
                LOG.exception("a turn of the worker failed")
                self._ended.wait(1.0)
            busy = time.monotonic() < self._busy_until
            self._ended.wait(LOOK_BUSY if busy else LOOK_IDLE)

    def _turn(self, worker: Worker) -> None:
        """Do what is due, and look for more sooner where there was something."""
        if self._due("tick", TICK_EVERY):
            if self._dispatcher.tick() or self.engine.at_work():
                self._busy_until = time.monotonic() + STAYS_BUSY
            self._set_pace(worker, again=True)
        if self._due("rescue", RESCUE_EVERY):
            self._slots.rescue(worker.parts)
        if self._due("forget", FORGET_EVERY):
            self._forget()
        if self._dispatcher.drain():
            self._busy_until = time.monotonic() + STAYS_BUSY
            self._set_pace(worker)

    def _set_pace(self, worker: Worker, again: bool = False) -> None:
        """Let runs be looked for as often as fits; `again` where another worker may have slowed."""
        busy = time.monotonic() < self._busy_until
        pace = RUNS_BUSY if busy else RUNS_IDLE
        if pace != self._pace or (busy and again):
            worker.pace(pace)
            self._pace = pace

    def _due(self, name: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._next[name]:
            return False
        self._next[name] = now + every
        return True

    def _given_up(self, run: Run) -> None:
        """Tell of a run at which one process after another ended."""
        tell_stopped(self._desk, run.id, run.about, run.about["why"][0])

    def _forget(self) -> None:
        """Drop what ended long ago; what stopped is kept three times as long."""
        now = clock.now()
        self.engine.forget(now - timedelta(days=self._days))
        self.engine.forget(now - timedelta(days=3 * self._days), ("stopped",))
        with self._desk.store.unit() as unit:
            housekeeping(unit, now, self._days)
