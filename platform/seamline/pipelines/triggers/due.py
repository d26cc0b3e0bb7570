"""A time relative to a field of a record: 48 h before it is due, on the business calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.text import Text

from ..kind import RECORD, Gives, PipelineNames, TriggerKind
from ..shapes import CONDITION, FORM, SPAN, span

TOPIC = "pipeline.due"


@dataclass(frozen=True, slots=True)
class OnDue:
    """`offset` from the field (negative: before it); a day counts from its beginning.

    Where `where` is not true when the moment comes, nothing happens.
    """

    form: str
    field: str
    offset: timedelta
    working: bool = False
    where: Condition | None = None


def _read(data: Data) -> OnDue:
    offset = -span(data["before"]) if "before" in data else span(data["after"])
    return OnDue(data["form"], data["field"], offset, data.get("working", False), data.get("where"))


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    form = names.form((*path, "form"), data["form"])
    if ("before" in data) == ("after" in data):
        say = Text("before 与 after 恰好写一个。", "Exactly one of before and after is written.")
        names.tell(path, "before_or_after", say)
    if form is None:
        return {}
    names.field((*path, "field"), form, data["field"], ("date", "datetime", "promised"))
    if "where" in data:
        names.condition((*path, "where"), form, data["where"])
    return {RECORD: Gives.of(names.scope_of(form)), "due": Gives({"at": "datetime"})}


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "field": {"description": "日期字段 · The day it counts from", "$ref": "#/$defs/id"},
    "before": SPAN,
    "after": SPAN,
    "working": {"description": "按工作时间计 · Counted in working time", "type": "boolean"},
    "where": CONDITION,
}
KIND = TriggerKind(
    name="due",
    title=Text("到期前后", "Before or after something is due"),
    settings=_SETTINGS,
    required=("form", "field"),
    read=_read,
    check=_check,
    form=lambda asked: str(asked.form),
    hears=lambda asked, event: event.topic == TOPIC,
    icon="clock",
)
