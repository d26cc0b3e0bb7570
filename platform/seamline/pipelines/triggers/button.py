"""A person asks for it, on a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.pages import Data
from seamline.text import Text

from ..kind import RECORD, Gives, PipelineNames, TriggerKind
from ..shapes import CONDITION, FORM, ID

TOPIC = "pipeline.button"


@dataclass(frozen=True, slots=True)
class OnButton:
    """A record of a form, for people of some roles, where `where` is true of it."""

    form: str
    roles: tuple[str, ...]
    where: Condition | None = None


def _read(data: Data) -> OnButton:
    return OnButton(data["form"], tuple(data["roles"]), data.get("where"))


def _check(data: Data, path: Path, names: PipelineNames) -> Mapping[str, Gives]:
    form = names.form((*path, "form"), data["form"])
    for index, word in enumerate(data["roles"]):
        names.role((*path, "roles", index), word)
    if form is None:
        return {}
    if "where" in data:
        names.condition((*path, "where"), form, data["where"])
    return {RECORD: Gives.of(names.scope_of(form)), "asked": Gives({"by": "text"})}


_SETTINGS: dict[str, Any] = {
    "form": FORM,
    "roles": {"description": "哪些角色可以点 · Roles that may press it", "type": "array",
              "minItems": 1, "maxItems": 40, "items": ID},
    "where": CONDITION,
}  # fmt: skip
KIND = TriggerKind(
    name="button",
    title=Text("按钮", "Button"),
    settings=_SETTINGS,
    required=("form", "roles"),
    read=_read,
    check=_check,
    form=lambda asked: str(asked.form),
    hears=lambda asked, event: event.topic == TOPIC,
    icon="play",
)
