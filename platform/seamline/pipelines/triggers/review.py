"""A review of a record is asked for, or was not decided in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.text import Text

from ..hearing import STEPS_HEARD, form_heard
from ..kind import RECORD, Event, Gives, PipelineNames, TriggerKind
from ..shapes import CONDITION, FORM

When = Literal["asked", "overdue"]
PENDING = "pending"  # what `_held` of a record says while its review is not decided
OVERDUE = "escalated"  # how the topic ends that tells of an overdue review


@dataclass(frozen=True, slots=True)
class OnReview:
    """Reviews of steps of a form (all where none is named), at the one moment or the other."""

    form: str
    when: When
    steps: tuple[str, ...] = ()
    where: Condition | None = None


def _read(data: Data) -> OnReview:
    return OnReview(data["form"], data["when"], tuple(data.get("steps", ())), data.get("where"))


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    form = form_heard(data, path, names)
    if form is None:
        return {}
    return {RECORD: Gives.of(names.scope_of(form))}


def _hears(asked: OnReview, event: Event) -> bool:
    form, _dot, rest = event.topic.partition(".")
    step, _dot, end = rest.partition(".")
    if form != asked.form or (asked.steps and step not in asked.steps):
        return False
    if asked.when == "overdue":
        return end == OVERDUE
    return not end and event.body.get("held") == PENDING


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "when": {"description": "asked 为交复核时，overdue 为超时未审时 · When asked for, or overdue",
             "enum": ["asked", "overdue"]},
    "steps": STEPS_HEARD,
    "where": CONDITION,
}  # fmt: skip
KIND = TriggerKind(
    name="review",
    title=Text("有复核要做", "A review waits"),
    settings=_SETTINGS,
    required=("form", "when"),
    read=_read,
    check=_check,
    form=lambda asked: str(asked.form),
    hears=_hears,
    icon="hand",
)
