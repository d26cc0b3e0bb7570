"""Take steps for each row: of a sub-table, or of what was looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.problems import did_you_mean
from seamline.scope import Scope
from seamline.text import Text

from ..kind import NOTHING, Course, Do, Gives, Hands, Inside, PipelineNames, Plan, StepKind, under
from ..shapes import ID, STEPS


@dataclass(frozen=True, slots=True)
class Each:
    """The rows called `rows`, each of them under the name `alias` in the steps."""

    rows: str
    alias: str
    steps: tuple[Plan, ...]


def _read(data: Data, plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Each:
    return Each(data["in"], data["as"], plans(data["steps"]))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    rows = scope.rows.get(data["in"])
    if rows is None:
        say = Text(
            f"没有叫“{data['in']}”的行(子表，或查找多条的结果)。",
            f"There are no rows called '{data['in']}' (a sub-table, or records looked up).",
        )
        hint = did_you_mean(data["in"], scope.rows)
        names.tell((*path, "in"), "unknown_rows", say, hint, got=data["in"])
        return NOTHING
    inside = under(scope, data["as"], Gives({**rows.types, "number": "number"}))
    names.steps((*path, "steps"), data["steps"], inside)
    return Gives({"count": "number"})


def _run(asked: Each, hands: Hands) -> Course:
    rows = yield Do(lambda: [*hands.rows(asked.rows)])
    for number, row in enumerate(rows, 1):
        yield Inside(asked.steps, str(number), {asked.alias: {**row, "number": number}})
    return {"count": len(rows)}


_SETTINGS: dict[str, Any] = {
    "in": {"description": "哪些行，如 record.lines · Which rows", "type": "string",
           "pattern": "^[a-z][a-z0-9_]{0,39}[.][a-z][a-z0-9_]{0,39}$"},
    "as": {"description": "每一行叫什么 · What each row is called", **ID},
    "steps": STEPS,
}  # fmt: skip
KIND = StepKind("each", Text("逐行", "For each row"), _SETTINGS, _read, _check, _run,
                ("in", "as", "steps"), icon="rows-3")  # fmt: skip
