"""Something happened to a record: a step was taken, or a state was entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.text import Text

from ..hearing import STEPS_HEARD, form_heard
from ..kind import RECORD, Event, Gives, PipelineNames, TriggerKind
from ..shapes import CONDITION, FORM, ID


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Steps of records of a form (all where none is named), and the states they led to."""

    form: str
    steps: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    where: Condition | None = None


def _read(data: Data) -> OnRecord:
    return OnRecord(
        data["form"], tuple(data.get("steps", ())), tuple(data.get("to", ())), data.get("where")
    )


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    form = form_heard(data, path, names)
    if form is None:
        return {}
    for index, word in enumerate(data.get("to", ())):
        names.state((*path, "to", index), form, word)
    return {RECORD: Gives.of(names.scope_of(form))}


def _hears(asked: OnRecord, event: Event) -> bool:
    form, _dot, step = event.topic.partition(".")
    if form != asked.form or "version" not in event.body:
        return False
    if asked.steps and step not in asked.steps:
        return False
    return not asked.to or (
        event.body.get("state") in asked.to and event.body.get("from") not in asked.to
    )


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "steps": STEPS_HEARD,
    "to": {"description": "进入哪些状态 · Which states are entered",
           "type": "array", "minItems": 1, "maxItems": 40, "items": ID},
    "where": CONDITION,
}  # fmt: skip
KIND = TriggerKind(
    name="record",
    title=Text("记录事件", "Something happened to a record"),
    settings=_SETTINGS,
    required=("form",),
    read=_read,
    check=_check,
    form=lambda asked: str(asked.form),
    hears=_hears,
    icon="file-check",
)
