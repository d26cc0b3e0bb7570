"""What a person may do with a record now: its steps, the one that moves it on first."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from seamline.facts import Record
from seamline.forms import FormModel, possible
from seamline.metadata import Step
from seamline.usecases import runs

from ..pages.filling import fillable
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


def _pressed(record: Record) -> Iterator[Action]:
    """Yield the pipelines that the person may ask for on the record."""
    for one in runs.buttons(desk(), actor(), record.form, record.id):
        address = url_for("runs.press", form_id=record.form, word=record.id, pipeline=one.id)
        title, key = one.title.in_(language()), secrets.token_urlsafe(16)
        yield Action(one.key, title, "workflow", address, "", True, key)


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
