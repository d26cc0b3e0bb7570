"""Locks: what is closed on a record, put by rules, ended by themselves or lifted by a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seamline import clock
from seamline.access import LIFT
from seamline.catalog import Catalog
from seamline.facts import Actor, Origin, Record, Ref
from seamline.forms import FormModel
from seamline.metadata import Package
from seamline.metadata.ruleset import LockOf
from seamline.problems import Place, Problem, Refused
from seamline.store import Lock, Unit
from seamline.store.ulid import is_ulid
from seamline.text import Text

from .desk import Desk
from .hiding import ALL_SEEN, Unseen, seen_of
from .submitting.admit import MAX_REASON, form_named, known_as, no_such_record
from .submitting.locking import event

MOST = 200  # locks on one page of a list


@dataclass(frozen=True, slots=True)
class Shown:
    """A lock with the key and name of its record, and whether the actor may lift it."""

    lock: Lock
    record: Ref
    may_lift: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list of locks, newest first; `next` continues it."""

    items: tuple[Shown, ...]
    next: str | None


def standing(desk: Desk, actor: Actor, form: str, record: str) -> tuple[Shown, ...]:
    """Return the locks that stand on a record, the oldest first; raises Refused 403 or 404."""
    return _of_record(desk, actor, form, record, ended=False)


def standing_on(desk: Desk, actor: Actor, record: Record) -> tuple[Shown, ...]:
    """Return the same of a record that the actor has been shown."""
    with desk.store.reading() as unit:
        found = unit.locks.of_records((record.id,), ended=False)
        return tuple(_shown(unit, desk.catalogs.current(), actor, found))


def history(desk: Desk, actor: Actor, form: str, record: str) -> tuple[Shown, ...]:
    """Return every lock that a record has had, the oldest first; raises Refused 403 or 404."""
    return _of_record(desk, actor, form, record, ended=True)


def listing(
    desk: Desk,
    actor: Actor,
    *,
    form: str = "",
    record: str = "",
    act: str = "",
    ended: bool = False,
    before: str = "",
    limit: int = 50,
) -> Shelf:
    """Return locks on records of the forms that the actor may read, those that stand by default.

    `record` is an id, code or key and needs `form`. Raises Refused 403 or 404.
    """
    catalog = desk.catalogs.current()
    forms = [form] if form else [one for one in catalog.forms if _reads(catalog, actor, one)]
    if form:
        _readable(desk, actor, form)
    limit = max(1, min(limit, MOST))
    with desk.store.reading() as unit:
        found = unit.locks.page(
            forms,
            record=_id_of(unit, catalog, actor, catalog.forms[form], record)
            if form and record
            else "",
            act=act,
            ended=ended,
            before=before,
            limit=limit + 1,
        )
        items = tuple(_shown(unit, catalog, actor, found[:limit]))
    return Shelf(items, found[limit - 1].id if len(found) > limit else None)


def lift(desk: Desk, actor: Actor, origin: Origin, lock_id: str, reason: str) -> Lock:
    """End a lock by hand; it comes back only once its rule has been false in between.

    Raises Refused: 403 without the right to lift locks of that act, 404 unknown, 409 ended
    already, 422 no reason.
    """
    _check_reason(reason)
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        lock = unit.locks.get(lock_id) if is_ulid(lock_id) else None
        if lock is None or not _reaches(unit, catalog, actor, lock):
            raise Refused.one(
                "unknown_lock", Text("没有这条锁定。", "There is no such lock."), status=404
            )
        catalog.access.require(actor, LIFT + lock.act, lock.form)
        unit.locks.hold(lock.record)
        at = clock.now()
        if not unit.locks.end(lock.id, actor.id, reason, at):
            raise Refused.one(
                "lock_ended",
                Text("这条锁定已经解除。", "This lock has ended already."),
                status=409,
            )
        told = event(
            unit, catalog, actor, origin, "unlocked", lock, at,
            reason=reason, more={"by_itself": False},
        )  # fmt: skip
        unit.journal.append(told)
        ended = unit.locks.get(lock.id)
    assert ended is not None
    return ended


def put(
    unit: Unit,
    catalog: Catalog,
    actor: Actor,
    origin: Origin,
    *,
    form: str,
    record: str,
    act: str,
    rule: str,
    reason: Text,
) -> Lock | None:
    """Close an act on a stored record inside an open transaction, and tell its journal.

    `record` is an id, `rule` what will end it. Returns None where that rule's lock stands already.
    """
    unit.locks.hold(record)
    for lock in unit.locks.of_records((record,)):
        if (lock.act, lock.rule, lock.cause) == (act, rule, ""):
            return None
    lock = unit.locks.add(Lock("", form, record, act, rule, "", reason, actor.id, clock.now()))
    said = {"say": {"zh": reason.zh, "en": reason.en}}
    unit.journal.append(event(unit, catalog, actor, origin, "locked", lock, lock.since, more=said))
    return lock


def release(
    unit: Unit, catalog: Catalog, actor: Actor, origin: Origin, rule: str, record: str = ""
) -> int:
    """End what a rule (`ruleset.rule`) locks, on one record or on all, since it holds no longer.

    For rules that leave the catalog, are switched off, or are judged elsewhere than at the door.
    Returns how many locks ended.
    """
    ended = 0
    for lock in unit.locks.of_rule(rule):
        if record and lock.record != record:
            continue
        unit.locks.hold(lock.record)
        at = clock.now()
        if unit.locks.end(lock.id, "", "", at):
            more = {"by_itself": True}
            unit.journal.append(
                event(unit, catalog, actor, origin, "unlocked", lock, at, more=more)
            )
            ended += 1
    return ended


def follow(
    unit: Unit,
    actor: Actor,
    origin: Origin,
    catalog: Catalog,
    before: Iterable[Package],
    after: Iterable[Package],
) -> None:
    """End what rules locked that lock nothing any more, or something else, once `after` stands.

    The same rule may stand at several steps of a form (`stock_create.low`, `stock_change.low`):
    as long as one of them still locks the same, the next verdict has the say.
    """
    now = {(rule.partition(".")[2], lock) for rule, lock in _locking(after)}
    for rule, lock in _locking(before):
        if (rule.partition(".")[2], lock) not in now:
            release(unit, catalog, actor, origin, rule)


def _locking(packages: Iterable[Package]) -> Iterator[tuple[str, LockOf]]:
    for package in packages:
        for ruleset in package.rulesets:
            for rule in (*ruleset.hard, *ruleset.soft):
                if rule.lock is not None:
                    yield f"{ruleset.id}.{rule.id}", rule.lock


def _check_reason(reason: str) -> None:
    if not reason.strip():
        say = Text("请写明解锁原因。", "Lifting a lock needs a reason.")
        raise Refused((Problem("reason_required", say, Place("reason")),))
    if len(reason) > MAX_REASON:
        long = Text("原因最多 {n} 个字。", "A reason has at most {n} characters.")
        raise Refused((Problem("too_long", long.fill(n=MAX_REASON), Place("reason")),))


def _of_record(
    desk: Desk, actor: Actor, form: str, record: str, *, ended: bool
) -> tuple[Shown, ...]:
    model = _readable(desk, actor, form)
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        found = unit.locks.of_records((_id_of(unit, catalog, actor, model, record),), ended=ended)
        return tuple(_shown(unit, catalog, actor, found))


def _reads(catalog: Catalog, actor: Actor, form: str) -> bool:
    return catalog.access.may(actor, "read", form)


def _readable(desk: Desk, actor: Actor, form: str) -> FormModel:
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, "read", form)
    return model


def _reaches(unit: Unit, catalog: Catalog, actor: Actor, lock: Lock) -> bool:
    """Return whether the actor reads the record of a lock."""
    model = catalog.forms.get(lock.form)
    if model is None or not _reads(catalog, actor, lock.form):
        return False
    reach = catalog.access.scope(actor, lock.form)
    return lock.record in seen_of(unit, model, reach, (lock.record,))


def _id_of(unit: Unit, catalog: Catalog, actor: Actor, model: FormModel, word: str) -> str:
    found = unit.records.get(model.tables, word)
    reach = catalog.access.scope(actor, model.form.id)
    seen = None
    if found is not None:
        seen = seen_of(unit, model, reach, (found.id,)).get(found.id)
    if found is None or seen is None or not known_as(model, found, word, seen):
        raise no_such_record(model, word)
    return found.id


def _shown(unit: Unit, catalog: Catalog, actor: Actor, found: tuple[Lock, ...]) -> Iterator[Shown]:
    by_form: dict[str, list[str]] = {}
    for lock in found:
        by_form.setdefault(lock.form, []).append(lock.record)
    refs: dict[str, Ref] = {}
    seen: dict[str, Unseen] = {}
    for form, ids in by_form.items():
        model = catalog.forms.get(form)
        if model is not None:
            seen |= seen_of(unit, model, catalog.access.scope(actor, form), ids)
            hits = unit.records.resolve(model.tables, ids)
            refs |= {
                id_: _face(model, hit.ref, seen.get(id_, ALL_SEEN)) for id_, hit in hits.items()
            }
    for lock in found:
        if lock.record in seen:
            may = lock.stands and catalog.access.may(actor, LIFT + lock.act, lock.form)
            ref = refs.get(lock.record, Ref(lock.record, lock.record))
            yield Shown(_veiled(lock) if seen[lock.record] else lock, ref, may)


def _face(model: FormModel, ref: Ref, unseen: Unseen) -> Ref:
    key = ref.id if str(model.tables.key.key) in unseen else ref.key
    return replace(ref, key=key, label="" if model.form.name in unseen else ref.label)


def _veiled(lock: Lock) -> Lock:
    """Return a lock without what its rule says: that may quote what its reader does not see."""
    return replace(lock, rule="", reason=_CLOSED, actor="", ended_by="", end_reason="")


_CLOSED = Text("已锁定。", "It is closed.")
