"""Take steps for each row: of a sub-table, or of what was looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import NOTHING, Course, Do, Gives, Hands, Inside, PipelineNames, Plan, StepKind
from ..rows import ALIAS, ROWS, row_of
from ..shapes import STEPS


@dataclass(frozen=True, slots=True)
class Each:
    """The rows called `rows`, each of them under the name `alias` in the steps."""

    rows: str
    alias: str
    steps: tuple[Plan, ...]


def _read(data: Data, plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Each:
    return Each(data["in"], data["as"], plans(data["steps"]))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    inside = row_of(data, path, names, scope)
    if inside is None:
        return NOTHING
    names.steps((*path, "steps"), data["steps"], inside)
    return Gives({"count": "number"})


def _run(asked: Each, hands: Hands) -> Course:
    rows = yield Do(lambda: [*hands.rows(asked.rows)])
    for number, row in enumerate(rows, 1):
        yield Inside(asked.steps, str(number), {asked.alias: {**row, "number": number}})
    return {"count": len(rows)}


_SETTINGS: dict[str, Any] = {
    "in": ROWS,
    "as": ALIAS,
    "steps": STEPS,
}
KIND = StepKind("each", Text("逐行", "For each row"), _SETTINGS, _read, _check, _run,
                ("in", "as", "steps"), icon="rows-3", again="kept")  # fmt: skip
