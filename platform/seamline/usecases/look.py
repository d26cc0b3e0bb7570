"""Reading: records, lists, references, timelines and everything under one tracking code.

Every read that a person can see passes here, and with it the reach of who reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from seamline.access import Reach, all_of
from seamline.catalog import Catalog
from seamline.conditions.node import names
from seamline.facts import Actor, Decision, Event, Record, Ref, Value
from seamline.forms import FormModel, narrowed
from seamline.problems import Place, Problem, Refused, shorten
from seamline.store import Found, Page, Query, RecordHead, Unit
from seamline.text import Text

from .desk import Desk
from .hiding import (
    Unseen,
    masked,
    masked_decision,
    masked_event,
    masked_head,
    seen_of,
    unseen_names,
)
from .submitting.admit import form_named, known_as, no_such_record, record_named
from .tallying import Tally
from .veiling import veiled

TOGETHER = 500  # records of a stream whose reach is asked for at once


@dataclass(frozen=True, slots=True)
class Told:
    """A record with its story: events newest first, decisions by id, as its reader sees them."""

    record: Record
    events: tuple[Event, ...]
    decisions: Mapping[str, Decision]


def form(desk: Desk, actor: Actor, name: str) -> FormModel:
    """Return a form as the actor sees it, without the fields that he sees on no record.

    Raises Refused 404 for an unknown form. Whether he may read it is asked by what reads.
    """
    catalog = desk.catalogs.current()
    model = form_named(catalog, name)
    return narrowed(model, _hidden(model, catalog.access.scope(actor, name)))


def form_to_fill(desk: Desk, actor: Actor, name: str, step: str, record: str = "") -> FormModel:
    """Return a form with the fields that the actor sees or may fill in a step.

    `record` is the id of a stored one, on which only some of his roles may let him take it.
    """
    catalog = desk.catalogs.current()
    model = form_named(catalog, name)
    taking = catalog.access.taking(actor, step, name)
    unseen = _hidden(model, catalog.access.scope(actor, name))
    unfilled = _hidden(model, taking)
    if record and taking.narrowed:
        with desk.store.reading() as unit:
            unfilled = seen_of(unit, model, taking, (record,)).get(record, unfilled)
    # A row is edited as a whole: a column that may not be filled is not among its controls.
    columns = {path for path in model.fields if "." in path and path in unfilled}
    hidden = (unseen & unfilled) | columns
    return narrowed(model, frozenset(hidden), unfilled)


def form_to_import(desk: Desk, actor: Actor, name: str) -> FormModel:
    """Return a form with those fields alone that the actor may fill in a new record."""
    catalog = desk.catalogs.current()
    model = form_named(catalog, name)
    unfilled = _hidden(model, catalog.access.taking(actor, "create", name))
    return narrowed(model, frozenset(unfilled & model.fields.keys()))


def _hidden(model: FormModel, reach: Reach) -> Unseen:
    """Return the names hidden on every record; all of them to whom nothing is granted."""
    return reach.unseen if reach.views else unseen_names(model)


def record(desk: Desk, actor: Actor, form: str, word: str) -> Record:
    """Return one record by id, code or key; raises Refused 403 or 404."""
    model, reach = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        return _within(unit, model, reach, word)


def told(
    desk: Desk, actor: Actor, form: str, word: str, limit: int = 100, *, newest: bool = False
) -> Told:
    """Return one record with its newest `limit` events and the decisions behind them.

    With `newest` at least the decision behind the newest submission that was not refused.
    """
    catalog = desk.catalogs.current()
    model, reach = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        found = _within(unit, model, reach, word)
        events = unit.journal.of_record(form, found.id, limit)
        if newest and not found.unseen:
            decisions = _newest(unit, events)
        else:
            decisions = unit.decisions.of_record(form, found.id)
    return _story(catalog, actor, reach, found, events, decisions)


def _newest(unit: Unit, events: Sequence[Event]) -> tuple[Decision, ...]:
    taken = (one for one in events if one.decision and one.kind != "refused")
    found = (unit.decisions.get(one.decision) for one in taken)
    return tuple(islice((one for one in found if one is not None), 1))


def _story(
    catalog: Catalog,
    actor: Actor,
    reach: Reach,
    found: Record,
    events: Iterable[Event],
    decisions: Iterable[Decision],
) -> Told:
    unseen = found.unseen
    known = {one.id: masked_decision(one, catalog, unseen) for one in decisions}
    rules = None
    if unseen:
        rules = {finding.rule for one in known.values() for finding in one.findings}
    shown = [
        seen
        for event in veiled(catalog.access, actor, tuple(events), narrowed=bool(unseen))
        if (seen := masked_event(event, actor, unseen, rules, whole=reach.where is None))
    ]
    named = {event.decision for event in shown}
    if unseen:
        known = {id_: one for id_, one in known.items() if id_ in named}
    return Told(found, tuple(shown), known)


def decisions(desk: Desk, records: Mapping[str, Record]) -> dict[str, Decision]:
    """Return some decisions, each over a record that its reader has been given, as he sees them."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        found = {one: unit.decisions.get(one) for one in records}
    return {
        id_: masked_decision(one, catalog, records[id_].unseen)
        for id_, one in found.items()
        if one is not None
    }


def timeline(desk: Desk, actor: Actor, form: str, word: str, limit: int = 100) -> tuple[Event, ...]:
    """Return the newest `limit` events of one record."""
    return told(desk, actor, form, word, limit).events


def page(desk: Desk, actor: Actor, form: str, query: Query) -> Page:
    """Return one page of a form's list as the actor may see it.

    Raises Refused 400 where a filter or the sort names a field that he does not see.
    """
    model, reach = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        tally = Tally(desk.store, unit, desk.catalogs.current().version, form)
        asked = _narrowed(model, reach, query)
        found = tally.page(asked, lambda asked: unit.records.page(model.tables, asked))
        return replace(found, rows=tuple(_masked(unit, model, reach, found.rows)))


def counts(
    desk: Desk, actor: Actor, form: str, queries: Sequence[Query], most: int = 1_000
) -> list[int]:
    """Return how many records of a form match each query, none counted beyond `most`."""
    model, reach = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        within = [_narrowed(model, reach, query) for query in queries]
        tally = Tally(desk.store, unit, desk.catalogs.current().version, form)
        return tally.counts(
            within, most, lambda asked: unit.records.counts(model.tables, asked, most)
        )


def stream(desk: Desk, actor: Actor, form: str, query: Query) -> Iterator[Record]:
    """Return every record that matches, whole with its rows, for an export; needs that right.

    Refuses before the first one is asked for.
    """
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, "export", form)
    reach = catalog.access.scope(actor, form)
    return _streamed(desk, model, reach, _narrowed(model, reach, query))


def _streamed(desk: Desk, model: FormModel, reach: Reach, query: Query) -> Iterator[Record]:
    with desk.store.reading() as unit:
        records = unit.records.stream(model.tables, query)
        for first in records:
            part = [first, *islice(records, TOGETHER - 1)]
            yield from _masked(unit, model, reach, part)


def search(desk: Desk, actor: Actor, form: str, words: str, limit: int = 20) -> tuple[Ref, ...]:
    """Return the records whose key or name looks like `words`, best first."""
    model, reach = _readable(desk, actor, form)
    tables = model.tables
    # The key is what is answered: who does not see it on every record is offered nothing.
    if str(tables.key.key) in reach.narrowed:
        return ()
    named = tables.name is None or str(tables.name.key) not in reach.narrowed
    with desk.store.reading() as unit:
        return unit.records.search(tables, words, limit, reach.where, named)


def labels(desk: Desk, actor: Actor, form: str, words: Collection[str]) -> dict[str, str]:
    """Return what the records are called that some keys name, those within reach."""
    model, reach = _readable(desk, actor, form)
    with desk.store.reading() as unit:
        found = unit.records.resolve(model.tables, words)
        return {word: ref.label for word, ref in _faces(unit, model, reach, found).items()}


def held(
    desk: Desk, actor: Actor, form: str, keys: Collection[str], names: Sequence[str]
) -> dict[str, Mapping[str, Value]]:
    """Return what the records of some keys hold under some names, as far as the actor sees it."""
    model, reach = _readable(desk, actor, form)
    key = str(model.tables.key.key)
    with desk.store.reading() as unit:
        found = unit.records.resolve(model.tables, keys, names)
        seen = seen_of(unit, model, reach, {hit.ref.id for hit in found.values()})
    return {
        word: {name: value for name, value in hit.values.items() if name not in unseen}
        for word, hit in found.items()
        if (unseen := seen.get(hit.ref.id)) is not None and key not in unseen
    }


def named(desk: Desk, actor: Actor, form: str, words: Collection[str]) -> dict[str, Ref]:
    """Return the record that each word names, by its key or code, else by a name only it has."""
    model, reach = _readable(desk, actor, form)
    tables, name = model.tables, model.form.name
    with desk.store.reading() as unit:
        found = unit.records.resolve(tables, words)
        left = [word for word in words if word not in found]
        by_name: Mapping[str, Found] = {}
        if name and left and name not in reach.narrowed:
            by_name = unit.records.resolve(tables, left, by=name)
        sure = {
            word: hit
            for word, hit in by_name.items()
            if len(_called(unit, model, reach, word)) == 1
        }
        known = {**found, **sure}
        used = {word: hit for word, hit in known.items() if not hit.archived}
        return _faces(unit, model, reach, used)


def _called(unit: Unit, model: FormModel, reach: Reach, word: str) -> list[str]:
    heads = unit.records.equal(model.tables, {str(model.form.name): word}, "")
    return [*seen_of(unit, model, reach, [head.id for head in heads])]


def _faces(
    unit: Unit, model: FormModel, reach: Reach, found: Mapping[str, Found]
) -> dict[str, Ref]:
    """Return key and name of found records, of those on which one sees the key."""
    seen = seen_of(unit, model, reach, {hit.ref.id for hit in found.values()})
    key, name = str(model.tables.key.key), model.form.name
    faces = {}
    for word, hit in found.items():
        unseen = seen.get(hit.ref.id)
        if unseen is not None and key not in unseen:
            faces[word] = replace(hit.ref, label="") if name in unseen else hit.ref
    return faces


def tracked(desk: Desk, actor: Actor, tracking: str) -> tuple[RecordHead, ...]:
    """Return every record under one tracking code that the actor may read, oldest form first."""
    catalog = desk.catalogs.current()
    models = {
        form: model
        for form, model in catalog.forms.items()
        if catalog.access.may(actor, "read", form)
        and catalog.access.scope(actor, form).sees("_tracking")
    }
    with desk.store.reading() as unit:
        heads = unit.records.tracked([model.tables for model in models.values()], tracking)
        seen: dict[str, Unseen] = {}
        for form, model in models.items():
            ids = [head.id for head in heads if head.form == form]
            seen |= seen_of(unit, model, catalog.access.scope(actor, form), ids)
    return tuple(
        masked_head(head, models[head.form], seen[head.id])
        for head in heads
        if head.id in seen and "_tracking" not in seen[head.id]
    )


def _readable(desk: Desk, actor: Actor, form: str) -> tuple[FormModel, Reach]:
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, "read", form)
    return model, catalog.access.scope(actor, form)


def _within(unit: Unit, model: FormModel, reach: Reach, word: str) -> Record:
    """Return a record within reach; one beyond it is answered like one that does not exist."""
    found = record_named(unit, model, word)
    unseen = seen_of(unit, model, reach, (found.id,)).get(found.id)
    if unseen is None or not known_as(model, found, word, unseen):
        raise no_such_record(model, word)
    return masked(found, unseen)


def _masked(
    unit: Unit, model: FormModel, reach: Reach, records: Iterable[Record]
) -> Iterator[Record]:
    """Return records that a narrowed query has found, without what is hidden on each of them."""
    if len(reach.views) == 1:  # the query has asked for its condition already
        return (masked(one, reach.views[0].unseen) for one in records)
    rows = list(records)
    seen = seen_of(unit, model, reach, [one.id for one in rows])
    return (masked(one, seen[one.id]) for one in rows if one.id in seen)


def _narrowed(model: FormModel, reach: Reach, query: Query) -> Query:
    """Limit a query to what an actor sees; the one place where a list meets the access layer."""
    if query.where is not None:
        query = replace(query, where=model.moored(query.where))
    if reach.whole:
        return query
    asked = names(query.where) if query.where is not None else frozenset()
    usual = model.form.list.sort
    # A form's own order is shortened to what is seen everywhere; any other has to be seen.
    _refuse_hidden(reach, asked, (name for name in query.sort if name not in usual))
    sort = tuple(name for name in query.sort or usual if name.lstrip("-") not in reach.narrowed)
    form = model.form
    searched = {"_code", form.key or "", form.name or "", *form.list.search}
    guards = tuple(
        (name, guard) for name in sorted(searched) if (guard := reach.where_seen((name,)))
    )
    within = [one for one in (reach.where, reach.where_seen(asked)) if one is not None]
    fields = query.fields
    if fields is not None:
        fields = tuple(name for name in fields if reach.sees(name))
    return replace(
        query,
        sort=sort or ("_id",),
        fields=fields,
        within=all_of(within) if within else None,
        guards=guards,
    )


def _refuse_hidden(reach: Reach, asked: Iterable[str], sort: Iterable[str]) -> None:
    """Raise Refused 400 where the order or the choice of records would tell of what is hidden."""
    ordered = (name.lstrip("-") for name in sort)
    hidden = [
        *(name for name in asked if not reach.sees(name)),
        *(name for name in ordered if name in reach.narrowed),
    ]
    if hidden:
        raise Refused([_unknown(name) for name in sorted(hidden)], 400)


def _unknown(name: str) -> Problem:
    word = shorten(name)
    say = Text(f"没有名为“{word}”的字段。", f"There is no field named '{word}'.")
    return Problem("unknown_name", say, Place(word), got=word)
