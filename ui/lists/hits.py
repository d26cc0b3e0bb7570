"""One search over everything a person may read: codes, keys, names, words, what is alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from seamline.conditions.parse import parse
from seamline.facts import Record
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Query
from seamline.usecases import look

from ..pages.menu import duties, groups, readable
from ..record.heads import subtitle
from ..record.moments import short
from ..say import _
from ..session import actor, catalog, desk, language, reading
from ..shown import Faces, badge, closed_badge, name_of

MOST_OF_FORM = 5
MOST_ALIKE = 3
MOST_PLACES = 8
SHORTEST = 2  # letters; a single one is in everything


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: what it is called, one line about it, its state, when it last changed."""

    name: str
    line: str
    address: str
    state: Markup
    at: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one form; `more` leads to the list with the same words."""

    title: str
    icon: str
    hits: list[Hit]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A page, a form or something new that the words lead to."""

    title: str
    icon: str
    address: str


def found(words: str, limit: int = MOST_OF_FORM, alike: bool = True) -> list[Found]:
    """Return the records that words name or are found in, by form, exact names first.

    With `alike`, records whose key or name comes near the words where nothing holds them.
    """
    if len(words) < SHORTEST:
        return []
    models = [look.form(desk(), actor(), model.form.id) for model in readable(catalog(), actor())]
    hits = [one for model in models if (one := _of_form(model, words, limit)) is not None]
    if not hits and alike:
        hits = [one for model in models if (one := _alike(model, words)) is not None]
    return sorted(hits, key=lambda one: not _exact(one, words))


def _exact(one: Found, words: str) -> bool:
    return any(hit.name.casefold() == words.casefold() for hit in one.hits)


def _of_form(model: FormModel, words: str, limit: int) -> Found | None:
    query = Query(search=words, limit=limit + 1, archived=True, total=False, fields=_fields(model))
    records = list(look.page(desk(), actor(), model.form.id, query).rows)
    more = len(records) > limit
    named = _named(model, words)
    if named is not None:
        records = [named, *(one for one in records if one.id != named.id)]
    records.sort(key=lambda one: _distance(name_of(one, model), words))
    return _shown(model, records[:limit], words if more else "")


def _named(model: FormModel, words: str) -> Record | None:
    """Return the record that is called just so."""
    try:
        return look.record(desk(), actor(), model.form.id, words)
    except Refused:
        return None


def _distance(name: str, words: str) -> int:
    name, words = name.casefold(), words.casefold()
    return 0 if name == words else 1 if name.startswith(words) else 2


def _alike(model: FormModel, words: str) -> Found | None:
    refs = look.search(desk(), actor(), model.form.id, words, MOST_ALIKE)
    if not refs:
        return None
    where = parse({"in": [{"var": "_id"}, [ref.id for ref in refs]]}, model.scope)
    query = Query(where, limit=MOST_ALIKE, total=False, fields=_fields(model))
    records = {one.id: one for one in look.page(desk(), actor(), model.form.id, query).rows}
    return _shown(model, [records[ref.id] for ref in refs if ref.id in records], "")


def _fields(model: FormModel) -> tuple[str, ...]:
    form, known = model.form, {field.id for field in model.form.fields if field.kind != "table"}
    names = (form.key, form.name, *form.list.columns[:4])
    return tuple(dict.fromkeys(name for name in names if name in known))


def _shown(model: FormModel, records: list[Record], words: str) -> Found | None:
    if not records:
        return None
    faces = Faces(model, reading())
    title = model.form.title.in_(language())
    address = url_for("records.listing", form_id=model.form.id)
    more = f"{address}?{urlencode({'all': '1', 'q': words})}" if words else ""
    return Found(title, model.form.icon, [_hit(model, one, faces) for one in records], more)


def _hit(model: FormModel, record: Record, faces: Faces) -> Hit:
    state = faces.state(record.state)
    if record.archived_at is not None:
        state = badge(_("Archived"), "", "archive")
    state = closed_badge(model.form, record.state, language()) or state
    address = url_for("records.show", form_id=record.form, word=record.id)
    at = short(record.updated_at, reading())
    return Hit(name_of(record, model), subtitle(model, record, faces), address, state, at)


def places(words: str) -> list[Place]:
    """Return the pages, forms and new records whose title or id holds the words; all for none."""
    asked = words.casefold().split()
    every = [*_pages(), *_new()]
    chosen = [
        place
        for name, place in every
        if all(word in f"{place.title} {name}".casefold() for word in asked)
    ]
    return chosen[:MOST_PLACES] if asked else chosen


def _pages() -> Iterator[tuple[str, Place]]:
    who, forms = actor(), catalog().forms
    yield "home", Place(_("My work"), "inbox", url_for("home.index"))
    for entry in duties(catalog(), who):
        yield entry.id, Place(entry.title, entry.icon, entry.address)
    for group in groups(catalog(), who, language()):
        for entry in group.entries:
            yield entry.id, Place(entry.title, entry.icon, entry.address)
            board: Any = forms[entry.id].form.board if entry.id in forms else None
            if board is not None:
                title = f"{entry.title} · {_('Board')}"
                address = url_for("boards.show", form_id=entry.id)
                yield f"{entry.id} board", Place(title, "kanban", address)
    yield "notices", Place(_("Notices"), "bell", url_for("notices.inbox"))


def _new() -> Iterator[tuple[str, Place]]:
    for model in readable(catalog(), actor()):
        made_here = catalog().maker(model.form.id) is None
        if made_here and catalog().access.may(actor(), "create", model.form.id):
            title = _("New: %(what)s", what=model.form.title.in_(language()))
            address = url_for("records.new", form_id=model.form.id)
            yield f"new {model.form.id}", Place(title, "plus", address)
