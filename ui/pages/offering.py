"""Which version each line would get and how it differs, while a form is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from seamline.fields.moments import show_date
from seamline.forms import FormModel
from seamline.metadata import Binding
from seamline.metadata.binding import last
from seamline.problems import Refused
from seamline.usecases import offers
from seamline.usecases.offers import Offered

from ..record.panels.compared import Deep, Shown, shown_of
from ..say import _, ngettext
from ..session import actor, desk, language, signed_in
from ..shown import badge
from .asking import Panel, Question, asked, section_of, standing
from .filling import Filling

blueprint = Blueprint("offering", __name__)
MOST_LINES = 12  # lines that need nobody and are shown one by one
WAITING = frozenset({"choose", "refused", "none"})


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Only who is signed in may ask."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One version that applies: its name, the control that it goes into, and the word for it."""

    name: str
    control: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the page shows it."""

    id: str
    number: int
    item: str
    label: str
    name: str
    mark: Markup
    why: str
    say: str
    choices: list[Choice]
    compared: list[Shown]
    waits: bool


def panels(filling: Filling) -> Iterator[Panel]:
    """Yield the panel of each binding whose lines a step fills."""
    model, known = filling.model, {one.id for one in filling.fields}
    for said in model.form.binds:
        if (said.table or said.field) not in known:
            continue
        if not offers.shows(desk(), actor(), model.form.id, said):
            continue
        question = standing(filling)
        yield Panel(
            id=f"offered-{said.field.replace('.', '-')}",
            section=section_of(model, said.table or said.field),
            title=_("Versions of the lines") if said.table else _("Version"),
            act=_("Check the versions"),
            hint=_(
                "The version that applies stands here as soon as it is known, "
                "with what is new in it."
            ),
            icon="git-compare",
            style="versions.css",
            address=url_for(
                "offering.asked_of", form_id=model.form.id, field=said.field,
                step=question.step, record=question.record,
            ),
            asks=_asks(model, said, known),
            html=_answered(question, said) if request.method == "POST" else Markup(""),
        )  # fmt: skip


def _asks(model: FormModel, said: Binding, known: set[str]) -> dict[str, object]:
    """Return what the answer depends on: the thing, the version, what the schemes look at."""
    scheme = said.chosen
    paths = [said.field, said.thing, said.group, said.follows]
    if scheme is not None:
        paths += [*scheme.day, *scheme.same]
    for path in [path for path in paths if path in model.fields]:
        through = model.fields[path].field.settings.get("from")  # a looked up group: of whom
        if through:
            table = path.rpartition(".")[0]
            paths += [str(through), f"{table}.{through}" if table else str(through)]
    rows = {last(path) for path in paths if said.table and path.startswith(f"{said.table}.")}
    return {
        "table": said.table,
        "columns": sorted(rows),
        "fields": sorted(known & {path for path in paths if path and "." not in path}),
        "item": last(said.thing) or said.follows,
    }


@blueprint.post("/r/<form_id>/versions")
def asked_of(form_id: str) -> str:
    """Answer which versions the lines would get as they are typed."""
    question = asked(form_id)
    field = request.args.get("field", "")
    found = (one for one in question.model.form.binds if one.field == field)
    return "".join(_answered(question, said) for said in found)


def _answered(question: Question, said: Binding) -> Markup:
    """Return the versions as HTML; nothing where nobody could be asked."""
    form = question.model.form.id
    if not offers.shows(desk(), actor(), form, said):
        return Markup("")
    try:
        answer = offers.ask(
            desk(), actor(), form, question.values, step=question.step, record=question.record
        )
    except Refused:
        return Markup("")
    found = [one for one in answer if one.said is said]
    waiting = [one for one in found if one.state in WAITING]
    told = found if len(found) <= MOST_LINES else waiting[:MOST_LINES]
    deep = Deep()
    html = render_template(
        "asking/versions.html",
        lines=[_line(question, one, deep) for one in told],
        rest=len(found) - len(told),
        summary=_summary(found, waiting),
        good=not waiting,
    )
    return Markup(html)


def _line(question: Question, one: Offered, deep: Deep) -> Line:
    said, form = one.said, question.model.form.id
    prefix = question.name(said.table, one.place) if said.table else ""
    number = question.number(said.table, one.place) if said.table else 0
    thing = one.thing
    return Line(
        id=f"offer-{prefix or said.field}".replace(".", "-").rstrip("-"),
        number=number,
        item=thing.key if thing is not None else "",
        label=thing.label if thing is not None and thing.label != thing.key else "",
        name=one.name,
        mark=_mark(one),
        why=_why(question.model, one),
        say=one.say.in_(language()) if one.say is not None else "",
        choices=_choices(form, one, prefix + last(said.field)),
        compared=[
            shown_of(each, deep, one.day)
            for each in offers.differences(desk(), actor(), form, one)
        ],
        waits=one.state in WAITING,
    )  # fmt: skip


def _choices(form: str, one: Offered, control: str) -> list[Choice]:
    """Return the versions among which somebody may choose."""
    if one.state not in ("choose", "named", "refused"):
        return []
    words = offers.keyed(desk(), actor(), form, one.said, [id_ for id_, _name in one.fits])
    return [
        Choice(name, control, words[id_], id_ == one.version)
        for id_, name in reversed(one.fits)
        if id_ in words
    ]


def _mark(one: Offered) -> Markup:
    word, colour, icon = {
        "kept": (_("bound, and stays"), "green", "lock"),
        "named": (_("chosen"), "green", "circle-check"),
        "only": (_("applies"), "green", "circle-check"),
        "choose": (_("to be chosen"), "amber", "triangle-alert"),
        "refused": (_("does not apply"), "red", "octagon-x"),
        "none": (_("goes to review"), "red", "octagon-x"),
    }[one.state]
    return badge(word, colour, icon)


def _why(model: FormModel, one: Offered) -> str:
    """Return in words by what the version was found."""
    if one.from_:
        return _("as %(code)s is bound", code=one.from_)
    scheme = one.said.chosen
    if one.state == "kept" or scheme is None or one.day is None:
        return ""
    return f"{scheme.title.in_(language())} · {show_date(one.day, language())}"


def _summary(found: list[Offered], waiting: list[Offered]) -> str:
    """Return one sentence over all lines."""
    if not found:
        return ""
    if waiting:
        return ngettext(
            "%(num)s line needs somebody to look at its version.",
            "%(num)s lines need somebody to look at their version.",
            len(waiting),
        )
    return _("Each line has its version.")
