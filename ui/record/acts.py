"""What a person may do with a record now: its steps, the one that moves it on first.

On a closed record it is what follows it: a record of its own that refers to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for

from seamline.facts import Record
from seamline.forms import FormModel, possible
from seamline.metadata import Step, mark_of
from seamline.usecases import look, runs

from ..pages.filling import fillable
from ..say import _
from ..session import actor, catalog, desk, language

SHOWN = 3  # acts beside the title; the others stand in its menu


@dataclass(frozen=True, slots=True)
class Action:
    """One step the person may take now; `direct` where one button is all it needs."""

    id: str
    title: str
    icon: str
    address: str
    style: str
    direct: bool
    key: str = ""


def actions(model: FormModel, record: Record) -> Iterator[Action]:
    """Yield the steps the person may take on the record now, the one that moves it on first."""
    who, access = actor(), catalog().access
    open_ = [
        one
        for one in model.steps.values()
        if possible(one, record, model.form) and access.may(who, one.id, record.form)
    ]
    onward = next((one.id for one in open_ if one.to and one.reason != "required"), "")
    for one in sorted(open_, key=lambda step: _rank(step, onward)):
        address = url_for("records.step", form_id=record.form, word=record.id, step_id=one.id)
        direct = not fillable(model, one) and one.reason == "none" and one.id != "archive"
        style = " p" if one.id == onward else (" d" if one.id in ("archive", "cancel") else "")
        key = secrets.token_urlsafe(16) if direct else ""
        title = one.title.in_(language())
        yield Action(one.id, title, _icon(one), address, style, direct, key)
    yield from _pressed(record)
    if mark_of(model.form.closed, record.state) is not None:
        yield from _begun(model, record)


def _pressed(record: Record) -> Iterator[Action]:
    """Yield the pipelines that the person may ask for on the record."""
    for one in runs.buttons(desk(), actor(), record.form, record.id):
        address = url_for("runs.press", form_id=record.form, word=record.id, pipeline=one.id)
        title, key = one.title.in_(language()), secrets.token_urlsafe(16)
        yield Action(one.key, title, "workflow", address, "", True, key)


def _begun(model: FormModel, record: Record) -> Iterator[Action]:
    """Yield the forms for what follows a closed record: they know those of the library, too."""
    form, cutover = model.form, model.form.cutover
    library = form.id if form.library else cutover.library if cutover is not None else ""
    key = record.values.get(form.key) if form.key else record.code
    if not key or not library:
        return
    for other in catalog().forms.values():
        named = {use.target: use.path for use in other.references if "." not in use.path}
        if form.id in named and library in named and _makes(other.form.id, named[form.id]):
            asked: dict[str, Any] = {named[form.id]: key, "form_id": other.form.id}
            address = url_for("records.new", **asked)
            title = _("New: %(what)s", what=other.form.title.in_(language()))
            yield Action(f"new.{other.form.id}", title, "plus", address, "", direct=False)


def _makes(form_id: str, field: str) -> bool:
    """Return whether the person may make records of a form and say in them what they refer to."""
    made_here = catalog().maker(form_id) is None
    if not made_here or not catalog().access.may(actor(), "create", form_id):
        return False
    model = look.form_to_fill(desk(), actor(), form_id, "create")
    return any(one.id == field for one in fillable(model, model.steps["create"]))


def _rank(step: Step, onward: str) -> int:
    """Return where a step stands: onward, change, the others, what puts an end to the record."""
    if step.id == onward:
        return 0
    if step.id in ("archive", "cancel"):
        return 3
    return 1 if step.id == "change" else 2


def _icon(step: Step) -> str:
    known = {
        "change": "pencil",
        "archive": "archive",
        "restore": "archive-restore",
        "cancel": "ban",
    }
    return known.get(step.id) or ("arrow-right" if step.to else "pen-line")
