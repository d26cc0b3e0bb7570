"""Look records up: the first that matches, or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..kind import NOTHING, Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import CONDITION, FORM

MOST = 1000


@dataclass(frozen=True, slots=True)
class Read:
    """Records of a form; with `limit` several, as rows, else the first one's own values."""

    form: str
    where: Condition | None = None
    sort: tuple[str, ...] = ()
    limit: int = 0


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Read:
    return Read(data["form"], data.get("where"), tuple(data.get("sort", ())), data.get("limit", 0))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    form = names.form((*path, "form"), data["form"])
    if form is None:
        return NOTHING
    own = names.scope_of(form)
    if "where" in data:
        both = Scope({**scope.types, **own.types}, {**scope.rows, **own.rows})
        names.holds((*path, "where"), data["where"], both)
    for index, word in enumerate(data.get("sort", ())):
        names.column((*path, "sort", index), form, word.removeprefix("-"))
    gives = Gives.of(own)
    if "limit" in data:
        plain = {name: kind for name, kind in gives.types.items() if kind != "table"}
        return Gives({"rows": "table", "count": "number"}, {"rows": Scope(plain)})
    return Gives({**gives.types, "found": "boolean"}, gives.rows)


def _run(asked: Read, hands: Hands) -> Course:
    rows = yield Do(lambda: hands.find(asked.form, asked.where, asked.sort, asked.limit or 1))
    if asked.limit:
        return {"rows": rows, "count": len(rows)}
    return {**(rows[0] if rows else {}), "found": bool(rows)}


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "where": CONDITION,
    "sort": {"description": "排序，前面加 - 为降序 · Sort; - before a column falls",
             "type": "array", "maxItems": 5,
             "items": {"type": "string", "pattern": "^-?[a-z_][a-z0-9_]{0,39}$"}},
    "limit": {"description": "取几条，作为行 · How many, as rows", "type": "integer",
              "minimum": 1, "maximum": MOST},
}  # fmt: skip
KIND = StepKind("read", Text("查找记录", "Look up records"), _SETTINGS, _read, _check, _run,
                ("form",), icon="table", again="anew")  # fmt: skip
