"""Run pipelines in a process of its own, beside those that serve.

As many as are wanted may work on one PostgreSQL database; a SQLite workspace has one worker,
which is the process that serves unless SEAMLINE_WORKER is off. SIGTERM or Ctrl-C stops it: what
is under way is finished, for ten seconds at most; the rest is gone on with by the next worker.
It sends notices, reads mirrors and looks after review clocks too, so that no server need run.
"""

from __future__ import annotations

import argparse
import signal
import threading
from contextlib import ExitStack
from functools import partial

from seamline.jobs.places import load_whole
from seamline.jobs.ticker import Ticker
from seamline.text import Text
from seamline.usecases.chores import chores
from seamline.usecases.connected import connect
from seamline.usecases.desk import open_desk
from seamline.usecases.working import Working

from . import say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    workspace_option(verb)


def run(asked: argparse.Namespace) -> None:
    """Work until stopped."""
    from .. import logs
    from ..collecting import spared
    from ..ownership import owned

    settings = settings_of(asked)
    logs.configure(settings)
    ended = threading.Event()
    with ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(owned(settings.worker_lock_file))
        load_whole()
        desk = open_desk(settings)
        stack.callback(desk.close)
        work = Working(desk, partial(connect, desk))
        for name in ("SIGTERM", "SIGINT"):
            signal.signal(getattr(signal, name), lambda *_: ended.set())
        ticker = Ticker()
        correlator = chores(desk, ticker)
        if correlator is not None:
            stack.callback(correlator.close)
        stack.callback(ticker.stop)
        ticker.start()
        stack.enter_context(spared())
        work.start()
        stack.callback(work.stop)
        say(Text("正在运行管道；Ctrl-C 停止。", "Running pipelines; Ctrl-C stops."))
        ended.wait()
