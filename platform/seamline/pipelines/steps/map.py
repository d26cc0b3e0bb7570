"""Reckon values out of what is known, for the steps that follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seamline.documents import Path
from seamline.pages import Data
from seamline.scope import Scope, ValueType
from seamline.text import Text

from ..kind import Course, Do, Gives, Hands, PipelineNames, Plan, StepKind
from ..shapes import VALUE


@dataclass(frozen=True, slots=True)
class Values:
    """Constants and formulas by the name they get."""

    values: Mapping[str, Any]


def type_of(written: Any) -> ValueType:
    """Return the type of a constant."""
    if isinstance(written, bool):
        return "boolean"
    return "number" if isinstance(written, (int, float, Decimal)) else "text"


def _read(data: Data, _plans: Callable[[Sequence[Data]], tuple[Plan, ...]]) -> Values:
    return Values(dict(data))


def _check(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Gives:
    return Gives(
        {
            name: names.value((*path, name), written, scope) or type_of(written)
            for name, written in data.items()
        }
    )


def _run(asked: Values, hands: Hands) -> Course:
    def reckon() -> dict[str, Any]:
        return {name: hands.value(written) for name, written in asked.values.items()}

    found = yield Do(reckon)
    return dict(found)


_OPEN: Mapping[str, Any] = {
    "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,39}$"},
    "additionalProperties": VALUE,
    "minProperties": 1,
    "maxProperties": 100,
}
KIND = StepKind(
    "map",
    Text("计算与对应", "Map values"),
    {},
    _read,
    _check,
    _run,
    open=_OPEN,
    icon="arrow-left-right",
    again="anew",
)
