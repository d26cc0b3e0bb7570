"""A block that lists some records of a form."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.documents import Path
from seamline.metadata.field import Condition
from seamline.text import Text

from ..kind import BlockKind, Data, Names

FEW, MANY = 8, 50


@dataclass(frozen=True, slots=True)
class Records:
    """Which records of a form, in which columns and order, and how many at the most."""

    form: str
    where: Condition | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = FEW


def _read(data: Data) -> Records:
    return Records(
        form=data["form"],
        where=data.get("where"),
        columns=tuple(data.get("columns", ())),
        sort=tuple(data.get("sort", ())),
        limit=data.get("limit", FEW),
    )


def _check(data: Data, path: Path, names: Names) -> None:
    form = names.form((*path, "form"), data["form"])
    if form is None:
        return
    for index, word in enumerate(data.get("columns", ())):
        names.column((*path, "columns", index), form, word)
    for index, word in enumerate(data.get("sort", ())):
        names.column((*path, "sort", index), form, word.removeprefix("-"))
    if "where" in data:
        names.condition((*path, "where"), form, data["where"])


KIND = BlockKind(
    name="records",
    title=Text("记录清单", "List of records"),
    settings={
        "form": {"$ref": "#/$defs/id"},
        "where": {"$ref": "#/$defs/condition"},
        "columns": {"$ref": "#/$defs/column_names"},
        "sort": {
            "description": "排序，前面加 - 为降序 · Sort; - before a column falls",
            "type": "array",
            "maxItems": 5,
            "items": {"type": "string", "pattern": "^-?[a-z_][a-z0-9_]{0,39}$"},
        },
        "limit": {"description": "最多几条 · How many", "type": "integer", "minimum": 1,
                  "maximum": MANY},
    },
    required=("form",),
    read=_read,
    check=_check,
)  # fmt: skip
