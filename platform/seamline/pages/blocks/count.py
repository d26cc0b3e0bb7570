"""A block that counts records and leads to their list."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.text import Text

from ..kind import BlockKind, Data, Names


@dataclass(frozen=True, slots=True)
class Count:
    """Which records are counted; `colour` is that of the figure while there are any."""

    form: str
    where: Condition | None = None
    colour: str = "gray"


def _read(data: Data) -> Count:
    return Count(data["form"], data.get("where"), data.get("colour", "gray"))


def _check(data: Data, path: Path, names: Names) -> None:
    form = names.form((*path, "form"), data["form"])
    if form is not None and "where" in data:
        names.condition((*path, "where"), form, data["where"])


KIND = BlockKind(
    name="count",
    title=Text("计数", "Count"),
    settings={
        "form": {"$ref": "#/$defs/id"},
        "where": {"$ref": "#/$defs/condition"},
        "colour": {"$ref": "#/$defs/colour"},
    },
    required=("form",),
    read=_read,
    check=_check,
)
