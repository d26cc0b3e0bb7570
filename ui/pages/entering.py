"""The course of one form: shown, rearranged, kept as a draft, merged, sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.metadata import Step
from seamline.usecases.submit import Submitted

from ..addresses import ours
from ..say import _
from ..session import language
from ..shown import name_of
from . import drafting, filling, form_page, merging, prefilling

# Shows the refusal of a step that has no form of its own.
Formless = Callable[[filling.Filling], Any]


def fill(model: FormModel, step: Step, record: Record | None, formless: Formless) -> Any:
    """Answer one request to the form of a step."""
    if request.method == "GET":
        return form_page.page(drafting.resumed(model, step, record) or _begun(model, step, record))
    sent = filling.received(model, step, record)
    act = request.form.get("_do", "submit")
    if act == "draft" and sent.draft:
        return drafting.keep(sent)
    if act != "submit" and rearranged(sent, act):
        return form_page.page(sent)
    done = filling.send(sent)
    if done is not None:
        drafting.done(sent)
        return _after(model, done)
    if not sent.fields and step.reason == "none" and record is not None:
        return formless(sent)
    return form_page.page(sent, 422)


def _begun(model: FormModel, step: Step, record: Record | None) -> filling.Filling:
    begun = filling.begun(model, step, record)
    if record is None:
        prefilling.apply(begun)
    return begun


def rearranged(sent: filling.Filling, act: str) -> bool:
    """Do what a button inside the form asks for; return whether it was one."""
    verb, _colon, path = act.partition(":")
    if verb == "take":
        merging.take(sent, path)
        return True
    if act == "refresh":
        prefilling.apply(sent)
    return filling.rearranged(sent, act)


def _after(model: FormModel, done: Submitted) -> Answer:
    name = name_of(done.record, model)
    if done.outcome == "held":
        flash(_("%(name)s is kept and held for review.", name=name))
    else:
        flash(_("%(name)s is saved.", name=name))
    for one in done.prompts:
        flash(one.say.in_(language()), "reminder")
    address = url_for("records.show", form_id=model.form.id, word=done.record.id)
    return redirect(ours(request.args.get("back", ""), address), 303)
