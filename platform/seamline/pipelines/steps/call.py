"""Ask a connected system for one thing as it stands now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from ..asking import asked_for
from ..given import given, picked
from ..kind import Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import CONNECTION, GIVES, VALUE, WORD


@dataclass(frozen=True, slots=True)
class Call:
    """The thing with a key of an entity of a connection; `gives` are the members wanted."""

    connection: str
    entity: str
    key: Any
    gives: Data


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Call:
    return Call(data["connection"], data["entity"], data["key"], data.get("gives", {}))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    names.value((*path, "key"), data["key"], scope)
    told = given(data.get("gives", {}))
    return Gives({"found": "boolean", **told.types}, told.rows)


def _run(asked: Call, hands: Hands) -> Course:
    def work() -> dict[str, Any]:
        found = asked_for(hands, asked.connection, asked.entity, asked.key)
        values = found.values if found is not None else {}
        return {"found": bool(values), **picked(asked.gives, values)}

    found = yield Do(work)
    return dict(found)


_SETTINGS: dict[str, Any] = {"connection": CONNECTION, "entity": WORD, "key": VALUE, "gives": GIVES}
KIND = StepKind("call", Text("查询外部系统", "Ask another system"), _SETTINGS, _read, _check, _run,
                ("connection", "entity", "key"), icon="search", again="anew")  # fmt: skip
