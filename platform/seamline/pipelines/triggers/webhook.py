"""Another system told us something through a connection: a callback, a card that was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seamline.documents import Path
from seamline.pages import Data
from seamline.text import Text

from ..kind import Event, Gives, PipelineNames, TriggerKind
from ..shapes import CONNECTION, GIVES, WORD


@dataclass(frozen=True, slots=True)
class OnMessage:
    """A topic of a connection; `gives` are the values that come with it."""

    connection: str
    topic: str


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    return {"message": Gives({"key": "text", **data.get("gives", {})})}


def _hears(asked: OnMessage, event: Event) -> bool:
    return event.topic == f"connection.{asked.connection}.{asked.topic}"


KIND = TriggerKind(
    name="webhook",
    title=Text("外部系统来信", "Another system told us"),
    settings={"connection": CONNECTION, "topic": WORD, "gives": GIVES},
    required=("connection", "topic"),
    read=lambda data: OnMessage(data["connection"], data["topic"]),
    check=_check,
    hears=_hears,
    icon="download",
)
