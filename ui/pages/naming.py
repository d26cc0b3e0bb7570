"""What the keys in a form are called, and which records a reference field could mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from seamline.access import ADMINISTRATOR
from seamline.facts import Ref, Row, Value
from seamline.fields import kind_of
from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.usecases import look

from ..forms.typed import Typed
from ..say import _
from ..session import actor, catalog, desk, language
from ..shown import Faces

OFFERED = 20
May = Callable[[str], bool]


def suggestions(field: Field, words: str, may_read: May) -> Sequence[Ref]:
    """Return records a reference could mean: those like `words`, the first ones without any."""
    target = str(field.settings.get("to", ""))
    if field.kind != "reference" or not may_read(target):
        return ()
    return look.search(desk(), actor(), target, words, OFFERED)


def labels_of(
    model: FormModel, values: Mapping[str, Value], typed: Typed, may_read: May
) -> dict[tuple[str, str], str]:
    """Return what each referenced key is called, by the path of its field and the key."""
    known = {(path, ref.key): ref.label for path, ref in _refs(values) if ref.label}
    wanted: dict[str, set[str]] = {}
    for path, key in _typed_keys(model, typed):
        if (path, key) not in known:
            wanted.setdefault(path, set()).add(key)
    targets = {use.path: use.target for use in model.references}
    for path, keys in wanted.items():
        target = targets.get(path, "")
        if target and may_read(target):
            found = look.labels(desk(), actor(), target, keys)
            known |= {(path, word): label for word, label in found.items()}
    return {place: label for place, label in known.items() if label and label != place[1]}


def pool_name(pool: str) -> str:
    """Return what people call a review pool; its id where nobody has named it."""
    title = catalog().pool_titles.get(pool)
    return pool if title is None else title.in_(language())


def role_name(role: str) -> str:
    """Return what people call a role; its id where the packages have it no more."""
    known = catalog().access.roles.get(role)
    if known is not None:
        return known.title.in_(language())
    return _("Administrator") if role == ADMINISTRATOR else role


def act_name(act: str) -> str:
    """Return what people call an act that a lock closes; its id where nobody has named it."""
    title = catalog().act_titles.get(act)
    return act if title is None else title.in_(language())


def _refs(values: Mapping[str, Value]) -> Iterator[tuple[str, Ref]]:
    for name, value in values.items():
        if isinstance(value, Ref):
            yield name, value
        for row in value if isinstance(value, tuple) else ():
            if isinstance(row, Row):
                for column, cell in row.values.items():
                    if isinstance(cell, Ref):
                        yield f"{name}.{column}", cell


def _typed_keys(model: FormModel, typed: Typed) -> Iterator[tuple[str, str]]:
    for field in model.form.fields:
        value: Any = typed.get(field.id)
        if field.kind == "reference" and value:
            yield field.id, str(value).strip()
        if field.kind == "table":
            columns = [one.id for one in field.fields if one.kind == "reference"]
            for row in value or ():
                for column in columns:
                    if row.cells.get(column):
                        yield f"{field.id}.{column}", str(row.cells[column]).strip()


def remarks_of(model: FormModel, values: Mapping[str, Value], faces: Faces) -> dict[str, str]:
    """Return for each stored row, by its id, what the platform has filled in."""
    remarks: dict[str, str] = {}
    for field in model.form.fields:
        filled = [
            one
            for one in field.fields
            if not kind_of(one).written and not repeats_name(one, field.fields)
        ]
        rows = values.get(field.id) if filled else None
        for row in rows if isinstance(rows, tuple) else ():
            if isinstance(row, Row):
                remarks[row.id] = " · ".join(_filled(row, field, filled, faces))
    return remarks


def _filled(row: Row, table: Field, filled: Sequence[Field], faces: Faces) -> Iterator[str]:
    for one in filled:
        value = row.values.get(one.id)
        if value is not None:
            path = f"{table.id}.{one.id}"
            yield f"{faces.label(path)} {faces.plain(path, value)}"


def repeats_name(one: Field, beside: Sequence[Field]) -> bool:
    """Return whether a lookup copies the name that its reference, standing near, shows anyway."""
    through = next((f for f in beside if f.id == one.settings.get("from")), None)
    if one.kind != "lookup" or through is None:
        return False
    target = catalog().forms[str(through.settings["to"])].form
    return one.settings.get("field") == target.name
