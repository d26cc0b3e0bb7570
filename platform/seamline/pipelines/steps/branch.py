"""Go one way or the other, by a condition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import Course, Do, Gives, Hands, Inside, PipelineNames, Plan, StepKind
from ..shapes import CONDITION, STEPS


@dataclass(frozen=True, slots=True)
class Branch:
    """`then` where the condition is true, `otherwise` where it is false or cannot be told."""

    when: Condition
    then: tuple[Plan, ...]
    otherwise: tuple[Plan, ...]


def _read(data: Data, plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Branch:
    return Branch(data["when"], plans(data.get("then", ())), plans(data.get("else", ())))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    names.holds((*path, "when"), data["when"], scope)
    for key in ("then", "else"):
        names.steps((*path, key), data.get(key, ()), scope)
    if "then" not in data and "else" not in data:
        say = Text("then 与 else 至少写一个。", "At least one of then and else is written.")
        names.tell(path, "nothing_to_do", say)
    return Gives({"took": "text"})


def _run(asked: Branch, hands: Hands) -> Course:
    took = yield Do(lambda: "then" if hands.holds(asked.when) else "else")
    yield Inside(asked.then if took == "then" else asked.otherwise, took)
    return {"took": took}


_SETTINGS: dict[str, Any] = {"when": CONDITION, "then": STEPS, "else": STEPS}
KIND = StepKind(
    "branch",
    Text("按条件分支", "Branch"),
    _SETTINGS,
    _read,
    _check,
    _run,
    ("when",),
    icon="git-branch",
    again="kept",
)
