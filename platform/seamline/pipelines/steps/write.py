"""Write back: do something in a connected system, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.connector import AskPerson, Write as Order, Writes
from seamline.documents import Path
from seamline.pages import Data
from seamline.problems import Problem
from seamline.scope import Scope
from seamline.text import Text

from .. import rows
from ..kind import Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import CONNECTION, VALUE, WORD


@dataclass(frozen=True, slots=True)
class WriteBack:
    """An operation on an entity of a connection; `expects` must still stand there.

    `lines` are made of rows: those of an order that is entered, say.
    """

    connection: str
    entity: str
    operation: str
    target: Any = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    expects: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, rows.Lines] = field(default_factory=dict)


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> WriteBack:
    return WriteBack(
        data["connection"], data["entity"], data["operation"], data.get("target", ""),
        data.get("values", {}), data.get("expects", {}), rows.read(data),
    )  # fmt: skip


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    if "target" in data:
        names.value((*path, "target"), data["target"], scope)
    for key in ("values", "expects"):
        for name, written in data.get(key, {}).items():
            names.value((*path, key, name), written, scope)
    rows.check(data, path, names, scope)
    return Gives({"reference": "text", "repeated": "boolean"})


def _run(asked: WriteBack, hands: Hands) -> Course:
    def order() -> Order:
        return Order(
            asked.entity,
            asked.operation,
            hands.key,
            rows.filled(hands, asked.values, asked.lines),
            str(hands.value(asked.target) or ""),
            {name: hands.value(one) for name, one in asked.expects.items()},
        )

    def work() -> dict[str, Any]:
        system = hands.connection(asked.connection)
        if not isinstance(system, Writes):
            say = Text(
                f"连接“{asked.connection}”不能写入。",
                f"The connection '{asked.connection}' does not write.",
            )
            raise AskPerson(Problem("cannot_write", say))
        receipt = system.write(order())
        return {"reference": receipt.reference, "repeated": receipt.repeated}

    def trial() -> dict[str, Any]:
        would = order()
        return {"reference": "", "repeated": False, "values": dict(would.values),
                "target": would.target}  # fmt: skip

    found = yield Do(work, writes=True, trial=trial)
    return dict(found)


_MEMBERS: dict[str, Any] = {"type": "object", "additionalProperties": VALUE, "maxProperties": 200}
_SETTINGS: dict[str, Any] = {
    "connection": CONNECTION,
    "entity": WORD,
    "operation": WORD,
    "target": VALUE,
    "values": _MEMBERS,
    "expects": _MEMBERS,
    "lines": rows.LINES,
}
KIND = StepKind("write", Text("回写外部系统", "Write back"), _SETTINGS, _read, _check, _run,
                ("connection", "entity", "operation"), icon="upload",
                names=rows.names_of)  # fmt: skip
