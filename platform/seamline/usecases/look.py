"""Reading: records, lists, references, timelines and everything under one tracking code."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seamline.facts import Actor, Decision, Event, Record, Ref
from seamline.forms import FormModel
from seamline.store import Page, Query, RecordHead, Unit

from .desk import Desk
from .submitting.admit import form_named, record_named


@dataclass(frozen=True, slots=True)
class Told:
    """A record with its story: events newest first, decisions by id."""

    record: Record
    events: tuple[Event, ...]
    decisions: Mapping[str, Decision]


def record(desk: Desk, actor: Actor, form: str, word: str) -> Record:
    """Return one record by id, code or key; raises Refused 403 or 404."""
    model = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        return record_named(unit, model, word)


def told(desk: Desk, actor: Actor, form: str, word: str, limit: int = 100) -> Told:
    """Return one record with its newest `limit` events and the decisions behind them."""
    model = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        found = record_named(unit, model, word)
        events = unit.journal.of_record(form, found.id, limit)
        decisions = unit.decisions.of_record(form, found.id)
    return Told(found, tuple(events), {decision.id: decision for decision in decisions})


def timeline(desk: Desk, actor: Actor, form: str, word: str, limit: int = 100) -> tuple[Event, ...]:
    """Return the newest `limit` events of one record."""
    return told(desk, actor, form, word, limit).events


def page(desk: Desk, actor: Actor, form: str, query: Query) -> Page:
    """Return one page of a form's list as the actor may see it."""
    model = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        return unit.records.page(model.tables, _narrowed(desk, actor, form, query))


def counts(
    desk: Desk, actor: Actor, form: str, queries: Sequence[Query], most: int = 1_000
) -> list[int]:
    """Return how many records of a form match each query, none counted beyond `most`."""
    model = _readable(desk, actor, form)
    narrowed = [_narrowed(desk, actor, form, query) for query in queries]
    with desk.store.reading() as unit:
        return unit.records.counts(model.tables, narrowed, most)


def stream(desk: Desk, actor: Actor, form: str, query: Query) -> Iterator[Record]:
    """Yield every record that matches, whole with its rows, for an export; needs that right."""
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, "export", form)
    with desk.store.reading() as unit:
        yield from unit.records.stream(model.tables, _narrowed(desk, actor, form, query))


def search(desk: Desk, actor: Actor, form: str, words: str, limit: int = 20) -> tuple[Ref, ...]:
    """Return the records whose key or name looks like `words`, best first."""
    model = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        return tuple(unit.records.search(model.tables, words, limit))


def named(desk: Desk, actor: Actor, form: str, words: Collection[str]) -> dict[str, Ref]:
    """Return the record that each word names, by its key or code, else by a name only it has."""
    model = _readable(desk, actor, form)
    tables, name = model.tables, model.form.name
    with desk.store.reading() as unit:
        found = unit.records.resolve(tables, words)
        left = [word for word in words if word not in found]
        by_name = unit.records.resolve(tables, left, by=name) if name and left else {}
        unsure = {word for word in by_name if len(_called(unit, model, word)) > 1}
    known = {**found, **{word: hit for word, hit in by_name.items() if word not in unsure}}
    return {word: hit.ref for word, hit in known.items() if not hit.archived}


def _called(unit: Unit, model: FormModel, word: str) -> list[RecordHead]:
    return unit.records.equal(model.tables, {str(model.form.name): word}, "")


def tracked(desk: Desk, actor: Actor, tracking: str) -> tuple[RecordHead, ...]:
    """Return every record under one tracking code that the actor may read, oldest form first."""
    catalog = desk.catalogs.current()
    tables = [
        model.tables
        for form, model in catalog.forms.items()
        if catalog.access.may(actor, "read", form)
    ]
    with desk.store.reading() as unit:
        return tuple(unit.records.tracked(tables, tracking))


def _readable(desk: Desk, actor: Actor, form: str) -> FormModel:
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, "read", form)
    return model


def _narrowed(desk: Desk, actor: Actor, form: str, query: Query) -> Query:
    """Add the rows an actor is limited to; the one place where a list meets the access layer."""
    rows = desk.catalogs.current().access.scope(actor, form).where
    if rows is None:
        return query
    return replace(query, within=rows)
