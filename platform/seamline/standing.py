"""The record that an account stands for, with what conditions of roles ask of it."""

from __future__ import annotations

from seamline.catalog import Catalog
from seamline.facts import Party, Value
from seamline.forms import FormModel
from seamline.store import Unit


def party_named(unit: Unit, catalog: Catalog, form: str, word: str) -> Party | None:
    """Return the record of a form that a word names; None where it is not in use (any more)."""
    model = catalog.forms.get(form)
    if model is None:
        return None
    names = sorted(catalog.access.party_names(form))
    hit = unit.records.resolve(model.tables, (word,), names).get(word)
    if hit is None or hit.archived:
        return None
    facts = ((name, _fact(model, name, hit.values.get(name))) for name in names)
    return Party(form, hit.ref.id, hit.ref.key, hit.ref.label, tuple(facts))


def _fact(model: FormModel, name: str, value: Value) -> object:
    field = model.fields.get(name)
    if value is None or field is None or field.to_fact is None:
        return value
    return field.to_fact(value)
