"""Drafts: a form that somebody has begun to fill waits for them, on whichever device.

A draft is no record: nothing judges it and nothing refers to it. Only its owner ever sees it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from seamline import clock
from seamline.facts import Actor
from seamline.forms import FormModel
from seamline.problems import Problem, Refused
from seamline.store import Unit
from seamline.store.drafts import Draft, Words
from seamline.store.ulid import is_ulid
from seamline.text import Text

from .desk import Desk
from .submitting.admit import form_named

KEPT_FOR = timedelta(days=30)  # after it was typed into last
MOST = 50  # of one person; beyond that the oldest of the form makes room
LONGEST = 2_000_000  # characters of one draft


@dataclass(frozen=True, slots=True)
class Change:
    """What a device has to say of a draft since it saw it saved `seen` times (0: never).

    `words` replace those of the same names, `gone` are the names that are no longer on the form;
    with `whole` nothing else is left of it.
    """

    id: str
    form: str
    step: str
    record: str = ""
    version: int = 0
    key: str = ""
    opened_at: datetime = field(default_factory=clock.now)
    seen: int = 0
    words: Words = field(default_factory=dict)
    gone: Collection[str] = ()
    whole: bool = False


def save(desk: Desk, actor: Actor, change: Change) -> Draft:
    """Keep what was typed; returns the draft as it stands now.

    Raises Refused: 400 no id, 403 the step is not allowed, 404 unknown form, 409 another device
    went on with it, 410 it was submitted or discarded meanwhile, 413 too long.
    """
    model = form_named(desk.catalogs.current(), change.form)
    desk.catalogs.current().access.require(actor, change.step, change.form)
    if not is_ulid(change.id):
        raise _refused(400, "draft_id", "草稿编号不对。", "That is no id of a draft.")
    shape = shape_of(model)

    def attempt(unit: Unit) -> Draft:
        return _saved(unit, actor, change, shape)

    return desk.store.together(attempt)


def _saved(unit: Unit, actor: Actor, change: Change, shape: Mapping[str, Sequence[str]]) -> Draft:
    before, at = unit.drafts.get(actor.id, change.id), clock.now()
    if before is None:
        if change.seen:
            say = "草稿已提交或已丢弃。", "The draft was submitted or discarded."
            raise _refused(410, "draft_gone", *say)
        words = _fitting(change.words)
        draft = Draft(
            change.id, actor.id, change.form, change.step, change.record, change.version,
            change.key, words, shape, 1, change.opened_at, at, at + KEPT_FOR,
        )  # fmt: skip
        _make_room(unit, draft)
        if not unit.drafts.add(draft):
            raise _refused(404, "unknown_draft", "没有这份草稿。", "There is no such draft.")
        return draft
    if before.saved != change.seen:
        raise _moved_on()
    gone = frozenset(change.gone)
    left = {} if change.whole else {n: w for n, w in before.words.items() if n not in gone}
    words = _fitting({**left, **change.words})
    draft = replace(
        before, words=words, shape=shape, saved=before.saved + 1, at=at, expires_at=at + KEPT_FOR
    )
    if not unit.drafts.put(draft):
        raise _moved_on()
    return draft


def _make_room(unit: Unit, draft: Draft) -> None:
    if unit.drafts.count(draft.person) >= MOST:
        oldest = unit.drafts.of(draft.person, draft.form, draft.step, draft.record)[-1:]
        for one in oldest:
            unit.drafts.take_away(draft.person, one.id)


def mine(desk: Desk, actor: Actor, form: str, step: str, record: str = "") -> tuple[Draft, ...]:
    """Return the person's own drafts of one form that have not expired, the newest first."""
    at = clock.now()
    with desk.store.reading() as unit:
        found = unit.drafts.of(actor.id, form, step, record)
    return tuple(draft for draft in found if draft.expires_at > at)


def newest(desk: Desk, actor: Actor, limit: int) -> tuple[Draft, ...]:
    """Return the drafts somebody typed into last, of steps that he may still take."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        found = unit.drafts.newest(actor.id, limit)
    return tuple(
        draft
        for draft in found
        if draft.expires_at > clock.now()
        and draft.form in catalog.forms
        and draft.step in catalog.forms[draft.form].steps
        and catalog.access.may(actor, draft.step, draft.form)
    )


def discard(desk: Desk, actor: Actor, draft: str) -> bool:
    """Remove one's own draft; returns whether there was one."""
    with desk.store.unit() as unit:
        return unit.drafts.take_away(actor.id, draft)


def expire(desk: Desk) -> int:
    """Remove every draft whose time is over; returns how many."""
    with desk.store.unit() as unit:
        return unit.drafts.expire(clock.now())


def shape_of(model: FormModel) -> dict[str, list[str]]:
    """Return of each field that people fill its kind and its labels, by its path."""
    return {
        path: [one.field.kind, one.field.label.zh, one.field.label.en]
        for path, one in model.fields.items()
        if one.kind.written
    }


def _fitting(words: Words) -> dict[str, list[str]]:
    if len(json.dumps(words, ensure_ascii=False)) > LONGEST:
        say = "草稿太长，没有保存。", "The draft is too long; it was not saved."
        raise _refused(413, "draft_too_long", *say)
    return {name: list(said) for name, said in words.items()}


def _moved_on() -> Refused:
    say = "这份草稿在另一台设备上又改过。", "Another device has gone on with this draft."
    hint = Text(
        "请先取用那边的内容，或另存为一份草稿。", "Take up that state, or keep yours as another."
    )
    return _refused(409, "draft_moved_on", *say, hint)


def _refused(status: int, code: str, zh: str, en: str, hint: Text | None = None) -> Refused:
    return Refused((Problem(code, Text(zh, en), hint=hint),), status)
