"""What each line could be promised, shown while a form is filled in; nothing is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from seamline.fields.moments import show_date
from seamline.forms import FormModel
from seamline.metadata import PromiseLine
from seamline.problems import Refused
from seamline.promising.words import amount
from seamline.usecases import promise
from seamline.usecases.promising.names import sees_lines

from ..record.lines.promises import later
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, signed_in
from ..shown import badge
from .asking import Panel, Question, asked, section_of, standing
from .filling import Filling

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


def panel(filling: Filling) -> Panel | None:
    """Return the panel of a form whose lines are promised in this step; None for any other."""
    model, known = filling.model, {one.id for one in filling.fields}
    line = _line_of(model, known)
    if line is None:
        return None
    columns = {one.id for f in model.form.fields if f.id == line.table for one in f.fields}
    question = standing(filling)
    return Panel(
        id="promised",
        section=section_of(model, line.table),
        title=_("Promise date"),
        act=_("Check the dates"),
        hint=_(
            "As soon as a line has an item and a quantity, its date stands here. "
            "Nothing is reserved before you submit."
        ),
        icon="refresh-cw",
        style="promise.css",
        address=url_for(
            "promising.asked_of", form_id=model.form.id, step=question.step, record=question.record
        ),
        asks={
            "table": line.table,
            "columns": [n for n in (line.item, line.qty, *line.wanted) if n in columns],
            "fields": [n for n in line.wanted if n in known],
            "item": line.item,
        },
        # Somebody without scripts has asked, or was refused.
        html=_answered(question) if request.method == "POST" else Markup(""),
    )


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
def asked_of(form_id: str) -> str:
    """Answer what the lines could be promised as they are typed."""
    return str(_answered(asked(form_id)))


def _answered(question: Question) -> Markup:
    """Return the promises as HTML; nothing where nobody could be asked."""
    where = {"step": question.step, "record": question.record}
    try:
        answer = promise.ask(desk(), actor(), question.model.form.id, question.values, **where)
    except Refused:
        return Markup("")
    lines = list(_lines(answer, question))
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


def _lines(answer: promise.Answer, question: Question) -> Iterator[Line]:
    for one in answer.lines:
        item = one.item
        yield Line(
            question.number(one.table, one.place),
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
