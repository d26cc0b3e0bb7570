"""Take a step of a record, or make a new one, through the one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seamline.documents import Path
from seamline.metadata import Form
from seamline.pages import Data
from seamline.scope import Scope, ValueType
from seamline.text import Text

from .. import rows
from ..kind import NOTHING, Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import FORM, TEXT, VALUE, VALUES

SUBMITTED: Mapping[str, ValueType] = {
    "_id": "text", "_code": "text", "_state": "text", "outcome": "text", "_version": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submit:
    """A step of a form; `record` says of which record, where it is none that is made."""

    form: str
    step: str
    record: Any = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, rows.Lines] = field(default_factory=dict)
    reason: Text | None = None


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Submit:
    reason = data.get("reason")
    return Submit(
        data["form"],
        data["step"],
        data.get("record", ""),
        data.get("values", {}),
        rows.read(data),
        None if reason is None else _text(reason),
    )


def _text(written: Any) -> Text:
    return Text.same(written) if isinstance(written, str) else Text(written["zh"], written["en"])


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    form = names.form((*path, "form"), data["form"])
    if form is None:
        return NOTHING
    step = names.step((*path, "step"), form, data["step"])
    if step is not None and (step.id == "create") == ("record" in data):
        say = Text(
            "create 不写 record，其余环节必须写。",
            "A step other than create names its record; create does not.",
        )
        names.tell(path, "record_or_create", say)
    if "record" in data:
        names.value((*path, "record"), data["record"], scope)
    check_values(data, path, names, scope, form)
    rows.check(data, path, names, scope, form)
    if "reason" in data:
        names.words((*path, "reason"), data["reason"], scope)
    return Gives(SUBMITTED)


def check_values(data: Data, path: Path, names: PipelineNames, scope: Scope, form: Form) -> None:
    """Check the fields that are filled, and what they are filled with."""
    for name, written in data.get("values", {}).items():
        names.field((*path, "values", name), form, name)
        names.value((*path, "values", name), written, scope)


def _run(asked: Submit, hands: Hands) -> Course:
    def ready() -> tuple[str, dict[str, Any], str]:
        values = rows.filled(hands, asked.values, asked.lines)
        reason = hands.words(asked.reason) if asked.reason else ""
        return str(hands.value(asked.record) or ""), values, reason

    def work() -> Any:
        record, values, reason = ready()
        return hands.submit(asked.form, asked.step, record, values, reason)

    found = yield Do(work, writes=True, ours=True)
    return dict(found)


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "step": {"description": "业务环节 · Business step", "$ref": "#/$defs/id"},
    "record": VALUE,
    "values": VALUES,
    "lines": rows.LINES,
    "reason": TEXT,
}
KIND = StepKind("submit", Text("提交环节", "Take a step"), _SETTINGS, _read, _check, _run,
                ("form", "step"), icon="check", names=rows.names_of)  # fmt: skip
