"""Papers that wait are read in the background: one after another, in one process at a time."""

from __future__ import annotations

import logging
import queue
import threading
from datetime import timedelta

from seamline.reading.process import Reader

from . import leases, papers
from .desk import Desk

LOG = logging.getLogger("seamline.papers")
WARM = 300  # seconds for which an engine waits for the next paper before it is ended
_LEASE, _HELD = "papers", timedelta(minutes=50)  # longer than the longest paper may take
_TURN = threading.Lock()  # one reader in this process: an engine takes its half gigabyte
_CALLS: queue.SimpleQueue[Desk] = queue.SimpleQueue()


def look(desk: Desk) -> None:
    """Read what waits, if anything does."""
    if papers.waiting(desk):
        wake(desk)


def wake(desk: Desk) -> None:
    """Read what waits, in a thread of its own; the engine is kept for a while."""
    _CALLS.put(desk)
    if _TURN.acquire(blocking=False):
        threading.Thread(target=_read_all, name="papers", daemon=True).start()


def _read_all() -> None:
    reader = Reader()
    try:
        while True:
            _turn(_CALLS.get(timeout=WARM), reader)
    except queue.Empty:
        LOG.debug("no paper for a while: the engine is ended")
    except Exception:
        LOG.exception("reading papers stopped")
    finally:
        reader.close()
        _TURN.release()


def _turn(desk: Desk, reader: Reader) -> None:
    """Read what waits in one workspace, unless another process is at it."""
    if not _mine(desk):
        return
    try:
        papers.recover(desk)
        while _mine(desk) and papers.read_next(desk, reader):
            pass
    finally:
        leases.end(desk, _LEASE)


def _mine(desk: Desk) -> bool:
    return leases.take(desk, _LEASE, _HELD)
