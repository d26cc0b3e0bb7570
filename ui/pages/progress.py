"""The page behind a progress link: no sign-in, no menu, only what the link's role shows."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import format_date
from markupsafe import Markup

from seamline.facts import Origin
from seamline.fields.moments import show_moment
from seamline.usecases import documents, links, progress
from seamline.usecases.progress import Moment, Shot, Shown, Side

from .. import maps
from ..forms.words import size_of
from ..lists.targets import LABELS
from ..qr import picture_of
from ..say import _
from ..serving import CLIPS, PICTURES, served
from ..session import catalog, desk, language, origin, reading
from ..shown import Faces

blueprint = Blueprint("progress", __name__)
MOST_WORD = 100
# One visitor's looks within this time are one view; the page looks again by itself meanwhile.
AGAIN = 30 * 60
MOST_VISITORS = 5_000


class _Visitors:
    """Who looked lately, by a digest; kept in memory and forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, float] = OrderedDict()

    def first(self, link: str, who: Origin) -> bool:
        """Return whether this visitor has not looked at the link lately, and remember it."""
        key = hashlib.sha256(f"{link} {who.seen} {who.reported}".encode()).hexdigest()
        now = time.monotonic()
        with self._lock:
            before = self._seen.get(key)
            if before is not None and now - before < AGAIN:
                return False
            self._seen[key] = now
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_VISITORS:
                self._seen.popitem(last=False)
        return True


_VISITORS = _Visitors()


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture or clip of the page."""

    address: str
    name: str
    clip: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    icon: str
    title: str
    count: int
    at: str
    iso: str
    pictures: list[Picture]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with its label."""

    label: str
    value: Markup


@dataclass(frozen=True, slots=True)
class Card:
    """One related record: its facts, and the map of where it has been."""

    title: str
    state: Markup
    facts: list[Fact]
    map: Markup
    stops: list[tuple[str, str]]


@blueprint.get("/t/<word>")
def show(word: str) -> str:
    """Show the page of a link, and count the view."""
    found = links.opened(desk(), word[:MOST_WORD])
    if _VISITORS.first(found.link.id, origin()):
        links.view(desk(), found, origin())
    return _page("progress/page.html", word, progress.shown(desk(), found))


@blueprint.get("/t/<word>/now")
def now(word: str) -> str:
    """Answer the changing part of the page; looking again is no view."""
    found = links.opened(desk(), word[:MOST_WORD])
    return _page("progress/now.html", word, progress.shown(desk(), found))


@blueprint.get("/t/<word>/files/<form>/<record>/<sha256>")
def file(word: str, form: str, record: str, sha256: str) -> Response:
    """Serve a picture, a clip or a document that the page shows."""
    found = links.opened(desk(), word[:MOST_WORD])
    ref = documents.file(desk(), found.actor, found.link.form, form, record, sha256)
    if ref is None:
        ref = progress.file(desk(), found, form, record, sha256)
    return served(ref)


def _page(template: str, word: str, shown: Shown) -> str:
    faces = Faces(shown.model, reading())
    return render_template(
        template,
        page=shown.opened.page,
        word=word,
        code=shown.record.code,
        headline=_day(shown.day),
        due=_day(shown.due),
        on_time=shown.on_time,
        facts=_facts(faces, shown.record, shown.settings.facts),
        state=faces.state(shown.record.state),
        rail=_rail(shown),
        entries=[_entry(word, moment) for moment in shown.moments],
        cards=list(_cards(shown)),
        documents=[
            (doc, url_for("progress.file", word=word, form=doc.form, record=doc.record,
                          sha256=doc.file.sha256))
            for doc in documents.fitting(
                desk(), shown.opened.actor, shown.settings.form, shown.record.id
            )
        ],
        qr=picture_of(url_for("progress.show", word=word, _external=True)),
        expires=_day(shown.opened.link.expires_at.astimezone(catalog().zone).date()),
        refresh=shown.settings.refresh,
        size_of=size_of,
    )  # fmt: skip


def _day(day: date | None) -> str:
    return "" if day is None else str(format_date(day, "medium"))


def _facts(faces: Faces, record: Any, names: tuple[str, ...]) -> list[Fact]:
    """Return the facts that are there, each with its label; references do not lead anywhere."""
    found = []
    for name in names:
        if name.startswith("_"):
            label, value = LABELS[name].in_(language()), faces.system(name, record)
        elif name in faces.model.fields:
            label = faces.label(name)
            value = Markup.escape(faces.plain(name, record.values.get(name)))
        else:
            continue
        if value:
            found.append(Fact(label, value))
    return found


def _rail(shown: Shown) -> list[tuple[str, str]]:
    """Return the states in their order, each done, now or still to come."""
    titles = {state.id: state.title.in_(language()) for state in shown.model.form.states}
    rail = list(shown.settings.rail)
    here = rail.index(shown.record.state) if shown.record.state in rail else -1
    last = shown.record.state in rail[-1:]
    return [
        (titles[state], "done" if n < here or last else "now" if n == here else "")
        for n, state in enumerate(rail)
        if state in titles
    ]


def _entry(word: str, moment: Moment) -> Entry:
    return Entry(
        icon=moment.icon,
        title=moment.title.in_(language()),
        count=moment.count,
        at=show_moment(moment.at, reading()),
        iso=moment.at.isoformat(),
        pictures=[
            _picture(word, shot)
            for shot in moment.pictures
            if shot.file.media_type in (*PICTURES, *CLIPS)
        ],
    )


def _picture(word: str, shot: Shot) -> Picture:
    address = url_for(
        "progress.file", word=word, form=shot.form, record=shot.record, sha256=shot.file.sha256
    )
    return Picture(address, shot.file.name, shot.file.media_type in CLIPS)


def _cards(shown: Shown) -> Iterator[Card]:
    """Yield the related records of which more is told than their steps; several are numbered."""
    told = [(side, _card(side)) for side in shown.sides]
    kept = [(side, card) for side, card in told if card.facts or card.map]
    for place, (side, card) in enumerate(kept):
        alike = [other for other, _ in kept if other.about is side.about]
        number = sum(other.about is side.about for other, _ in kept[: place + 1])
        yield replace(card, title=f"{card.title} {number}") if len(alike) > 1 else card


def _card(side: Side) -> Card:
    faces = Faces(side.model, reading())
    stops = [
        maps.Stop(
            place.point.latitude,
            place.point.longitude,
            place.note,
            show_moment(place.at, reading()),
        )
        for place in side.journey
    ]
    title = side.about.title.in_(language())
    return Card(
        title=title,
        state=faces.state(side.record.state),
        facts=_facts(faces, side.record, side.about.facts),
        map=maps.drawn(stops, _("Where it has been")) if stops else Markup(""),
        stops=[(stop.when, stop.words) for stop in reversed(stops)],
    )
