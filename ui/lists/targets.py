"""What a list can be narrowed, sorted and shown by: every name of a form, with its label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from seamline.fields import kind_of
from seamline.forms import FieldModel, FormModel
from seamline.metadata import Field
from seamline.scope import ValueType
from seamline.text import Language, Text

# How a filter asks: ticks of options, of people, keys of records, days, figures, words.
Shape = Literal["options", "people", "records", "days", "figures", "words"]
LABELS: Mapping[str, Text] = {
    "_code": Text("编号", "Code"),
    "_tracking": Text("追踪码", "Tracking code"),
    "_state": Text("状态", "State"),
    "_held": Text("审核", "Review"),
    "_revision": Text("修订", "Revision"),
    "_created_at": Text("创建时间", "Created"),
    "_created_by": Text("创建人", "Created by"),
    "_updated_at": Text("更新时间", "Updated"),
    "_updated_by": Text("更新人", "Updated by"),
    "_archived_at": Text("归档时间", "Archived"),
}
_SYSTEM: Mapping[str, tuple[Shape, ValueType]] = {
    "_state": ("options", "text"),
    "_held": ("options", "text"),
    "_created_at": ("days", "datetime"),
    "_created_by": ("people", "text"),
    "_updated_at": ("days", "datetime"),
    "_updated_by": ("people", "text"),
}
_BY_TYPE: Mapping[ValueType, Shape] = {
    "number": "figures",
    "date": "days",
    "datetime": "days",
    "text": "words",
    "boolean": "options",
}
_UNSORTED = ("table", "attachment", "image", "signature", "place", "multi_choice")
_UNSHOWN = ("signature", "table")


@dataclass(frozen=True, slots=True)
class Target:
    """One name that a filter can be about; `table` where it is a column of a sub-table."""

    name: str
    label: str
    shape: Shape
    type: ValueType
    field: Field | None = None
    table: str = ""

    @property
    def own(self) -> str:
        """The name inside its table."""
        return self.name.rpartition(".")[2]


def targets(model: FormModel, language: Language) -> Mapping[str, Target]:
    """Return everything a list of the form can be narrowed by; what its author named comes first.

    Kept with the tables of the form, which live as long as the published version; readers to whom
    other names are hidden have others.
    """
    key = ("targets", language, model.unseen)
    kept: Mapping[str, Target] | None = model.tables.memory.get(key)
    if kept is None:
        found = {
            target.name: target
            for target in _found(model, language)
            if target.name not in model.unseen
        }
        first = [name for name in model.form.list.filters if name in found]
        kept = {name: found[name] for name in dict.fromkeys((*first, *found))}
        model.tables.memory[key] = kept
    return kept


def _found(model: FormModel, language: Language) -> Iterator[Target]:
    if model.form.states:
        yield _system("_state", language)
    for field in model.form.fields:
        found = _target(model.fields[field.id], language)
        if found is not None:
            yield found
        for column in field.fields:
            inner = _target(model.fields[f"{field.id}.{column.id}"], language, field)
            if inner is not None and inner.shape in ("options", "records"):
                yield inner
    for name in ("_held", "_created_at", "_created_by", "_updated_at", "_updated_by"):
        yield _system(name, language)


def _system(name: str, language: Language) -> Target:
    shape, type_ = _SYSTEM[name]
    return Target(name, LABELS[name].in_(language), shape, type_)


def _target(found: FieldModel, language: Language, table: Field | None = None) -> Target | None:
    field, kind = found.shown, found.shown_kind
    label = found.field.label.in_(language)
    if table is not None:
        label = f"{table.label.in_(language)} · {label}"
    type_ = kind.value_type(field)
    shape: Shape | None = _BY_TYPE.get(type_)
    if field.kind in ("choice", "multi_choice"):
        shape = "options"
    elif field.kind == "person":
        shape = "people"
    elif found.field.kind == "reference":
        shape = "records"
    elif kind.column(field).type in ("none", "json"):
        shape = None
    if shape is None:
        return None
    return Target(found.path, label, shape, type_, field, table.id if table else "")


def label_of(model: FormModel, name: str, language: Language) -> str:
    """Return what a column is called."""
    if name in LABELS:
        return LABELS[name].in_(language)
    return model.fields[name].field.label.in_(language)


def sortable(model: FormModel) -> frozenset[str]:
    """Return the names a list can be sorted by: those with one value each."""
    key = ("sortable", model.unseen)
    kept: frozenset[str] | None = model.tables.memory.get(key)
    if kept is None:
        fields = (field.id for field in model.form.fields if field.kind not in _UNSORTED)
        every = ("_code", "_tracking", "_created_at", "_updated_at", "_state", *fields)
        kept = model.tables.memory[key] = frozenset(every) - model.unseen
    return kept


def showable(model: FormModel) -> list[str]:
    """Return the names that can be columns, in the order of the form, the platform's own last."""
    form = model.form
    names = [field.id for field in form.fields if field.kind not in _UNSHOWN]
    own = ["_created_at", "_created_by", "_updated_at", "_updated_by", "_revision"]
    state = ["_state"] if form.states else []
    tracking = ["_tracking"] if "_tracking" not in names else []
    return [name for name in (*names, *state, *tracking, *own) if name not in model.unseen]


def is_numeric(model: FormModel, name: str) -> bool:
    """Return whether the values of a column are figures, which stand to the right."""
    if name in LABELS:
        return name == "_revision"
    return kind_of(model.fields[name].shown).value_type(model.fields[name].shown) == "number"
