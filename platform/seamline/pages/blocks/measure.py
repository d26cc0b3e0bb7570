"""A block that shows one measure."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.documents import Path
from seamline.text import Text

from ..kind import BlockKind, Data, Names

PERIODS = 12


@dataclass(frozen=True, slots=True)
class MeasureBlock:
    """Which measure, as a `figure`, a `chart` over its periods, or `parts` by its groups."""

    measure: str
    view: str = "figure"
    periods: int = PERIODS


def _read(data: Data) -> MeasureBlock:
    return MeasureBlock(data["is"], data.get("view", "figure"), data.get("periods", PERIODS))


def _check(data: Data, path: Path, names: Names) -> None:
    names.measure((*path, "is"), data["is"])


KIND = BlockKind(
    name="measure",
    title=Text("指标", "Measure"),
    settings={
        "is": {"$ref": "#/$defs/id"},
        "view": {"description": "怎样显示 · How it is shown", "enum": ["figure", "chart", "parts"]},
        "periods": {
            "description": "几个期间 · How many periods",
            "type": "integer",
            "minimum": 2,
            "maximum": 60,
        },
    },
    required=("is",),
    read=_read,
    check=_check,
)
