"""Wait for a while, or until a moment; nothing runs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import NOTHING, Course, Do, Gives, Hands, PipelineNames, Plan, StepKind, Wait as Until
from ..shapes import SPAN, VALUE, span


@dataclass(frozen=True, slots=True)
class Waiting:
    """A span from now, in working time or not; or a formula that gives a day or a moment."""

    span: timedelta | None = None
    until: Any = None
    working: bool = False


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Waiting:
    return Waiting(
        span(data["for"]) if "for" in data else None,
        data.get("until"),
        data.get("working", False),
    )


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    if ("for" in data) == ("until" in data):
        say = Text("for 与 until 恰好写一个。", "Exactly one of for and until is written.")
        names.tell(path, "for_or_until", say)
    elif "until" in data:
        type_ = names.value((*path, "until"), data["until"], scope)
        if type_ not in ("date", "datetime", None):
            say = Text("until 要得到日期或时刻。", "'until' has to give a day or a moment.")
            names.tell((*path, "until"), "types_do_not_fit", say, got=type_)
    return NOTHING


def _run(asked: Waiting, hands: Hands) -> Course:
    def reckon() -> str:
        if asked.span is not None:
            return hands.later(asked.span, asked.working).isoformat()
        return (hands.moment(asked.until) or hands.now()).isoformat()

    until = yield Do(reckon, "until")
    yield Until(hands.moment(until) or hands.now(), "over")
    return {}


_SETTINGS: dict[str, Any] = {
    "for": SPAN,
    "until": VALUE,
    "working": {"description": "按工作时间计 · In working time", "type": "boolean"},
}
KIND = StepKind("wait", Text("等待", "Wait"), _SETTINGS, _read, _check, _run, icon="clock",
                again="kept")  # fmt: skip
