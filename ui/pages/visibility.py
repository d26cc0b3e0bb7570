"""Which fields show and which must be filled, judged on what stands in the form now."""

from __future__ import annotations

from seamline.facts import Record
from seamline.fields.kind import Reading
from seamline.forms import FormModel
from seamline.metadata import Step

from ..forms.typed import Typed, for_door


def visibility(
    model: FormModel, step: Step, typed: Typed, record: Record | None, reading: Reading
) -> tuple[set[str], set[str]]:
    """Return the ids of hidden fields and of fields that are required by a condition.

    The door judges again on complete facts; here a condition that looks at another record's
    values is not known yet and hides its field until the door asks for it.
    """
    tops = [model.fields[one.id] for one in model.form.fields]
    conditional = [one for one in tops if one.visible or one.required_if]
    if not conditional:
        return set(), set()
    before = record.values if record else None
    values, _problems = model.read(for_door(model.form.fields, typed), step, before, reading)
    facts = model.facts(values, {})
    hidden = {one.id for one in conditional if one.visible and one.visible(facts) is not True}
    required = {one.id for one in conditional if one.required_if and one.required_if(facts) is True}
    return hidden, required
