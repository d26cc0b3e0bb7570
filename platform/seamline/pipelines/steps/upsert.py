"""Make a record, or change the one that has the same value in a field already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope
from seamline.text import Text

from .. import rows
from ..kind import NOTHING, Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import FORM, VALUES
from .submit import SUBMITTED, check_values


@dataclass(frozen=True, slots=True)
class Upsert:
    """Values of a record of a form; the field `by` tells which record it is."""

    form: str
    by: str
    values: Mapping[str, Any]
    lines: Mapping[str, rows.Lines]


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Upsert:
    return Upsert(data["form"], data["by"], data["values"], rows.read(data))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    form = names.form((*path, "form"), data["form"])
    if form is None:
        return NOTHING
    names.field((*path, "by"), form, data["by"])
    if data["by"] not in data["values"]:
        say = Text("by 的字段必须在 values 里。", "The field of 'by' must be among the values.")
        names.tell((*path, "by"), "by_without_value", say, got=data["by"])
    check_values(data, path, names, scope, form)
    rows.check(data, path, names, scope, form)
    return Gives({**SUBMITTED, "made": "boolean"})


def _run(asked: Upsert, hands: Hands) -> Course:
    def work() -> Any:
        values = rows.filled(hands, asked.values, asked.lines)
        same = {"==": [{"var": asked.by}, values[asked.by]]}
        found = hands.find(asked.form, same, (), 1)
        step, record = ("change", str(found[0]["_id"])) if found else ("create", "")
        done = hands.submit(asked.form, step, record, values, "", bool(found))
        return {**done, "made": not found}

    found = yield Do(work, writes=True, ours=True)
    return dict(found)


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "by": {
        "description": "以哪个字段认记录 · The field that tells which record",
        "$ref": "#/$defs/id",
    },
    "values": VALUES,
    "lines": rows.LINES,
}
KIND = StepKind("upsert", Text("新建或更新", "Make or change"), _SETTINGS, _read, _check, _run,
                ("form", "by", "values"), icon="copy", names=rows.names_of)  # fmt: skip
