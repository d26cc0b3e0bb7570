"""The cells of a list as HTML: one small function per column, made once and used for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from flask import url_for
from markupsafe import escape

from seamline.facts import FileRef, Record, Ref
from seamline.fields import Reading
from seamline.forms import FieldModel, FormModel
from seamline.text import Language

from ..assets import icon
from ..forms.control import options_of
from ..say import _
from ..shown import badge, state_badge

Paint = Callable[[Record], str]
Painter = Callable[[Any], str]
LONGEST = 80  # signs of a long text
SOON = 2  # days before the due day from which it is close


@dataclass(frozen=True, slots=True)
class Brush:
    """What painting needs to know of the reader: language, zone, day, whom they may look up."""

    reading: Reading
    today: date
    name_of_person: Callable[[str], str]
    may_read: Callable[[str], bool]

    @property
    def zone(self) -> tzinfo:
        """The zone whose days count."""
        assert self.reading.zone is not None
        return self.reading.zone

    @property
    def language(self) -> Language:
        """The reader's language."""
        return self.reading.language


def paint(model: FormModel, name: str, brush: Brush) -> Paint:
    """Return how the cells of one column are made."""
    match name:
        case "_state":
            return _states(model, brush)
        case "_created_at" | "_updated_at":
            own = name[1:]
            return lambda record: moment(getattr(record, own), brush)
        case "_created_by" | "_updated_by":
            own = name[1:]
            return lambda record: str(escape(brush.name_of_person(getattr(record, own))))
        case "_tracking" | "_code":
            own = name[1:]
            return lambda record: _mono(getattr(record, own))
        case "_revision":
            return lambda record: str(record.revision)
    value = values(model.fields[name], brush)
    if name == model.form.due:
        return _due(model, name, value, brush)
    return lambda record: value(record.values.get(name))


def values(found: FieldModel, brush: Brush) -> Painter:
    """Return how values of one field are shown in little room."""
    field, kind = found.shown, found.shown_kind
    match field.kind:
        case "reference":
            return _references(str(field.settings.get("to", "")), brush)
        case "choice":
            return _choices(found, brush.language)
        case "multi_choice":
            one = _choices(found, brush.language)
            return lambda value: " ".join(one(word) for word in value or ())
        case "person":
            return lambda value: str(escape(brush.name_of_person(value))) if value else ""
        case "date":
            return lambda value: day(value, brush) if value else ""
        case "datetime":
            return lambda value: moment(value, brush) if value else ""
        case "attachment" | "image":
            return _files
        case "table":
            return lambda value: str(len(value)) if value else ""
    reading = brush.reading

    def plain(value: Any) -> str:
        if value is None:
            return ""
        shown = kind.show(field, value, reading)
        return str(escape(shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"))

    return plain


def day(value: date, brush: Brush) -> str:
    """Return a day, without its year where that is the present one."""
    shown = f"{value:%m-%d}" if value.year == brush.today.year else value.isoformat()
    return f'<time datetime="{value.isoformat()}">{shown}</time>'


def moment(value: datetime | None, brush: Brush) -> str:
    """Return a moment to the minute, without its year where that is the present one."""
    if value is None:
        return ""
    local = value.astimezone(brush.reading.zone)
    form = "%m-%d %H:%M" if local.year == brush.today.year else "%Y-%m-%d"
    return f'<time datetime="{local.isoformat(timespec="minutes")}">{local:{form}}</time>'


def _mono(word: str) -> str:
    return f'<span class="mono nowrap">{escape(word)}</span>' if word else ""


def _states(model: FormModel, brush: Brush) -> Paint:
    """Return how states are shown: the badge, and how far along the planned way it is."""
    known = {state.id: str(state_badge(state, brush.language)) for state in model.form.states}
    way = progress(model)
    left = days_left(model, brush)

    def painted(record: Record) -> str:
        shown = known.get(record.state, "")
        done = way.get(record.state)
        if done is None:
            return shown
        urgent = tone(left(record))
        return shown + _bar(done, urgent)

    return painted


def _bar(done: int, urgent: str) -> str:
    return (
        '<svg class="prog" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0 2H100"/><path class="v {urgent}" d="M0 2H{done}"/></svg>'
    )


def _choices(found: FieldModel, language: Language) -> Callable[[Any], str]:
    known = {
        option.id: str(
            badge(option.label, option.colour) if option.colour else escape(option.label)
        )
        for option in options_of(found.shown, language)
    }
    return lambda word: "" if word is None else known.get(word) or str(escape(word))


def _references(target: str, brush: Brush) -> Callable[[Any], str]:
    """Return how references are shown: what the record is called, its key below."""
    prefix = url_for("records.show", form_id=target, word="") if target else ""
    linked = bool(target) and brush.may_read(target)

    def shown(ref: Ref | None) -> str:
        if ref is None:
            return ""
        label = ref.label if ref.label and ref.label != ref.key else ""
        key = escape(ref.key)
        face = escape(label) if label else key
        first = f'<a href="{prefix}{ref.id}">{face}</a>' if linked and ref.id else str(face)
        return f'{first}<span class="cell2 mono">{key}</span>' if label else first

    return shown


def _files(value: Any) -> str:
    count = len(value) if isinstance(value, tuple) else 0
    if not count or not isinstance(value[0], FileRef):
        return ""
    return f'<span class="muted nowrap">{icon("paperclip")} {count}</span>'


def _due(model: FormModel, name: str, shown: Callable[[Any], str], brush: Brush) -> Paint:
    left = days_left(model, brush)

    def painted(record: Record) -> str:
        value = record.values.get(name)
        if value is None:
            return ""
        days = left(record)
        urgent = "" if record.archived_at is not None else tone(days)
        if not urgent or days is None:
            return f'<span class="nowrap">{shown(value)}</span>'
        told = f'<span class="cell2 nowrap {urgent}">{escape(remaining(days))}</span>'
        return f'<span class="nowrap">{shown(value)}</span>{told}'

    return painted


def left_of(model: FormModel, record: Record, brush: Brush) -> int | None:
    """Return the days until a record is due, negative once that is over.

    None without a day, and where the state says that it counts no more.
    """
    return days_left(model, brush)(record)


def days_left(model: FormModel, brush: Brush) -> Callable[[Record], int | None]:
    """Return what tells of each record of a form the days that are left, as `left_of` does."""
    due, zone, today = model.form.due, brush.reading.zone, brush.today
    pressing = frozenset(model.form.pressing)

    def left(record: Record) -> int | None:
        if due is None or (record.state and record.state not in pressing):
            return None
        value: Any = record.values.get(due)
        if value is None:
            return None
        day = value.astimezone(zone).date() if isinstance(value, datetime) else value
        return int((day - today).days)

    return left


def tone(left: int | None) -> str:
    """Return the class of a due day: late, soon, or nothing."""
    if left is None or left > SOON:
        return ""
    return "late" if left < 0 else "soon"


def remaining(left: int) -> str:
    """Return in words how long there is until a due day."""
    if left < 0:
        return _("%(d)s d overdue", d=-left)
    if left == 0:
        return _("due today")
    return _("due tomorrow") if left == 1 else _("%(d)s d left", d=left)


def progress(model: FormModel) -> Mapping[str, int]:
    """Return how far each state is on the planned way, in per cent; none for the other ways out."""
    key = ("progress", bool(model.form.states))
    kept: Mapping[str, int] | None = model.tables.memory.get(key)
    if kept is None:
        planned = [one.id for one in model.form.states if not exceptional(model, one.id)]
        kept = {state: round(100 * place / len(planned)) for place, state in enumerate(planned, 1)}
        model.tables.memory[key] = kept
    return kept


def exceptional(model: FormModel, state: str) -> bool:
    """Return whether every way into a state asks for a reason: it is not part of the plan."""
    ways = [step for step in model.steps.values() if step.to == state]
    return bool(ways) and all(step.reason == "required" for step in ways)
