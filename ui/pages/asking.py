"""What a form asks the server while it is filled in: the question, and where the answer stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from seamline.forms import FormModel
from seamline.metadata import Field
from seamline.usecases import look

from ..forms.typed import Typed, decode, for_door, is_blank
from ..session import actor, catalog, desk
from .filling import Filling, fillable


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a form shows an answer: under which section, and what the browser sends to ask.

    `title`, `act` and `hint` are its words, `style` and `icon` how it looks.
    """

    id: str
    section: str
    title: str
    act: str
    hint: str
    icon: str
    style: str
    address: str
    asks: dict[str, Any]
    html: Markup


@dataclass(frozen=True, slots=True)
class Question:
    """What stands in a form that asks: the step of which record, and what was typed so far."""

    model: FormModel
    step: str
    record: str
    fields: Sequence[Field]
    typed: Typed

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the door reads it."""
        return for_door(self.fields, self.typed)

    def number(self, table: str, place: int) -> int:
        """Return the number that a person sees of a row; `place` counts those that are filled."""
        rows = [at for at, row in enumerate(self.typed.get(table) or [], 1) if not is_blank(row)]
        return rows[place] if place < len(rows) else place + 1

    def name(self, table: str, place: int) -> str:
        """Return with what the names of the controls of such a row begin: `lines.3.`."""
        rows = [row for row in self.typed.get(table) or [] if not is_blank(row)]
        return f"{table}.{rows[place].number}." if place < len(rows) else ""


def asked(form_id: str) -> Question:
    """Return what a request asks of a form; refused as its step would be."""
    step, record = (request.args.get(name, "")[:200] for name in ("step", "record"))
    catalog().access.require(actor(), step, form_id)
    model = look.form_to_fill(desk(), actor(), form_id, step, record)
    if step not in model.steps:
        abort(404)
    fields = fillable(model, model.steps[step])
    sent: MultiDict[str, Any] = MultiDict(request.form.items(multi=True))
    wanted = [one for one in fields if one.kind == "table" or one.id in sent]
    return Question(model, step, record, wanted, decode(wanted, sent))


def standing(filling: Filling) -> Question:
    """Return what a form that is shown would ask."""
    record = filling.record.id if filling.record else ""
    return Question(filling.model, filling.step.id, record, filling.fields, filling.typed)


def section_of(model: FormModel, name: str) -> str:
    """Return the section in which a field stands."""
    return next(one.id for one in model.form.sections if name in {f.id for f in one.fields})
