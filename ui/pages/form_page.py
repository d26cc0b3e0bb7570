"""A form as a page: what stands in it, what is wrong, what others did meanwhile, its draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from seamline.facts import Actor, Record
from seamline.fields.moments import show_date
from seamline.forms import FormModel
from seamline.problems import Problem
from seamline.text import Text

from ..forms.drawing import drawing
from ..forms.sheet import Draft, Said, Sheet, sheet
from ..forms.typed import Typed
from ..say import _
from ..session import actor, catalog, language, reading
from ..shown import Faces, name_of
from . import drafting, offering, prefilling, promising
from .feeding import strip
from .filling import Filling, standing
from .merging import merge
from .naming import labels_of, remarks_of, repeats_name, suggestions
from .visibility import visibility

DOUBT = "possible_duplicate"
UNCHECKED = "not_confirmed"  # read of a paper; ticked beside it, or here where it is not shown
MOVED_ON = "version_moved_on"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A possible duplicate, or a value read of a paper: a person can confirm it."""

    id: str
    sentence: str
    confirmed: bool
    read: bool = False


def page(filling: Filling, status: int = 200) -> tuple[str, int]:
    """Return the form as a page."""
    return render_template("pages/form.html", **context(filling)), status


def _cutover(filling: Filling) -> str:
    """Return from which day on new records are ours; nothing where that needs not be said."""
    cutover = filling.model.form.cutover
    return show_date(cutover.day, language()) if cutover and filling.record is None else ""


def context(filling: Filling) -> dict[str, Any]:
    """Return what a template needs to show the form."""
    form, step, record = filling.model.form, filling.step, filling.record
    own, doubts = _sorted_out(filling)
    merged = merge(filling)
    made = sheet(_draft(filling, own))
    reason_errors = [p.sentence(language()) for p in own if _of_reason(filling, p)]
    return {
        "form": form,
        "here": form.id,
        "heading": _heading(filling),
        "sheet": made,
        "promise": _promise(filling) if made.proves else "",
        "filling": filling,
        "merged": merged,
        "drafted": drafting.shown(filling),
        "draft_words": drafting.device_words(),
        "record": record,
        "cutover": _cutover(filling),
        "fed": strip(filling.model, filling.model.fields),
        "prefills": prefilling.sources(filling.fields),
        "record_name": name_of(record, filling.model) if record else "",
        "record_address": _address(record),
        "leads_to": _leads_to(filling),
        "effect": _effect(filling),
        "reason_need": step.reason,
        "reason_errors": reason_errors,
        "problems": _summary(made, reason_errors, doubts),
        "doubts": doubts,
        "panels": [one for one in (*offering.panels(filling), promising.panel(filling)) if one],
        "submit_label": _("Submit") if record is None else step.title.in_(language()),
    }


def _promise(filling: Filling) -> str:
    """Return where a page asks for the word that a picture of its own camera needs."""
    word = filling.record.id if filling.record else None
    return url_for("proving.promise", form_id=filling.model.form.id, word=word)


def _summary(made: Sheet, reason_errors: Iterable[str], doubts: Iterable[Doubt]) -> list[Said]:
    reasons = [Said(sentence, "f-_reason") for sentence in reason_errors]
    open_doubts = [Said(doubt.sentence, "doubts") for doubt in doubts if not doubt.confirmed]
    return [*made.problems, *reasons, *open_doubts]


def _sorted_out(filling: Filling) -> tuple[list[Problem], list[Doubt]]:
    """Return the problems, with possible duplicates, which can be confirmed, on their own."""
    asking = (DOUBT,) if filling.paper else (DOUBT, UNCHECKED)
    own = [one for one in filling.problems if one.code not in (*asking, MOVED_ON)]
    doubts = {
        problem.got or "": Doubt(
            problem.got or "", problem.say.in_(language()), False, problem.code == UNCHECKED
        )
        for problem in filling.problems
        if problem.code in asking
    }
    for one in filling.model.form.duplicates:
        if one.id in filling.confirmed:
            doubts.setdefault(one.id, Doubt(one.id, one.say.in_(language()), True))
    return [_plainer(problem) for problem in own], list(doubts.values())


def _plainer(problem: Problem) -> Problem:
    """Say in a form's own words what the door says of the key it knows nothing more about."""
    if problem.code != "key_used":
        return problem
    say = Text(
        "这张表单已经提交过，没有再建一条。要修改请打开那条记录，要另建请从列表新建。",
        "This form has been submitted already, so no second record was made. "
        "Open that record to change it, or start a new one from the list.",
    )
    return Problem(problem.code, say)


def _of_reason(filling: Filling, problem: Problem) -> bool:
    known = any(one.id == "reason" for one in filling.fields)
    return problem.place.path == "reason" and not (known and problem.code != "reason_required")


def _draft(filling: Filling, problems: list[Problem]) -> Draft:
    model, record = filling.model, filling.record
    may = _reader(actor())
    fields = [one.id for one in filling.fields]
    readable = _readable(model, record)
    seen = visibility(
        catalog(), model, filling.step, filling.typed, record, reading(), fields, readable
    )
    named = {one.place.path.partition("[")[0].partition(".")[0] for one in problems}
    faces = Faces(model, reading())
    values = record.values if record else {}
    return Draft(
        language=language(),
        drawing=drawing(catalog(), model, language()),
        sections=model.form.sections,
        fields=frozenset(fields),
        typed=_with_missing(filling),
        hidden=frozenset(seen.hidden - named),
        asleep=seen.live.asleep - named,
        required=frozenset({*seen.required, *filling.step.needs}),
        live=seen.live.text,
        whole=seen.live.whole,
        shown={
            one.id: faces.plain(one.id, values.get(one.id))
            for one in model.form.fields
            if not repeats_name(one, model.form.fields)
        },
        remarks=remarks_of(model, values, faces),
        names=labels_of(model, values, filling.typed, may),
        suggest=lambda one, words: suggestions(one, words, may),
        problems=[one for one in problems if not _of_reason(filling, one)],
        windows=filling.windows,
        starts=filling.starts,
        notes=filling.notes,
        owned=_owned(filling),
    )


def _owned(filling: Filling) -> dict[str, str]:
    """Return the fields of the record that another system has the say of, and what to say of it."""
    if filling.record is None:
        return {}
    return {
        name: _("From %(system)s; changed there only.", system=connection.title.in_(language()))
        for name, connection in catalog().owned.get(filling.model.form.id, {}).items()
        if name not in filling.record.unseen
    }


def _readable(model: FormModel, record: Record | None) -> frozenset[str] | None:
    """Return the fields whose stored values the browser may know; None for all of them."""
    reach = catalog().access.scope(actor(), model.form.id)
    if reach.whole:
        return None
    hidden = reach.narrowed if record is None else record.unseen
    return frozenset(name for name in model.fields if name not in hidden)


def _with_missing(filling: Filling) -> Typed:
    """Return what was typed, and for fields that only now show what they start with."""
    missing = [one for one in filling.fields if one.id not in filling.typed]
    return standing(filling, missing) | filling.typed


def _reader(who: Actor) -> Any:
    access = catalog().access
    return lambda form_id: access.may(who, "read", form_id)


def _address(record: Record | None) -> str:
    if record is None:
        return ""
    return url_for("records.show", form_id=record.form, word=record.id)


def _heading(filling: Filling) -> str:
    title = filling.model.form.title.in_(language())
    if filling.record is None:
        return _("New: %(what)s", what=title)
    return filling.step.title.in_(language())


def _effect(filling: Filling) -> str:
    """Return what a step without fields does, said before it is done."""
    if filling.step.id == "archive":
        return _("The record leaves the lists and cannot be changed until it is restored.")
    return ""


def _leads_to(filling: Filling) -> str:
    states = {one.id: one.title.in_(language()) for one in filling.model.form.states}
    return states.get(filling.step.to or "", "") if filling.record else ""
