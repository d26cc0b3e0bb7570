"""A block that holds measures against their baselines and targets, with method and source."""

from __future__ import annotations

from dataclasses import dataclass

from seamline.documents import Path
from seamline.text import Text

from ..kind import BlockKind, Data, Names


@dataclass(frozen=True, slots=True)
class Contracts:
    """Which measures, in the order they are read."""

    measures: tuple[str, ...]


def _check(data: Data, path: Path, names: Names) -> None:
    for index, word in enumerate(data["measures"]):
        names.measure((*path, "measures", index), word)


KIND = BlockKind(
    name="contracts",
    title=Text("指标约定", "Measures with baseline and target"),
    settings={
        "measures": {
            "description": "哪些指标 · Which measures",
            "type": "array",
            "minItems": 1,
            "maxItems": 40,
            "uniqueItems": True,
            "items": {"$ref": "#/$defs/id"},
        }
    },
    required=("measures",),
    read=lambda data: Contracts(tuple(data["measures"])),
    check=_check,
)
