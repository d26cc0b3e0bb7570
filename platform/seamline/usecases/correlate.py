"""Correlated rules at work: matches raised when they appear, ended when they vanish."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from seamline import clock
from seamline.catalog import Catalog
from seamline.correlate import CorrelationModel
from seamline.correlate.matches import Match
from seamline.correlate.sql import MOST_MATCHES as MOST_MATCHES, Sql, TooMany
from seamline.facts import Actor, Event, Origin
from seamline.store import Unit
from seamline.store.matches import StandingMatch
from seamline.store.types import moment_text
from seamline.text import Text

from . import locks
from .desk import Desk

CORRELATOR = Actor("correlator", "correlator", ("administrator",))
ORIGIN = Origin("pipeline")
# Matches raised or ended in one transaction: others write in between.
AT_ONCE = 200
# What stands and what is found, seen in one transaction.
Both: TypeAlias = Callable[[Unit], tuple[dict[str, StandingMatch], dict[str, Match]]]


@dataclass(slots=True)
class Outcome:
    """What a sweep or a reaction changed; `overfull` are correlations that match far too much."""

    raised: int = 0
    ended: int = 0
    overfull: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Add what another one changed."""
        self.raised += other.raised
        self.ended += other.ended
        self.overfull += other.overfull


@dataclass(frozen=True, slots=True)
class Standing:
    """One correlation as it stands: switched on or not, and how many matches it has."""

    model: CorrelationModel
    on: bool
    matches: int


def sql_of(catalog: Catalog) -> Sql:
    """Return the finder of matches over the tables of a catalog."""
    return Sql(lambda form: catalog.forms[form].tables, catalog.zone)


def is_on(catalog: Catalog, model: CorrelationModel) -> bool:
    """Say whether a correlation is switched on (`correlation.<id>` among the switches)."""
    return catalog.switches.get(model.key, model.correlation.enabled)


def status(desk: Desk) -> tuple[Standing, ...]:
    """Return every correlation with the number of matches that stand."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        counted = unit.matches.count()
    return tuple(
        Standing(model, is_on(catalog, model), counted.get(model.id, 0))
        for model in catalog.correlations.values()
    )


def standing(desk: Desk, rule: str) -> tuple[StandingMatch, ...]:
    """Return the standing matches of a correlation, the oldest first."""
    with desk.store.reading() as unit:
        found = unit.matches.standing(rule).values()
    return tuple(sorted(found, key=lambda match: (match.since, match.key)))


def sweep(desk: Desk, only: Iterable[str] | None = None) -> Outcome:
    """Compare every match there is with every match that stands, and set right what differs.

    This is what decides in the end, whatever was reacted to; moments such as `now + 48h` are only
    looked at here. Matches of a correlation that is switched off or gone end.
    """
    catalog = desk.catalogs.current()
    wanted = set(catalog.correlations if only is None else only)
    outcome = Outcome()
    for model in catalog.correlations.values():
        if model.id in wanted:
            outcome.add(_sweep(desk, catalog, model))
    if only is None:
        with desk.store.reading() as unit:
            gone = set(unit.matches.count()) - catalog.correlations.keys()
        for rule in sorted(gone):
            outcome.add(_end_all(desk, catalog, rule))
    return outcome


def _sweep(desk: Desk, catalog: Catalog, model: CorrelationModel) -> Outcome:
    """Set one correlation right, in pieces that each look at the rows again."""
    if not is_on(catalog, model):
        return _end_all(desk, catalog, model.id)
    sql = sql_of(catalog)
    with desk.store.reading() as unit:
        try:
            found = sql.every(unit, model, clock.now())
        except TooMany:
            return Outcome(overfull=[model.id])
        known = unit.matches.standing(model.id)
    differ = sorted(found.keys() ^ known.keys()) + sorted(
        key
        for key in found.keys() & known.keys()
        if set(known[key].facts["touched"]) != found[key].touched
    )
    outcome = Outcome()
    for start in range(0, len(differ), AT_ONCE):
        part = differ[start : start + AT_ONCE]
        with desk.store.unit() as unit:
            unit.matches.reserve()
            before = unit.matches.standing(model.id, keys=part)
            now = clock.now()
            outcome.add(settle(unit, catalog, model, before, sql.again(unit, model, part, now)))
    return outcome


def _end_all(desk: Desk, catalog: Catalog, rule: str) -> Outcome:
    outcome = Outcome()
    with desk.store.reading() as unit:
        keys = sorted(unit.matches.keys(rule))
    for start in range(0, len(keys), AT_ONCE):
        with desk.store.unit() as unit:
            unit.matches.reserve()
            before = unit.matches.standing(rule, keys=keys[start : start + AT_ONCE])
            outcome.add(settle(unit, catalog, catalog.correlations.get(rule), before, {}))
    return outcome


def react(desk: Desk, form: str, record: str) -> Outcome:
    """Look again at everything that one changed record has a part in, by SQL alone."""
    catalog = desk.catalogs.current()
    outcome = Outcome()
    for model in concerned(catalog, form):
        outcome.add(look_again(desk, catalog, model, form, record))
    return outcome


def concerned(catalog: Catalog, form: str) -> Iterator[CorrelationModel]:
    """Yield the correlations, as far as they are on, that look at records of a form."""
    for model in catalog.correlations.values():
        if form in model.forms() and is_on(catalog, model):
            yield model


def look_again(
    desk: Desk, catalog: Catalog, model: CorrelationModel, form: str, record: str
) -> Outcome:
    """Set one correlation right around one record; nothing is locked where nothing differs."""

    def both(unit: Unit) -> tuple[dict[str, StandingMatch], dict[str, Match]]:
        before = unit.matches.standing(model.id, touching=record)
        found = sql_of(catalog).touching(unit, model, form, record, clock.now())
        return before | unit.matches.standing(model.id, keys=found.keys() - before.keys()), found

    return _settled(desk, catalog, model, both)


def confirm(
    desk: Desk, catalog: Catalog, model: CorrelationModel, record: str, proposed: Collection[str]
) -> Outcome:
    """Look again at the matches proposed for a record and at those that stand on it.

    A proposal counts for nothing before the rows have said the same.
    """

    def both(unit: Unit) -> tuple[dict[str, StandingMatch], dict[str, Match]]:
        before = unit.matches.standing(model.id, touching=record)
        before |= unit.matches.standing(model.id, keys=set(proposed) - before.keys())
        keys = sorted({*before, *proposed})
        return before, sql_of(catalog).again(unit, model, keys, clock.now())

    return _settled(desk, catalog, model, both)


def _settled(desk: Desk, catalog: Catalog, model: CorrelationModel, both: Both) -> Outcome:
    """Look first as a reader; only where something differs look again as the one who writes."""
    try:
        with desk.store.reading() as unit:
            if not _differs(*both(unit)):
                return Outcome()
        with desk.store.unit() as unit:
            unit.matches.reserve()
            return settle(unit, catalog, model, *both(unit))
    except TooMany:
        return Outcome(overfull=[model.id])


def _differs(before: Mapping[str, StandingMatch], found: Mapping[str, Match]) -> bool:
    return before.keys() != found.keys() or any(
        set(before[key].facts["touched"]) != match.touched for key, match in found.items()
    )


def settle(
    unit: Unit,
    catalog: Catalog,
    model: CorrelationModel | None,
    before: Mapping[str, StandingMatch],
    found: Mapping[str, Match],
) -> Outcome:
    """Raise what is found and does not stand, end what stands and is not found."""
    at = clock.now()
    for key, match in found.items():
        if key in before and set(before[key].facts["touched"]) != match.touched:
            unit.matches.keep(key, {**before[key].facts, **match.kept()})
    begun = {key: match for key, match in found.items() if key not in before}
    if model is not None and begun:
        kept = {key: _kept(unit, catalog, model, match) for key, match in begun.items()}
        unit.matches.begin(model.id, kept, at)
        for key, facts in kept.items():
            _tell(unit, "matched", model.id, key, facts, at)
            _lock(unit, catalog, model, facts)
    ended = {key: match for key, match in before.items() if key not in found}
    unit.matches.end(ended.keys(), at)
    for key, gone in ended.items():
        _tell(unit, "unmatched", gone.rule, key, gone.facts, at)
        _release(unit, catalog, gone)
    return Outcome(len(begun), len(ended))


def _kept(unit: Unit, catalog: Catalog, model: CorrelationModel, match: Match) -> dict[str, Any]:
    """Return what is stored of a match: with what follows from it, so that it can be undone."""
    follows = {"event": model.correlation.event, "lock": _target(unit, catalog, model, match)}
    return {**match.kept(), **follows}


def _target(
    unit: Unit, catalog: Catalog, model: CorrelationModel, match: Match
) -> dict[str, str] | None:
    """Return the record that a match locks, None where it locks nothing."""
    lock = model.correlation.lock
    if lock is None:
        return None
    alias, _, reference = lock.record.partition(".")
    member = next(member for member in match.members if member.alias == alias)
    if not reference:
        return {"form": member.form, "record": member.record, "act": lock.act}
    word = match.values[lock.record]
    if word is None:
        return None
    leads = next(fact.leads for fact in model.facts if fact.alias == alias)
    form = dict(leads)[reference]
    found = unit.records.resolve(catalog.forms[form].tables, (str(word),)).get(str(word))
    if found is None:
        return None
    return {"form": form, "record": found.ref.id, "act": lock.act}


def _lock(unit: Unit, catalog: Catalog, model: CorrelationModel, facts: Mapping[str, Any]) -> None:
    target = facts["lock"]
    if target is not None:
        locks.put(
            unit, catalog, CORRELATOR, ORIGIN,
            form=target["form"], record=target["record"], act=target["act"],
            rule=model.key, reason=Text(**facts["say"]),
        )  # fmt: skip


def _release(unit: Unit, catalog: Catalog, gone: StandingMatch) -> None:
    """End the lock of a match that vanished, unless another one still asks for it."""
    target = gone.facts["lock"]
    if target is None:
        return
    record = target["record"]
    others = unit.matches.standing(gone.rule, touching=record).values()
    if not any(other.facts["lock"] == target for other in others):
        locks.release(unit, catalog, CORRELATOR, ORIGIN, f"correlation.{gone.rule}", record)


def _tell(
    unit: Unit, kind: str, rule: str, key: str, facts: Mapping[str, Any], at: datetime
) -> None:
    """Write the event of a match into the journal of its first record, and to who listens."""
    first = facts["members"][0]
    body = {"correlation": rule, "members": facts["members"], "say": facts["say"]}
    unit.journal.append(
        Event(
            kind=kind,
            at=at,
            actor=CORRELATOR.id,
            via=ORIGIN.via,
            form=first["form"],
            record=first["record"],
            code=first["code"],
            tracking=first["tracking"],
            step=f"correlation.{rule}",
            body=body,
        )
    )
    if facts["event"]:
        topic = f"correlation.{facts['event']}.{kind}"
        unit.outbox.add(topic, f"{key}:{moment_text(at)}", body)
