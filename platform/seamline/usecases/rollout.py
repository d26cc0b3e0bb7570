"""A publication beside the requests: begun once, told stage by stage, kept until it is over."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Problem, Refused, shorten
from seamline.store import Rollout, Unit
from seamline.store.rollouts import RolloutState
from seamline.text import Text

from .claiming import alive, claim, interrupted as interrupted, new, under_way as under_way
from .design import DESIGN
from .designing import releases
from .desk import Desk
from .packaging.arriving import Asked, check, looked_at, take_in
from .packaging.returning import Back, looked_back, require_back, take_back
from .stages import NOTHING, Stage, Tell

LOG = logging.getLogger("seamline.rollout")
Kind = Literal["draft", "file", "back"]
STAGES: Mapping[str, tuple[Stage, ...]] = {
    "draft": ("read", "plan", "scenarios", "leaks", "swap"),
    "back": ("read", "plan", "scenarios", "leaks", "swap"),
    "file": ("read", "plan", "scenarios", "leaks", "swap", "data"),
}
TOLD = 0.3  # seconds between two words about one stage that are kept
MOST_PROBLEMS = 100

# Does the work: it hears what to tell, and what to do in the transaction that decides.
Work = Callable[[Tell, Callable[[Unit], None]], Iterable[Problem]]


def publish_draft(
    desk: Desk, actor: Actor, origin: Origin, package: str, revision: int, reason: str,
    confirmed: Iterable[str] = (),
) -> Rollout:  # fmt: skip
    """Begin to publish a draft; what can be refused at once is refused here, as publishing does.

    The same asked for twice is one; raises Refused 409 where another publication is under way.
    """
    keys = tuple(confirmed)
    releases.check(desk, actor, package, revision, reason, keys)

    def work(tell: Tell, beside: Callable[[Unit], None]) -> Iterable[Problem]:
        return releases.publish(
            desk, actor, origin, package, revision, reason, keys, tell=tell, beside=beside
        ).problems

    return _begun(desk, actor, "draft", package, {"reason": reason, "revision": revision}, work)


def install_file(desk: Desk, actor: Actor, origin: Origin, asked: Asked) -> Rollout:
    """Begin to install a package from a file that was sent; 409 where another is under way."""
    arrival = looked_at(desk, actor, asked)
    check(arrival, asked.confirmed)

    def work(tell: Tell, beside: Callable[[Unit], None]) -> Iterable[Problem]:
        return take_in(desk, actor, origin, asked, tell=tell, beside=beside)

    head = arrival.package.head
    body = {"name": asked.name, "version": head.version, "before": arrival.before}
    return _begun(desk, actor, "file", head.id, body, work)


def go_back(desk: Desk, actor: Actor, origin: Origin, back: Back) -> Rollout:
    """Begin to go back across an upgrade; raises Refused 409 where data would be lost by it."""
    arrival = looked_back(desk, actor, back)
    require_back(arrival, back)

    def work(tell: Tell, beside: Callable[[Unit], None]) -> Iterable[Problem]:
        return take_back(desk, actor, origin, back, tell=tell, beside=beside)

    body = {"number": back.number, "version": arrival.package.head.version,
            "before": arrival.before}  # fmt: skip
    return _begun(desk, actor, "back", back.package, body, work)


def rollout(desk: Desk, actor: Actor, id_: str) -> Rollout:
    """Return a publication; raises Refused 403 or 404."""
    desk.catalogs.current().access.require(actor, DESIGN, "*")
    with desk.store.reading() as unit:
        one = unit.rollouts.get(id_)
    if one is None:
        say = Text("没有这次发布。", "There is no such publication.")
        raise Refused.one("unknown_rollout", say, status=404, hint=Text.same(shorten(id_)))
    return one


def newest(desk: Desk, package: str) -> Rollout | None:
    """Return the newest publication of a package, for who may see the package."""
    with desk.store.reading() as unit:
        return unit.rollouts.newest(package)


@dataclass(slots=True)
class _Course:
    """How far one publication is, as it is kept: a word at a time."""

    desk: Desk
    id: str
    body: dict[str, Any]
    over: threading.Event
    kept: float = 0.0

    def tell(self, stage: Stage, said: Text) -> None:
        """Hear a word; the first about a stage ends the one before."""
        stages = self.body["stages"]
        now = clock.now().isoformat()
        fresh = not stages or stages[-1]["stage"] != stage
        if fresh:
            if stages:
                stages[-1]["ended"] = now
            stages.append({"stage": stage, "began": now, "ended": "", "zh": "", "en": ""})
        if said != NOTHING:
            stages[-1] |= {"zh": said.zh, "en": said.en}
        if fresh or time.monotonic() - self.kept > TOLD:
            self._keep("running")

    def end_within(self, unit: Unit) -> None:
        """Say in the transaction that decides that it is done: from now on the new one serves."""
        unit.rollouts.move(self.id, "done", self.body, clock.now())

    def end(self, state: RolloutState, problems: Iterable[Problem]) -> None:
        """Say what came of it."""
        if self.body["stages"]:
            self.body["stages"][-1]["ended"] = clock.now().isoformat()
        self.body["problems"] = [_plain(one) for one in problems][:MOST_PROBLEMS]
        self._keep(state)

    def _keep(self, state: RolloutState) -> None:
        self.kept = time.monotonic()
        with self.desk.store.unit() as unit:
            kept = unit.rollouts.get(self.id)
            done = kept is not None and kept.state == "done"  # it serves, whatever came after
            unit.rollouts.move(self.id, "done" if done else state, self.body, clock.now())


def _begun(
    desk: Desk, actor: Actor, kind: Kind, package: str, asked: Mapping[str, Any], work: Work
) -> Rollout:
    body = {"asked": dict(asked), "stages": [], "problems": []}
    wanted = new(package, kind, actor, body)
    with desk.store.unit() as unit:
        one = claim(unit, wanted)
    if one.id != wanted.id:
        return one
    course = _Course(desk, one.id, body, alive(desk.store, one.id))
    threading.Thread(target=_carry, args=(course, work), name=f"rollout-{one.id}").start()
    return one


def _carry(course: _Course, work: Work) -> None:
    try:
        warnings = work(course.tell, course.end_within)
        course.end("done", warnings)
    except Refused as refused:
        course.end("refused", refused.problems)
    except Exception:
        LOG.exception("a publication failed", extra={"facts": {"rollout": course.id}})
        course.end("failed", [])
    finally:
        course.over.set()


def _plain(one: Problem) -> dict[str, Any]:
    return {
        "zh": one.sentence("zh"), "en": one.sentence("en"), "file": one.place.file,
        "line": one.place.line, "path": one.place.path, "severity": one.severity,
    }  # fmt: skip
