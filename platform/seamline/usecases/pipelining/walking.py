"""One part of a run: takes its steps in order, keeps what each came to, stops where it must."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from seamline.catalog import Catalog
from seamline.connector import GiveUp, Retry, Setback, Skip
from seamline.facts import Actor
from seamline.forms.facing import facts_json
from seamline.jobs.run import Ask, Effect, Stopped, Turn, part_after, plain
from seamline.pipelines import RECORD, STEPS, Course, Inside, Operation, Plan, Wait
from seamline.problems import Problem, Refused
from seamline.text import Text

from ..desk import Desk
from .compiling import Ready
from .hands import Connect, Facts, StepHands
from .seeing import seen

LOG = logging.getLogger("seamline.pipelines")
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 3600.0  # seconds between attempts: doubled each time
BUSY = 503


class _Later(Exception):
    """This part of the run is over: another one was asked for."""


@dataclass(slots=True)
class Walk:
    """A part of a run under way; `done` holds what came of operations, by where they stand."""

    desk: Desk
    catalog: Catalog
    ready: Ready
    actor: Actor
    turn: Turn
    body: Mapping[str, Any]
    clock: Callable[[], datetime]
    connect: Connect
    trial: bool = False
    facts: Facts = field(default_factory=lambda: Facts({}))
    done: dict[str, Any] = field(default_factory=dict)

    def go(self) -> dict[str, Any]:
        """Take every step that is left; return how this part ended."""
        self.done = dict(self.body.get("done", {}))
        self.facts = Facts({name: dict(facts) for name, facts in self.body["given"].items()})
        try:
            if not self._begin():
                return {"ended": "gone"}
            self._steps(self.ready.pipeline.steps, "")
        except _Later:
            return {"ended": "later"}
        return {"ended": "done"}

    def _begin(self) -> bool:
        """Take up the record that it is about, as it stands now; return whether it is there."""
        about = self.body["about"]
        if not about.get("record"):
            return True
        found = self._leaf(
            None, RECORD, lambda: seen(self.desk, self.actor, about["form"], about["record"])
        )
        self.facts.known[RECORD] = found or {}
        return found is not None

    def _steps(self, plans: Sequence[Plan], within: str) -> None:
        for plan in plans:
            self.facts.known[plan.id] = dict(self._step(plan, within + plan.id))

    def _step(self, plan: Plan, place: str) -> Mapping[str, Any]:
        hands = StepHands(
            self.desk, self.catalog, self.ready, self.actor, plan.id, self.facts,
            self.turn.id.partition("~")[0], self.body["about"], self.clock, self.connect,
            self.trial,
        )  # fmt: skip
        course: Course = STEPS[plan.kind].run(plan.settings, hands)
        answer: Any = None
        try:
            while True:
                answer = self._operation(course.send(answer), plan, place, hands)
        except StopIteration as end:
            return facts_json(end.value or {}) or {}

    def _operation(self, asked: Operation, plan: Plan, place: str, hands: StepHands) -> Any:
        if isinstance(asked, Inside):
            self._inside(asked, f"{place}/{asked.name}/")
            return None
        if isinstance(asked, Wait):
            self._wait(asked, f"{place}.{asked.name}")
            return None
        hands.place = f"{place}.{asked.name}" if asked.name else place
        work = asked.work
        if self.trial and asked.writes and asked.trial is not None:
            work = asked.trial
        effect: Effect = ("ours" if asked.ours else "outside") if asked.writes else "none"
        return self._leaf(hands, hands.place, work, effect)

    def _inside(self, asked: Inside, within: str) -> None:
        self.facts.known.update({name: dict(facts) for name, facts in asked.given.items()})
        self._steps(asked.steps, within)
        for name in asked.given:
            self.facts.known.pop(name, None)

    def _wait(self, asked: Wait, place: str) -> None:
        """End this part, and ask for the next one at the moment that is waited for."""
        if place in self.done or self.trial:
            return
        self.done[place] = True
        left = (asked.until - self.clock()).total_seconds()
        if left > 0:
            self._follow(left, {}, {"waits": asked.until.isoformat(), "at": place})
        # A moment that is past is not waited for, in whichever part that is found out.

    def _follow(self, delay: float, tries: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """End this part, and ask for the next one."""
        body = {**self.body, "done": self.done, "tries": tries}
        part = part_after(self.turn.id)
        self.turn.follow(Ask(part, body, {**self.body["about"], **about}, delay=delay,
                             queue=self.body.get("queue", "runs")))  # fmt: skip
        raise _Later

    def _leaf(
        self, hands: StepHands | None, place: str, work: Callable[[], Any],
        effect: Effect = "none",
    ) -> Any:  # fmt: skip
        """Do one thing, or take what came of it before; stop or try again where it failed."""
        if place in self.done:
            return self.done[place]
        answer = self.turn.step(place, lambda: _attempted(hands, work), effect)
        if "ok" in answer:
            self.done[place] = answer["ok"]
            return answer["ok"]
        before = self.body.get("tries", {})
        tries = 1 + (int(before["count"]) if before.get("at") == place else 0)
        if answer.get("retry") and tries < self.ready.pipeline.attempts and not self.trial:
            pause = answer.get("after") or _pause(tries)
            about = {"tries": tries, "at": place, "why": answer["why"]}
            self._follow(pause, {"at": place, "count": tries}, about)
        why = answer["why"][0]
        self.turn.mark({"why": answer["why"], "at": place, "tries": tries})
        raise Stopped(why["en"], why)


def _attempted(hands: StepHands | None, work: Callable[[], Any]) -> dict[str, Any]:
    """Do one thing and say in plain facts what came of it, whatever did."""
    try:
        # A connection opened for it is closed here: it takes its secrets out of what fails.
        with hands.opened if hands is not None else nullcontext():
            return {"ok": facts_json(work())}
    except Skip as setback:
        return {"ok": {"skipped": setback.problem.line("en")}}
    except Retry as setback:
        after = setback.after.total_seconds() if setback.after else None
        return {"retry": True, "after": after, "why": [plain(setback.problem)]}
    except Setback as setback:
        over = isinstance(setback, GiveUp)
        return {"why": [{**plain(setback.problem), "over": over}]}
    except Refused as refused:
        why = [plain(problem) for problem in refused.problems]
        return {"retry": refused.status == BUSY, "why": why}
    except Exception as error:  # ours: tried again, then put before a person with its name
        LOG.exception("a step failed")
        return {"retry": True, "why": [plain(fault(error))]}


def _pause(tries: int) -> float:
    """Return how long to wait before another attempt: longer each time, and never in step."""
    most = min(FIRST_PAUSE * 2.0 ** (tries - 1), LONGEST_PAUSE)
    return most * random.uniform(0.5, 1.0)  # noqa: S311  # nothing secret hangs on it


def fault(error: Exception) -> Problem:
    """Return what a person is told of an error of ours."""
    name = type(error).__name__
    return Problem(
        "our_fault",
        Text(f"程序出错({name})，日志里有详情。", f"This is our fault ({name}); the log has more."),
        hint=Text("重试一次；再出错请报告。", "Try once more; report it if it happens again."),
    )
