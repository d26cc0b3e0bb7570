"""Looked-up values across forms: which field a lookup repeats, to be kept and shown alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamline.metadata import Field, Form

MOST_STEPS = 8  # a lookup of a lookup of a lookup ... ends here


def stands_for(
    field: Field, beside: Sequence[Field], forms: Mapping[str, Form]
) -> tuple[Field, tuple[Field, ...]] | None:
    """Return the field whose kind says how `field` is kept and shown, and the fields beside it.

    That is `field` itself, but for a lookup the field it repeats in the other form. `beside` are
    the fields among which a lookup finds its reference: in a sub-table its columns, then the
    fields of the form. None where the lookup leads nowhere.
    """
    near = tuple(beside)
    for _ in range(MOST_STEPS):
        if field.kind != "lookup":
            return field, near
        through = named(near, str(field.settings.get("from", "")))
        target = forms.get(str(through.settings.get("to", ""))) if through else None
        wanted = named(target.fields, str(field.settings.get("field", ""))) if target else None
        if target is None or wanted is None:
            return None
        field, near = wanted, target.fields
    return None


def named(fields: Sequence[Field], name: str) -> Field | None:
    """Return the first field of that id."""
    return next((field for field in fields if field.id == name), None)
