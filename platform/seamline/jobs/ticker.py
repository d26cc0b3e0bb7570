"""The in-process ticker: calls something every so often while the server runs."""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

LOG = logging.getLogger("seamline.jobs")


class Ticker:
    """Runs named ticks in threads of its own; what a tick raises is logged and it runs again.

    Nothing here is durable: a tick looks at what is stored and does what is due, so that one
    that was missed is made up for by the next.
    """

    def __init__(self) -> None:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)

    def every(self, seconds: float, name: str, tick: Callable[[], object]) -> None:
        """Call `tick` every `seconds`, the first time that long after the start."""

        def guarded() -> None:
            try:
                tick()
            except Exception:
                LOG.exception("tick failed", extra={"facts": {"tick": name}})

        self._scheduler.add_job(guarded, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let a tick under way finish, then stop."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
