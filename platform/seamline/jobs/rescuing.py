"""Parts of runs whose process ended while they were at work: gone on with, as often as is sensible.

A part that takes its process down would take down with it, again and again, those that happen to
be at work beside it. So one that gets no further waits longer after each time, and chance parts
them; in the end it is put before a person. One that gets on is not what ends the process.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from seamline.problems import Problem
from seamline.store.patience import momentary
from seamline.text import Text

from .run import plain

LOG = logging.getLogger("seamline.jobs")
RESCUES = 20  # of a part that gets no further; then a person looks
AT_ONCE = 2  # so often it is gone on with at once: processes end for many reasons
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds

Next = Literal["go on", "wait", "stop"]


@dataclass(frozen=True, slots=True)
class Fallen:
    """A part whose process has ended: under which name that worked, how many results were kept."""

    part: str
    executor: str
    kept: int
    about: Mapping[str, Any]


class _Left(BaseException):
    """Ends a part here and nowhere else: the engine, which knows errors, writes nothing of it."""


@contextmanager
def resting(part: str) -> Iterator[None]:
    """Leave a part as a process does that ends where the database is away: it is rescued later."""
    try:
        yield
    except Exception as error:
        if not momentary(error):
            raise
        LOG.warning("the database is away; a run rests", extra={"facts": {"part": part}})
        raise _Left from error


def verdict(one: Fallen, now: datetime) -> tuple[Next, Mapping[str, Any]]:
    """Return what is to be done about a part now, and what is to be noted of it."""
    about, noted = one.about, {}
    if about.get("fell_with") != one.executor:  # each end of a process is counted once
        noted = _counted(one, now)
        about = {**about, **noted}
    if about["rescued"] > RESCUES:
        return "stop", {**noted, **_for_a_person(about["rescued"])}
    return ("go on" if datetime.fromisoformat(about["rests"]) <= now else "wait"), noted


def _counted(one: Fallen, now: datetime) -> dict[str, Any]:
    got_on = one.kept > int(one.about.get("kept", 0))
    times = 1 if got_on else int(one.about.get("rescued", 0)) + 1
    return {
        "fell_with": one.executor, "kept": one.kept, "rescued": times,
        "rests": (now + _pause(times)).isoformat(),
    }  # fmt: skip


def _pause(times: int) -> timedelta:
    if times <= AT_ONCE:
        return timedelta()
    most = min(FIRST_PAUSE * 2.0 ** (times - AT_ONCE - 1), LONGEST_PAUSE)
    return timedelta(seconds=most * random.uniform(0.5, 1.0))  # noqa: S311  # no secret hangs on it


def _for_a_person(times: int) -> dict[str, Any]:
    problem = Problem(
        "process_ended",
        Text(
            f"执行它的进程中断了 {times} 次，每次都没有进展。",
            f"The process at work on it ended {times} times, each time without getting on.",
        ),
        hint=Text(
            "查看工作进程的日志和内存，处理好后再继续。",
            "Look at the worker's log and memory; go on with it when that is mended.",
        ),
    )
    return {"why": [plain(problem)], "at": "", "tries": times}
