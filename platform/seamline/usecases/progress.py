"""What a progress page shows: only what the role of its link sees, read as everybody reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from seamline.conditions.parse import parse
from seamline.facts import Event, FileRef, GeoPoint, Record, Row, Value
from seamline.forms import FormModel
from seamline.pages.progress import Journey, Progress, Related
from seamline.problems import Refused
from seamline.store import Query
from seamline.text import Text

from . import look
from .desk import Desk
from .links import Opened

MOST_RELATED, MOST_EVENTS, MOST_POINTS, MOST_PICTURES = 50, 200, 200, 12


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture or clip, and the record that holds it."""

    form: str
    record: str
    file: FileRef


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the timeline: which step, when, with the pictures of it.

    Steps that several related records take are one entry with their `count`, at the newest time.
    """

    at: datetime
    title: Text
    icon: str
    pictures: tuple[Shot, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shipment was, and when."""

    at: datetime
    point: GeoPoint
    note: str


@dataclass(frozen=True, slots=True)
class Side:
    """A record that refers to the one of the link, with what the page says of it."""

    about: Related
    model: FormModel
    record: Record
    journey: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything of one look through a link; `day` is the headline, None where none is known."""

    opened: Opened
    settings: Progress
    model: FormModel
    record: Record
    day: date | None
    due: date | None
    moments: tuple[Moment, ...]
    sides: tuple[Side, ...]

    @property
    def on_time(self) -> bool | None:
        """Whether the headline is not after the day agreed; None where either is unknown."""
        return None if self.day is None or self.due is None else self.day <= self.due


def shown(desk: Desk, opened: Opened) -> Shown:
    """Return what the page of a link shows now; raises Refused 404 where the record has gone."""
    settings: Progress = opened.page.settings
    told = look.told(desk, opened.actor, settings.form, opened.link.record, MOST_EVENTS)
    model = look.form(desk, opened.actor, settings.form)
    moments = list(_moments(model, told.events, settings.steps, told.record, settings.pictures))
    sides: list[Side] = []
    for about in settings.related:
        told_here: list[Moment] = []
        for side, events in _sides(desk, opened, about):
            sides.append(side)
            told_here += _moments(side.model, events, about.steps, side.record, about.pictures)
        moments += _together(about, told_here)
    values = told.record.values
    zone = desk.catalogs.current().zone
    days = (_day(values.get(name), zone) for name in settings.headline)
    return Shown(
        opened=opened,
        settings=settings,
        model=model,
        record=told.record,
        day=next((day for day in days if day is not None), None),
        due=_day(values.get(settings.due), zone) if settings.due else None,
        moments=tuple(sorted(moments, key=lambda one: one.at, reverse=True)),
        sides=tuple(sides),
    )


def file(desk: Desk, opened: Opened, form: str, word: str, sha256: str) -> FileRef:
    """Return a picture, clip or document that the page of a link shows; Refused 404 for others."""
    settings: Progress = opened.page.settings
    shown_in = {settings.form: settings.pictures}
    shown_in |= {about.form: about.pictures for about in settings.related}
    if form in shown_in:
        record = look.record(desk, opened.actor, form, word)
        for found in _files(record, shown_in[form]):
            if found.sha256 == sha256:
                return found
    raise Refused.one("unknown_file", Text("没有这个文件。", "There is no such file."), status=404)


def _sides(desk: Desk, opened: Opened, about: Related) -> Iterator[tuple[Side, tuple[Event, ...]]]:
    """Yield the records that refer to the one of the link, oldest first, with their events."""
    model = look.form(desk, opened.actor, about.form)
    party = opened.actor.party
    assert party is not None
    where = parse({"==": [{"var": about.by}, party.key]}, model.scope)
    fields = tuple(model.tables.cells)
    query = Query(where=where, sort=("_created_at",), limit=MOST_RELATED, fields=fields)
    for head in look.page(desk, opened.actor, about.form, query).rows:
        told = look.told(desk, opened.actor, about.form, head.id, MOST_EVENTS)
        journey = _journey(told.record, about.journey) if about.journey else ()
        yield Side(about, model, told.record, journey), told.events


def _together(about: Related, moments: list[Moment]) -> Iterator[Moment]:
    """Yield one entry for each step of the related records, named by what they are."""
    steps: dict[Text, list[Moment]] = {}
    for moment in sorted(moments, key=lambda one: one.at, reverse=True):
        steps.setdefault(moment.title, []).append(moment)
    for title, found in steps.items():
        said = Text(f"{about.title.zh}:{title.zh}", f"{about.title.en}: {title.en}")
        shots = tuple(shot for one in found for shot in one.pictures)[:MOST_PICTURES]
        yield replace(found[0], title=said, pictures=shots, count=len(found))


def _moments(
    model: FormModel,
    events: tuple[Event, ...],
    steps: tuple[str, ...],
    record: Record,
    pictures: tuple[str, ...],
) -> Iterator[Moment]:
    """Yield the steps that are told; each has the pictures that came with it."""
    files = {one.sha256: one for one in _files(record, pictures)}
    for event in events:
        step = event.step.rpartition(".")[2]
        if step not in steps or event.kind in ("refused", "upstream_revised"):
            continue
        came = [files.pop(sha) for sha in _came(event, pictures) if sha in files]
        shots = tuple(Shot(model.form.id, record.id, file) for file in came)
        yield Moment(event.at, model.steps[step].title, model.form.icon, shots)


def _came(event: Event, pictures: tuple[str, ...]) -> Iterator[str]:
    """Yield the files that an entry of the journal brought into some fields."""
    for name in pictures:
        values, changes = event.body.get("values"), event.body.get("changes")
        now: object = values.get(name) if isinstance(values, dict) else None
        if isinstance(changes, dict) and isinstance(changes.get(name), list):
            now = changes[name][-1]
        for item in now if isinstance(now, list) else ():
            if isinstance(item, dict) and "sha256" in item:
                yield str(item["sha256"])


def _files(record: Record, fields: tuple[str, ...]) -> Iterator[FileRef]:
    for name in fields:
        value = record.values.get(name)
        for item in value if isinstance(value, tuple) else ():
            if isinstance(item, FileRef):
                yield item


def _journey(record: Record, journey: Journey) -> tuple[Place, ...]:
    """Return where a shipment has been, in the order of time."""
    rows = record.values.get(journey.table)
    found = []
    for row in rows if isinstance(rows, tuple) else ():
        if not isinstance(row, Row):
            continue
        at, point = row.values.get(journey.at), row.values.get(journey.place)
        if isinstance(at, datetime) and isinstance(point, GeoPoint):
            found.append(Place(at, point, str(row.values.get(journey.note) or "")))
    return tuple(sorted(found, key=lambda place: place.at)[-MOST_POINTS:])


def _day(value: Value, zone: tzinfo) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(zone).date()
    return value if isinstance(value, date) else None
