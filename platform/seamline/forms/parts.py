"""The parts of a compiled form: its fields with what they need at hand, and its references."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import is_
from types import MappingProxyType
from typing import Any, TypeAlias

from seamline.conditions.evaluate import Check
from seamline.facts import Ref, Value
from seamline.fields import Kind, Reading
from seamline.formulas import Formula
from seamline.metadata import Field, Step
from seamline.scope import ValueType

# Values of referenced records: path of the reference -> key -> field of the target -> value.
Found: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Value]]]
ToFact: TypeAlias = Callable[[Any], object]


class Values(dict[str, Value]):
    """Values that were read from input, with how they were read.

    `unread` holds the paths (`qty`, `lines[2].qty`) whose input was refused: the value is None
    there, but nobody needs to be asked for it a second time. `reading` and `step` are those they
    were read with: completing them asks for the reader's day, and for the step's fields only.
    """

    __slots__ = ("reading", "step", "unread")

    def __init__(
        self,
        given: Mapping[str, Value] = MappingProxyType({}),
        reading: Reading | None = None,
        step: Step | None = None,
    ) -> None:
        super().__init__(given)
        self.unread: set[str] = set()
        self.reading = reading or Reading()
        self.step = step


@dataclass(frozen=True, slots=True)
class FieldModel:
    """One field, compiled. `path` is `qty`, of a column `lines.qty`.

    `shown` and `shown_kind` say how its value is kept and shown: for a lookup those of the field
    it repeats, else its own. `columns` are the columns of a sub-table. `needs` are the values of
    the referenced record that facts hold: (name in facts, field of the target, how it is seen).
    """

    field: Field
    path: str
    kind: Kind
    shown: Field
    shown_kind: Kind
    type: ValueType
    to_fact: ToFact | None = None
    visible: Check | None = None
    required_if: Check | None = None
    formula: Formula | None = None
    columns: tuple[FieldModel, ...] = ()
    needs: tuple[tuple[str, str, ToFact | None], ...] = ()
    id: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.field.id)


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """A reference field at `path` (`customer`, `lines.material`) to records of form `target`.

    `needs` are the fields of the target (and names such as `_state`) whose values lookups,
    formulas, conditions and rules of this form look at.
    """

    path: str
    target: str
    needs: tuple[str, ...] = ()


def moved(old: Mapping[str, Value], new: Mapping[str, Value]) -> list[str]:
    """Return the names of values that stand otherwise, in their order."""
    # Nearly all are the very same: those are passed over without a step of Python for each.
    alike = map(is_, new.values(), map(old.get, new))
    other = [name for name, same in zip(new, alike, strict=True) if not same]
    names = [name for name in other if old.get(name) != new[name]]
    if not old.keys() <= new.keys():
        names += [name for name in old.keys() - new.keys() if old[name] is not None]
    return sorted(names)


def key_of(value: Any) -> object:
    """Return the key of a reference."""
    return value.key if isinstance(value, Ref) else value


def number_of(value: Any) -> object:
    """Return the number of files, None where there is none."""
    return len(value) or None


def point_of(value: Any) -> object:
    """Return `latitude,longitude`."""
    return f"{_coordinate(value.latitude)},{_coordinate(value.longitude)}"


def _coordinate(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def to_fact(field: Field, type_: ValueType) -> ToFact | None:
    """Return how conditions and formulas see a value of that field; None where as it is."""
    if field.kind == "reference":
        return key_of
    if type_ == "file":
        return number_of
    return point_of if type_ == "place" else None
