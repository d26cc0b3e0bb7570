"""One publication at a time: it claims the workspace when it begins, not when it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from seamline import clock
from seamline.facts import Actor
from seamline.problems import Refused
from seamline.store import Rollout, Store, Unit
from seamline.store.ulid import ulid
from seamline.text import Text

LOG = logging.getLogger("seamline.rollout")
BEAT = 2.0  # seconds between two signs of life
GONE = timedelta(seconds=20)  # without one for so long its process has ended
DIRECT = "direct"  # a publication without a page of its own: by the command line, by one edit


def interrupted(one: Rollout) -> bool:
    """Whether the process of a publication has ended on the way; then nothing of it serves."""
    return one.state == "running" and clock.now() - one.beat > GONE


def under_way(one: Rollout) -> bool:
    """Whether a publication is still at work."""
    return one.state == "running" and not interrupted(one)


def claim(unit: Unit, one: Rollout) -> Rollout:
    """Keep a publication that begins and return it; the same one asked for twice is returned as is.

    Two that begin in the same instant stand in line here, whichever process they are in. Raises
    Refused 409 where another is under way.
    """
    unit.hold_catalog()
    for other in unit.rollouts.running():
        if not under_way(other):
            continue
        if other.kind != DIRECT and _asked(other) == _asked(one):
            return other
        raise _busy(other)
    unit.rollouts.add(one)
    return one


def new(package: str, kind: str, actor: Actor, body: Mapping[str, Any]) -> Rollout:
    """Return a publication that begins now."""
    now = clock.now()
    return Rollout(ulid(), package, kind, actor.id, now, now, "running", body)


@contextmanager
def claimed(store: Store, actor: Actor, package: str) -> Iterator[None]:
    """Hold the claim of a publication that is done here and now; raises Refused 409."""
    with store.unit() as unit:
        one = claim(unit, new(package, DIRECT, actor, {"asked": {}, "stages": [], "problems": []}))
    over = alive(store, one.id)
    try:
        yield
    finally:
        over.set()
        with store.unit() as unit:
            unit.rollouts.remove(one.id)


def alive(store: Store, id_: str) -> threading.Event:
    """Give signs of life of a publication until the event that is returned is set."""
    over = threading.Event()
    threading.Thread(
        target=_live, args=(store, id_, over), name=f"alive-{id_}", daemon=True
    ).start()
    return over


def _live(store: Store, id_: str, over: threading.Event) -> None:
    while not over.wait(BEAT):
        try:
            with store.unit() as unit:
                unit.rollouts.beat(id_, clock.now())
        except Refused:  # the database is busy, with this very publication perhaps
            LOG.debug("no sign of life this time")


def _asked(one: Rollout) -> tuple[object, ...]:
    return one.package, one.kind, one.actor, one.body["asked"]


def _busy(other: Rollout) -> Refused:
    return Refused.one(
        "publication_under_way",
        Text("{who} 正在发布“{package}”。", "{who} is publishing '{package}' right now.").fill(
            who=other.actor, package=other.package
        ),
        status=409,
        hint=Text(
            "等它结束后看一下变化再发布；如果那个进程已中断，20 秒后即可再试。",
            "Wait until it is over, look at what changed, then publish; if its process has "
            "ended, try again after 20 seconds.",
        ),
    )
