"""Which names conditions, formulas and rules of a form may use, and the type of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamline.fields import KINDS, stands_for
from seamline.metadata import Field, Form
from seamline.scope import Scope, ValueType

# What the platform adds to every record.
SYSTEM: Mapping[str, ValueType] = {
    "_id": "text",
    "_code": "text",
    "_tracking": "text",
    "_state": "text",
    "_held": "text",
    "_revision": "number",
    "_version": "number",
    "_created_at": "datetime",
    "_created_by": "text",
    "_updated_at": "datetime",
    "_updated_by": "text",
    "_archived_at": "datetime",
}
# What is kept beside the records: whether a lock stands on this one.
BESIDE: Mapping[str, ValueType] = {"_locked": "boolean"}
# What a referenced record shows of its own beside its fields: `customer._state`.
OF_REFERENCES = ("_code", "_tracking", "_state", "_held", "_created_at", "_archived_at")


def form_scope(form: Form, forms: Mapping[str, Form]) -> Scope:
    """Return the names of `form`: its fields, what its references lead to, the platform's own.

    Fields whose kind, target or source does not exist are left out.
    """
    types = _types(form.fields, form.fields, forms)
    rows = {
        field.id: Scope(_types(field.fields, (*field.fields, *form.fields), forms))
        for field in form.fields
        if field.kind == "table"
    }
    return Scope({**types, **SYSTEM, **BESIDE}, rows)


def row_scope(scope: Scope, table: str) -> Scope:
    """Return the names that a formula or condition of a column may use: its row, then the record.

    A column hides a field of the record that has the same id.
    """
    types = {name: type_ for name, type_ in scope.types.items() if type_ != "table"}
    return Scope({**types, **scope.rows[table].types})


def type_of(field: Field, beside: Sequence[Field], forms: Mapping[str, Form]) -> ValueType | None:
    """Return the type of a field's value, None where the field leads nowhere."""
    found = stands_for(field, beside, forms)
    if found is None or found[0].kind not in KINDS:
        return None
    return KINDS[found[0].kind].value_type(found[0])


def _types(
    fields: Sequence[Field], beside: Sequence[Field], forms: Mapping[str, Form]
) -> dict[str, ValueType]:
    types: dict[str, ValueType] = {}
    for field in fields:
        type_ = type_of(field, beside, forms)
        if type_ is not None:
            types[field.id] = type_
        target = forms.get(str(field.settings.get("to", ""))) if field.kind == "reference" else None
        if target is not None:
            types |= _through(field.id, target, forms)
    return types


def _through(reference: str, target: Form, forms: Mapping[str, Form]) -> dict[str, ValueType]:
    types = {f"{reference}.{name}": SYSTEM[name] for name in OF_REFERENCES}
    types |= {f"{reference}.{name}": type_ for name, type_ in BESIDE.items()}
    for field in target.fields:
        type_ = type_of(field, target.fields, forms)
        if type_ is not None and type_ != "table":
            types[f"{reference}.{field.id}"] = type_
    return types
