"""Something changed in a connected system: rows of an ERP's table, read since the last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import ValueType
from seamline.text import Text

from ..given import given
from ..kind import Event, Gives, PipelineNames, TriggerKind
from ..shapes import CONNECTION, GIVES, SPAN, WORD, span

OFTEN = "15s"


@dataclass(frozen=True, slots=True)
class OnChange:
    """An entity of a connection, looked at `every` so often."""

    connection: str
    entity: str
    every: timedelta


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    told = given(data.get("gives", {}))
    own: Mapping[str, ValueType] = {"key": "text", "version": "text", "deleted": "boolean"}
    return {"change": Gives({**own, **told.types}, told.rows)}


def topic(asked: OnChange) -> str:
    """Return the topic under which the changes of an entity are told."""
    return f"connection.{asked.connection}.changed.{asked.entity}"


def _hears(asked: OnChange, event: Event) -> bool:
    return event.topic == topic(asked)


KIND = TriggerKind(
    name="change",
    title=Text("外部系统的数据变化", "Change in a connected system"),
    settings={"connection": CONNECTION, "entity": WORD, "every": SPAN, "gives": GIVES},
    required=("connection", "entity"),
    read=lambda data: OnChange(data["connection"], data["entity"], span(data.get("every", OFTEN))),
    check=_check,
    hears=_hears,
    icon="refresh-cw",
)
