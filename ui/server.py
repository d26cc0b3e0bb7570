"""The production server: one process that opens a workspace and serves it until stopped."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from seamline.jobs.places import load_whole
from seamline.jobs.ticker import Ticker
from seamline.settings import Settings
from seamline.usecases.chores import chores
from seamline.usecases.connected import connect
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.working import Working

from .app import create_app
from .collecting import spared
from .leaks.proof import proof
from .listening import Serving
from .logs import logged
from .ownership import owned

LOG = logging.getLogger("seamline.server")
WORK_AFTER = 2.0  # the first pages come before the first runs
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(settings: Settings, ready: Callable[[str], None] | None = None) -> None:
    """Serve the workspace until SIGTERM or SIGINT; `ready` is called with the address.

    Raises `Refused` where the address or the workspace is held by another process.
    """
    with ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(owned(settings.lock_file))
        load_whole()
        desk = open_desk(settings, proof)
        stack.callback(desk.close)
        app = create_app(desk)
        serving = Serving(logged(app), settings)
        ticker = Ticker()
        correlator = chores(desk, ticker)
        if correlator is not None:
            app.extensions["seamline.correlator"] = correlator
            stack.callback(correlator.close)
        stack.callback(ticker.stop)
        ticker.start()
        work = working(desk, stack) if settings.worker == "on" else None
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), lambda *_: _end(serving, work))
        desk.catalogs.current()  # loaded before a first page waits for it
        stack.enter_context(spared())
        facts = {"address": serving.address, "database": settings.database_shown}
        LOG.info("listening", extra={"facts": facts})
        if settings.host not in LOOPBACK and not settings.public_url.startswith("https"):
            LOG.warning("reachable from the network without encryption")
        if ready:
            ready(serving.address)
        serving.run()
        LOG.info("stopped")


def _end(serving: Serving, work: Working | None) -> None:
    """Begin to stop both at once: each has its own patience with what is under way."""
    if work is not None:
        work.end()
    serving.stop()


def working(desk: Desk, stack: ExitStack) -> Working:
    """Let this process run pipelines too, until the stack is left."""
    settings = desk.settings
    if settings.embedded:
        stack.enter_context(owned(settings.worker_lock_file))
    work = Working(desk, partial(connect, desk), after=WORK_AFTER)
    stack.callback(work.stop)
    work.start()
    return work
