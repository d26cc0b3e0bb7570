"""Filling a form: what a person typed, sent through the door, shown again with every problem."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from seamline.facts import Actor, Record
from seamline.forms import FormModel
from seamline.metadata import Field, Step
from seamline.problems import Problem, Refused
from seamline.text import Text
from seamline.usecases import look
from seamline.usecases.submit import Submission, Submitted, submit

from ..forms.drawing import drawing
from ..forms.sheet import Draft, Said, Sheet, sheet
from ..forms.start import fresh, typed_of
from ..forms.typed import Typed, TypedRow, decode, for_door
from ..say import _
from ..session import actor, catalog, desk, language, origin, reading
from ..shown import Faces, name_of
from .naming import labels_of, remarks_of, repeats_name, suggestions
from .visibility import visibility

KEY_BYTES = 16
DOUBT = "possible_duplicate"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A possible duplicate that a person can confirm to be none."""

    id: str
    sentence: str
    confirmed: bool


@dataclass(slots=True)
class Filling:
    """One form being filled: a new record, or a step of a stored one."""

    model: FormModel
    step: Step
    record: Record | None
    typed: Typed
    key: str
    version: int | None = None
    reason: str = ""
    confirmed: frozenset[str] = frozenset()
    problems: Sequence[Problem] = ()
    notes: list[Said] = field(default_factory=list)
    windows: dict[str, int] = field(default_factory=dict)

    @property
    def starts(self) -> dict[str, TypedRow]:
        """Return what a new row of each sub-table begins with."""
        tables = [one for one in self.fields if one.kind == "table"]
        return {one.id: TypedRow(0, "", fresh(one.fields, {}, reading())) for one in tables}

    @property
    def fields(self) -> list[Field]:
        """Return the fields the step may fill."""
        return fillable(self.model, self.step)


def fillable(model: FormModel, step: Step) -> list[Field]:
    """Return the fields that a person fills in this step."""
    return [
        one
        for one in model.form.fields
        if (step.fields is None or one.id in step.fields)
        and one.id not in model.unfilled
        and model.fields[one.id].kind.written
    ]


def begun(model: FormModel, step: Step, record: Record | None) -> Filling:
    """Return a form as it is first opened."""
    fields = fillable(model, step)
    if record is None:
        typed = fresh(fields, request.args.to_dict(), reading())
    else:
        typed = typed_of(fields, record.values, reading())
    version = record.version if record else None
    return Filling(model, step, record, typed, secrets.token_urlsafe(KEY_BYTES), version)


def received(model: FormModel, step: Step, record: Record | None) -> Filling:
    """Return a form as it was sent."""
    shown = set(request.form.get("_shown", "").split())
    fields = [one for one in fillable(model, step) if one.id in shown]
    # Rows stand in the order in which the browser sent them.
    sent: MultiDict[str, Any] = MultiDict(request.form.items(multi=True))
    for name, file in request.files.items(multi=True):
        sent.add(name, file)
    version = request.form.get("_version", "")
    return Filling(
        model,
        step,
        record,
        decode(fields, sent),
        request.form.get("_key", "")[:100] or secrets.token_urlsafe(KEY_BYTES),
        int(version) if version.isascii() and version.isdigit() else None,
        request.form.get("_reason", ""),
        frozenset(request.form.getlist("_confirm")),
    )


def rearranged(filling: Filling, act: str) -> bool:
    """Add, copy or remove a row, or turn to others, where the pressed button says so.

    Returns whether it did anything.
    """
    verb, _colon, what = act.partition(":")
    table, _sign, number = what.rstrip(".").replace(":", ".").partition(".")
    rows: list[TypedRow] | None = filling.typed.get(table)
    if verb == "refresh":
        return True
    if not isinstance(rows, list):
        return False
    following = max((row.number for row in rows), default=-1) + 1
    place = next((at for at, row in enumerate(rows) if str(row.number) == number), -1)
    if verb == "add":
        rows.append(replace(filling.starts[table], number=following))
        filling.windows[table] = len(rows) - 1
    elif verb == "copy" and place >= 0:
        rows.insert(place + 1, TypedRow(following, "", dict(rows[place].cells)))
        filling.windows[table] = place + 1
    elif verb == "remove" and place >= 0:
        del rows[place]
        filling.windows[table] = place
    elif verb == "turn" and number.isdecimal():
        filling.windows[table] = min(int(number), len(rows))
    else:
        return False
    return True


def send(filling: Filling) -> Submitted | None:
    """Hand the form to the door; None where it was refused, the problems then kept in it."""
    record = filling.record
    try:
        return submit(
            desk(),
            actor(),
            origin(),
            Submission(
                form=filling.model.form.id,
                step=filling.step.id,
                values=for_door(filling.fields, filling.typed, filling.starts),
                record=record.id if record else "",
                expected_version=filling.version,
                reason=filling.reason.strip(),
                confirmed=filling.confirmed,
                idempotency_key=f"form:{filling.key}",
            ),
        )
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        filling.problems = refused.problems
        if refused.status == 412:
            _look_again(filling)
        return None


def _look_again(filling: Filling) -> None:
    """Take up the record as somebody else left it, and say what they changed."""
    assert filling.record is not None
    told = look.told(desk(), actor(), filling.model.form.id, filling.record.id)
    labels = {one.id: one.label.in_(language()) for one in filling.model.form.fields}
    changed: dict[str, None] = {}
    for event in told.events:
        version, changes = event.body.get("version"), event.body.get("changes")
        newer = isinstance(version, int) and version > (filling.version or 0)
        if newer and isinstance(changes, Mapping):
            changed |= dict.fromkeys(labels.get(str(name), str(name)) for name in changes)
    filling.record, filling.version = told.record, told.record.version
    if changed:
        what = _(", ").join(changed)
        filling.notes.append(Said(_("Changed meanwhile: %(what)s.", what=what)))
    filling.notes.append(
        Said(_("What you typed is kept. Compare it, then submit again to put it in their place."))
    )


def page(filling: Filling, status: int = 200) -> tuple[str, int]:
    """Return the form as a page."""
    return render_template("pages/form.html", **context(filling)), status


def context(filling: Filling) -> dict[str, Any]:
    """Return what a template needs to show the form."""
    form, step, record = filling.model.form, filling.step, filling.record
    own, doubts = _sorted_out(filling)
    made = sheet(_draft(filling, own))
    reason_errors = [p.sentence(language()) for p in own if _of_reason(filling, p)]
    return {
        "form": form,
        "here": form.id,
        "heading": _heading(filling),
        "sheet": made,
        "key": filling.key,
        "record": record,
        "record_name": name_of(record, filling.model) if record else "",
        "record_address": _address(record),
        "version": filling.version or 0,
        "leads_to": _leads_to(filling),
        "effect": _effect(filling),
        "reason_need": step.reason,
        "reason": filling.reason,
        "reason_errors": reason_errors,
        "problems": _summary(made, filling, reason_errors, doubts),
        "doubts": doubts,
        "submit_label": _("Submit") if record is None else step.title.in_(language()),
    }


def _summary(
    made: Sheet, filling: Filling, reason_errors: Iterable[str], doubts: Iterable[Doubt]
) -> list[Said]:
    reasons = [Said(sentence, "f-_reason") for sentence in reason_errors]
    open_doubts = [Said(doubt.sentence, "doubts") for doubt in doubts if not doubt.confirmed]
    return [*made.problems, *reasons, *open_doubts, *filling.notes]


def _sorted_out(filling: Filling) -> tuple[list[Problem], list[Doubt]]:
    """Return the problems, with possible duplicates, which can be confirmed, on their own."""
    own = [problem for problem in filling.problems if problem.code != DOUBT]
    doubts = {
        problem.got or "": Doubt(problem.got or "", problem.say.in_(language()), False)
        for problem in filling.problems
        if problem.code == DOUBT
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
        "这张表单已经提交过,没有再建一条。要修改请打开那条记录,要另建请从列表新建。",
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
        required=frozenset(seen.required),
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
    )


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
    if filling.record is not None:
        return typed_of(missing, filling.record.values, reading()) | filling.typed
    return fresh(missing, {}, reading()) | filling.typed


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
