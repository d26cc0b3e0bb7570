"""Which fields show and which must be filled, judged on what stands in the form now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.catalog import Catalog
from seamline.facts import Record
from seamline.fields.kind import Reading
from seamline.forms import FieldModel, FormModel
from seamline.metadata import Step

from ..forms.typed import Typed, for_door
from .live import Live, live


@dataclass(frozen=True, slots=True)
class Visibility:
    """The ids of hidden fields, of fields that a condition requires, and what goes on live."""

    hidden: set[str]
    required: set[str]
    live: Live


def visibility(
    catalog: Catalog,
    model: FormModel,
    step: Step,
    typed: Typed,
    record: Record | None,
    reading: Reading,
    filled: Iterable[str],
    readable: frozenset[str] | None = None,
) -> Visibility:
    """Return what shows, what is required, and what the browser may judge while one types.

    The door judges again on complete facts; here a condition that looks at another record's
    values is not known yet and hides its field until the door asks for it.
    """
    tops = [model.fields[one.id] for one in model.form.fields]
    before = record.values if record else None
    values, _problems = model.read(for_door(model.form.fields, typed), step, before, reading)
    facts = model.facts(values, {})
    hidden = _hidden(tops, facts)
    required = {one.id for one in tops if one.required_if and one.required_if(facts) is True}
    going = live(catalog, model, step, filled, hidden, facts, reading, readable)
    return Visibility(hidden, required, going)


def _hidden(tops: Sequence[FieldModel], facts: dict[str, Any]) -> set[str]:
    """Return what does not show, and empty it in `facts`: another field may show because of it."""
    hidden: set[str] = set()
    conditional = [one for one in tops if one.visible is not None]
    while fallen := [
        one
        for one in conditional
        if one.id not in hidden and one.visible is not None and one.visible(facts) is not True
    ]:
        for one in fallen:
            hidden.add(one.id)
            facts[one.id] = () if one.columns else None
    return hidden
