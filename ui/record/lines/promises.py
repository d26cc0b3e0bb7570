"""The promise under each line of a record: its day, whether it holds, what is in stock now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from seamline import clock
from seamline.facts import Record, Row
from seamline.fields.moments import show_date
from seamline.fields.promised import unpacked
from seamline.forms import FormModel
from seamline.metadata import Field, PromiseLine
from seamline.promising import Promised
from seamline.promising.needs import told_by
from seamline.promising.words import amount
from seamline.usecases import promise
from seamline.usecases.promising.names import names_of

from ...pages.notices import ago
from ...say import _, ngettext
from ...session import actor, catalog, desk, language
from ...shown import badge
from ..slots import Beside

FRESH, AGING = timedelta(seconds=30), timedelta(minutes=5)


def beside(model: FormModel, record: Record, table: Field, rows: Sequence[Row]) -> Beside | None:
    """Return what is promised of a sub-table's rows and how that stands; None where nothing is."""
    lines = [one.model.line for one in catalog().promised.get(model.form.id, ())]
    line = next((one for one in lines if one.table == table.id), None)
    if line is None:
        return None
    found = promise.stands_of(desk(), actor(), record, {row.id for row in rows})
    stands = {one.row: one for one in found if one.table == table.id}
    sources = [part.source for one in stands.values() for part, _how in one.parts]
    names = names_of(desk(), actor(), sources)
    notes = {row.id: _note(line, row, stands.get(row.id), names) for row in rows}
    return Beside(notes={id_: note for id_, note in notes.items() if note}, badge=_age(stands))


def _note(
    line: PromiseLine, row: Row, stands: promise.Stands | None, names: Mapping[str, str]
) -> Markup:
    day, why = told_by(line, row)
    parts = list(_head(day if isinstance(day, date) else None, why, stands))
    if stands is not None:
        told = tuple(part for part, _how in stands.parts)
        parts += [escape(promise.told(desk(), Promised(told), names).in_(language()))]
        parts += list(_warnings(stands))
        if stands.stock is not None and stands.free is not None:
            stock, free = amount(stands.stock), amount(stands.free)
            parts.append(
                escape(_("In stock now: %(qty)s, not promised: %(free)s.", qty=stock, free=free))
            )
    elif why:
        parts.append(escape(unpacked(why).in_(language())))
    return (
        Markup('<span class="promise">{}</span>').format(Markup(" ").join(parts))
        if parts
        else Markup("")
    )


def _head(day: date | None, why: object, stands: promise.Stands | None) -> Iterator[Markup]:
    """Yield the day and how it stands."""
    if day is None and stands is None and not why:
        return
    if day is None:
        yield Markup("<b>{}</b>").format(_("Cannot be promised whole"))
    else:
        yield Markup("<b>{}</b>").format(_("Promised for %(day)s", day=show_date(day, language())))
    if stands is not None:
        yield _state(stands)
        if day is not None and stands.wanted is not None and day > stands.wanted:
            yield later(day, stands.wanted)


def later(day: date, wanted: date) -> Markup:
    """Return the badge that says how long after the day wanted a line can be had."""
    days = (day - wanted).days
    words = ngettext("%(num)s day after the day wanted", "%(num)s days after the day wanted", days)
    return badge(words, "amber", "triangle-alert")


def _state(one: promise.Stands) -> Markup:
    match one.state:
        case "kept":
            return badge(_("covered"), "green", "circle-check")
        case "lead":
            return badge(_("not yet on its way"), "blue", "clock")
        case "late":
            return badge(_("will be late"), "amber", "clock")
    return badge(_("short of supply"), "red", "octagon-x")


def _warnings(stands: promise.Stands) -> Iterator[Markup]:
    """Yield what is not as it was promised."""
    say = Markup('<b class="{}-text">{}</b>')
    if stands.state == "short":
        words = _("No supply for %(qty)s of it.", qty=amount(stands.lacking))
        yield say.format("red", words)
    elif stands.state == "late" and stands.expected is not None:
        words = _("Now expected on %(day)s.", day=show_date(stands.expected, language()))
        yield say.format("amber", words)
    if stands.late and stands.state != "kept":
        yield say.format("amber", _("Overdue: %(what)s.", what=_(", ").join(stands.late)))


def _age(stands: Mapping[str, promise.Stands]) -> Markup:
    """Return how old the oldest stock figure is, in the colour of its age."""
    known = [one.as_of for one in stands.values() if one.as_of is not None]
    return aged(min(known)) if known else Markup("")


def aged(at: datetime) -> Markup:
    """Return the badge of a figure's age: green while fresh, red once old, never hidden."""
    age = clock.now() - at
    colour = "green" if age < FRESH else "amber" if age < AGING else "red"
    return badge(_("Stock %(ago)s", ago=ago(at)), colour, "refresh-cw")
