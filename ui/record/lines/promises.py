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
from seamline.promising import Part, Promised
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
    say = _Said()
    notes = {row.id: _note(line, row, stands.get(row.id), names, say) for row in rows}
    return Beside(notes={id_: note for id_, note in notes.items() if note}, badge=_age(stands))


def _note(
    line: PromiseLine, row: Row, stands: promise.Stands | None, names: Mapping[str, str], say: _Said
) -> Markup:
    day, why = told_by(line, row)
    parts = list(_head(day if isinstance(day, date) else None, why, stands, say))
    if stands is not None:
        told = tuple(part for part, _how in stands.parts)
        parts.append(str(escape(say.reason(told, names))))
        parts += _warnings(stands)
        if stands.stock is not None and stands.free is not None:
            figures = {"qty": amount(stands.stock), "free": amount(stands.free)}
            parts.append(str(escape(say.stock % figures)))
    elif why:
        parts.append(str(escape(unpacked(why).in_(say.language))))
    return Markup(f'<span class="promise">{" ".join(parts)}</span>' if parts else "")


def _head(
    day: date | None, why: object, stands: promise.Stands | None, say: _Said
) -> Iterator[str]:
    """Yield the day and how it stands."""
    if day is None and stands is None and not why:
        return
    if day is None:
        yield f"<b>{escape(say.unpromised)}</b>"
    else:
        yield f"<b>{escape(say.promised % {'day': show_date(day, say.language)})}</b>"
    if stands is not None:
        yield say.state(stands.state)
        if day is not None and stands.wanted is not None and day > stands.wanted:
            yield later(day, stands.wanted)


class _Said:
    """What is said under the lines of one page, looked up and put together once."""

    def __init__(self) -> None:
        self.language = language()
        self.unpromised = _("Cannot be promised whole")
        self.promised = _("Promised for %(day)s", day="%(day)s")
        self.stock = _(
            "In stock now: %(qty)s, not promised: %(free)s.", qty="%(qty)s", free="%(free)s"
        )
        self._states: dict[str, str] = {}
        self._desk = desk()

    def state(self, word: str) -> str:
        """Return the badge of how a line stands."""
        kept = self._states.get(word)
        if kept is None:
            kept = self._states[word] = str(_state(word))
        return kept

    def reason(self, told: tuple[Part, ...], names: Mapping[str, str]) -> str:
        """Return where what was promised comes from."""
        return promise.told(self._desk, Promised(told), names).in_(self.language)


def later(day: date, wanted: date) -> Markup:
    """Return the badge that says how long after the day wanted a line can be had."""
    days = (day - wanted).days
    words = ngettext("%(num)s day after the day wanted", "%(num)s days after the day wanted", days)
    return badge(words, "amber", "triangle-alert")


def _state(word: str) -> Markup:
    match word:
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
