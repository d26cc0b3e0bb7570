"""Remind people through one channel after another, until what they should do is done.

Each rung reads the record again and stops where the condition no longer holds; a channel that
fails, or whose receipt says so, makes the next one begin at once. Every rung is on record.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from seamline.connector import GiveUp, Sends, Setback
from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import Course, Do, Gives, Hands, Operation, PipelineNames, Plan, StepKind, Wait
from ..shapes import CONDITION, SPAN, span
from .notify import SETTINGS as NOTICE, Notice, check_notice, read_notice, send, sent

RECEIPT = "2m"
MOST = 10


@dataclass(frozen=True, slots=True)
class Rung:
    """One channel: what it says, when its receipt is asked for, how long it has to take effect."""

    notice: Notice
    wait: timedelta
    receipt: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in their order, climbed while a condition on the record is true."""

    while_: Condition
    rungs: tuple[Rung, ...]
    working: bool = False


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Ladder:
    rungs = (
        Rung(read_notice(one["notify"]), span(one.get("wait", "1h")),
             span(one.get("receipt", RECEIPT)))
        for one in data["rungs"]
    )  # fmt: skip
    return Ladder(data["while"], tuple(rungs), data.get("working", False))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    names.holds((*path, "while"), data["while"], scope)
    for index, one in enumerate(data["rungs"]):
        check_notice(one["notify"], (*path, "rungs", index, "notify"), names, scope)
    return Gives({"rungs": "number", "ended": "text"})


def _run(asked: Ladder, hands: Hands) -> Course:
    for number, rung in enumerate(asked.rungs, 1):
        facts = yield Do(hands.seen_again, f"{number}.look")
        hands.renew(facts or {})
        stands = facts is not None and hands.holds(asked.while_) is True
        if not stands:
            yield _logged(hands, number, {"state": "ended"}, "ended")
            return {"rungs": number - 1, "ended": "done"}
        yield from _climb(asked, rung, number, hands)
    return {"rungs": len(asked.rungs), "ended": "over"}


def _climb(asked: Ladder, rung: Rung, number: int, hands: Hands) -> Generator[Operation, Any, None]:
    """Use one channel, and wait for it to take effect unless it failed."""
    found = yield Do(
        lambda: _sent(rung.notice, hands),
        f"{number}.send",
        writes=True,
        trial=lambda: {"state": "delivered", "text": hands.words(rung.notice.text)},
    )
    told = {"channel": rung.notice.connection, **found}
    yield _logged(hands, number, told, "log")
    if found["state"] in ("accepted", "unknown") and found.get("references"):
        until = yield Do(lambda: (hands.now() + rung.receipt).isoformat(), f"{number}.until")
        yield Wait(hands.moment(until) or hands.now(), f"{number}.receipt")
        found = yield Do(lambda: _receipt(rung.notice, found, hands), f"{number}.received")
        told = {"channel": rung.notice.connection, **found}
        yield _logged(hands, number, told, "logged")
    if found["state"] == "failed" or (found["state"] == "unknown" and rung.notice.connection):
        return
    over = yield Do(lambda: hands.later(rung.wait, asked.working).isoformat(), f"{number}.over")
    yield Wait(hands.moment(over) or hands.now(), f"{number}.wait")


def _sent(notice: Notice, hands: Hands) -> dict[str, Any]:
    """Send; a channel that says that it never can, or that a person must mend, has failed."""
    try:
        return send(notice, hands)
    except Setback as setback:
        if isinstance(setback, GiveUp) or setback.effect == "none":
            return {"state": "failed", "reached": 0, "why": setback.problem.line("en")}
        raise


def _receipt(notice: Notice, found: dict[str, Any], hands: Hands) -> dict[str, Any]:
    """Ask what became of what was accepted.

    A channel without receipts has said all it ever will: whether the record moves has to show it.
    """
    channel = hands.connection(notice.connection)
    if not isinstance(channel, Sends):
        return found
    try:
        deliveries = [one for ref in found["references"] for one in channel.delivery(ref)]
    except Setback as setback:
        return {**found, "state": "unknown", "why": setback.problem.line("en")}
    if not deliveries:
        return found
    answer = {**sent(deliveries), "to": found["to"]}
    # Accepted still, after the time its receipt had: said ok, and not seen to arrive.
    return {**answer, "state": "unknown"} if answer["state"] == "accepted" else answer


def _logged(hands: Hands, number: int, told: dict[str, Any], name: str) -> Do:
    """Write what became of a rung into the journal."""

    def work() -> bool:
        hands.log("reminded", {"rung": number, **told})
        return True

    return Do(work, f"{number}.{name}", writes=True, ours=True)


_RUNG: dict[str, Any] = {
    "type": "object",
    "required": ["notify"],
    "properties": {
        "notify": {"type": "object", "required": ["text"], "properties": NOTICE,
                   "additionalProperties": False},
        "wait": SPAN,
        "receipt": SPAN,
    },
    "additionalProperties": False,
}  # fmt: skip
_SETTINGS: dict[str, Any] = {
    "while": CONDITION,
    "rungs": {"description": "一级一级的渠道 · The channels in their order", "type": "array",
              "minItems": 1, "maxItems": MOST, "items": _RUNG},
    "working": {"description": "按工作时间等待 · Wait in working time", "type": "boolean"},
}  # fmt: skip
KIND = StepKind("ladder", Text("逐级提醒", "Remind step by step"), _SETTINGS, _read, _check, _run,
                ("while", "rungs"), icon="bell-ring", sends=True)  # fmt: skip
