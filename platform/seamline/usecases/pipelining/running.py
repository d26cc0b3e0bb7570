"""Runs pipelines: takes up a part of a run with the version it began with."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.jobs.run import PART, Stopped, Turn, plain
from seamline.problems import Refused
from seamline.store.patience import momentary

from ..desk import Desk
from .compiling import Ready, ready
from .hands import Connect, no_connection
from .seeing import account
from .stopping import tell_stopped
from .walking import Walk, fault

LOG = logging.getLogger("seamline.pipelines")
MOST_KEPT = 200  # versions made ready


class Running:
    """What a worker does with its runs; safe to share between its threads.

    `now` is the clock that steps see: runs may be played in another time than ours. `drafted`
    are documents by their versions that are tried and kept nowhere.
    """

    def __init__(
        self, desk: Desk, connect: Connect = no_connection,
        now: Callable[[], datetime] = clock.now,
        drafted: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._connect = connect
        self._now = now
        self._drafted = drafted or {}
        self._ready: dict[tuple[str, int], Ready] = {}
        self._lock = threading.Lock()

    def interpret(self, turn: Turn, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do one part of a run; raises Stopped where a person has to look, after they were told.

        What the database says that is busy or away stops nothing: it is raised as it is.
        """
        try:
            return self._walked(turn, body)
        except Exception as error:
            if body.get("trial") or momentary(error):
                raise
            stopped = error if isinstance(error, Stopped) else _stopped(turn, error)
            tell_stopped(self._desk, turn.id.partition(PART)[0], body["about"], stopped.why)
            raise stopped from None

    def _walked(self, turn: Turn, body: Mapping[str, Any]) -> dict[str, Any]:
        catalog = self._desk.catalogs.current()
        made = self.made_ready(catalog, body["version"])
        actor = account(made.pipeline, catalog.language)
        return Walk(
            self._desk, catalog, made, actor, turn, body, self._now, self._connect,
            trial=bool(body.get("trial")),
        ).go()  # fmt: skip

    def made_ready(self, catalog: Catalog, version: str) -> Ready:
        """Return a version of a pipeline against the forms as they stand; raises Refused."""
        key = version, catalog.version
        found = self._ready.get(key)
        if found is None:
            found = ready(catalog, self.document(catalog, version))
            with self._lock:
                if len(self._ready) >= MOST_KEPT:
                    self._ready.clear()
                self._ready[key] = found
        return found

    def document(self, catalog: Catalog, version: str) -> Mapping[str, Any]:
        """Return what a version of a pipeline says."""
        if version in self._drafted:
            return self._drafted[version]
        for pipeline in catalog.pipelines.values():
            if pipeline.version == version:
                return pipeline.document
        with self._desk.store.reading() as unit:
            document = unit.pinned.get(version)
        if document is None:
            raise LookupError(f"pipeline version {version} was never kept")
        return document


def _stopped(turn: Turn, error: Exception) -> Stopped:
    """Note why a part cannot go on that failed between its steps."""
    if isinstance(error, Refused):
        why = [plain(problem) for problem in error.problems]
    else:
        LOG.error("a part of a run failed", exc_info=error)
        why = [plain(fault(error))]
    turn.mark({"why": why, "at": "", "tries": 1})
    return Stopped(why[0]["en"], why[0])
