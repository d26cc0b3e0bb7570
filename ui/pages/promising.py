"""What each line could be promised, shown while a form is filled in; nothing is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from seamline.fields.moments import show_date
from seamline.forms import FormModel
from seamline.metadata import Field, PromiseLine
from seamline.problems import Refused
from seamline.promising.words import amount
from seamline.usecases import look, promise
from seamline.usecases.promising.names import sees_lines

from ..forms.typed import Typed, decode, for_door, is_blank
from ..record.lines.promises import later
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, signed_in
from ..shown import badge
from .filling import Filling, fillable

blueprint = Blueprint("promising", __name__)
MOST_LINES = 12  # lines that are in time and shown one by one


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Only who is signed in may ask."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the page shows it."""

    number: int
    item: str
    name: str
    day: str
    mark: Markup
    why: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a form shows its promises: under which section, and what the browser sends to ask."""

    section: str
    address: str
    asks: dict[str, Any]
    html: Markup


def panel(filling: Filling) -> Panel | None:
    """Return the panel of a form whose lines are promised in this step; None for any other."""
    model, step, record = filling.model, filling.step, filling.record
    line = _line_of(model, {one.id for one in filling.fields})
    if line is None:
        return None
    section = next(
        one.id for one in model.form.sections if line.table in {f.id for f in one.fields}
    )
    tables = [f for f in model.form.fields if f.id == line.table]
    columns = [f.id for f in tables[0].fields]
    asks = {
        "table": line.table,
        "columns": [n for n in (line.item, line.qty, *line.wanted) if n in columns],
        "fields": [n for n in line.wanted if n in {one.id for one in filling.fields}],
        "item": line.item,
    }
    word = record.id if record else ""
    where = {"step": step.id, "record": word}
    address = url_for("promising.asked", form_id=model.form.id, step=step.id, record=word)
    html = Markup("")
    if request.method == "POST":  # somebody without scripts has asked, or was refused
        html = _answered(model, where, filling.fields, filling.typed)
    return Panel(section, address, asks, html)


def _line_of(model: FormModel, filled: Iterable[str]) -> PromiseLine | None:
    """Return the lines of a form that are promised, filled in and seen; None where none are."""
    known = set(filled)
    for lines in catalog().promised.get(model.form.id, ()):
        line = lines.model.line
        if line.table in known and sees_lines(
            desk(), actor(), model.form.id, line.table, line.into
        ):
            return line
    return None


@blueprint.post("/r/<form_id>/promise")
def asked(form_id: str) -> str:
    """Answer what the lines could be promised as they are typed."""
    where = {name: request.args.get(name, "")[:200] for name in ("step", "record")}
    catalog().access.require(actor(), where["step"], form_id)
    model = look.form_to_fill(desk(), actor(), form_id, where["step"], where["record"])
    if where["step"] not in model.steps:
        abort(404)
    fields = fillable(model, model.steps[where["step"]])
    sent: MultiDict[str, Any] = MultiDict(request.form.items(multi=True))
    wanted = [one for one in fields if one.kind == "table" or one.id in sent]
    return str(_answered(model, where, wanted, decode(wanted, sent)))


def _answered(
    model: FormModel, where: Mapping[str, str], fields: Iterable[Field], typed: Typed
) -> Markup:
    """Return the promises as HTML; nothing where nobody could be asked."""
    try:
        answer = promise.ask(desk(), actor(), model.form.id, for_door(fields, typed), **where)
    except Refused:
        return Markup("")
    lines = list(_lines(answer, typed))
    trouble = [one for one, line in zip(answer.lines, lines, strict=True) if _troubled(one)]
    shown = [
        line
        for one, line in zip(answer.lines, lines, strict=True)
        if _troubled(one) or len(lines) <= MOST_LINES
    ]
    html = render_template(
        "promise/asked.html",
        lines=shown,
        rest=len(lines) - len(shown),
        summary=_summary(answer, len(trouble)),
        good=not trouble,
        assumes=[text.in_(language()) for text in answer.assumes],
    )
    return Markup(html)


def _troubled(one: promise.Asked) -> bool:
    return one.day is None or one.late > 0


def _lines(answer: promise.Answer, typed: Typed) -> Iterator[Line]:
    for one in answer.lines:
        rows = [at for at, row in enumerate(typed.get(one.table) or [], 1) if not is_blank(row)]
        number = rows[one.place] if one.place < len(rows) else one.place + 1
        item = one.item
        yield Line(
            number,
            item.key if item is not None else "",
            item.label if item is not None and item.label != item.key else "",
            show_date(one.day, language()) if one.day is not None else "",
            _mark(one),
            one.why.in_(language()),
        )


def _mark(one: promise.Asked) -> Markup:
    if one.day is None:
        missing = amount(one.promised.short)
        words = _("%(qty)s cannot be promised", qty=missing) if one.promised.short else _("no date")
        return badge(words, "red", "octagon-x")
    if one.late and one.wanted is not None:
        return later(one.day, one.wanted)
    return badge(_("in time"), "green", "circle-check")


def _summary(answer: promise.Answer, trouble: int) -> str:
    """Return one sentence over all lines."""
    if not answer.lines:
        return ""
    days = [one.day for one in answer.lines if one.day is not None]
    if len(days) < len(answer.lines):
        short = len(answer.lines) - len(days)
        return ngettext(
            "%(num)s line cannot be promised whole.",
            "%(num)s lines cannot be promised whole.",
            short,
        )
    last = show_date(max(days), language())
    if trouble:
        return ngettext(
            "%(num)s line later than wanted; all of it by %(day)s.",
            "%(num)s lines later than wanted; all of it by %(day)s.",
            trouble,
            day=last,
        )
    return _("Everything can be delivered in time; all of it by %(day)s.", day=last)
