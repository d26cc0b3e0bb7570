"""A record through time: how it stood at any moment, and who changed what, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seamline.facts import Actor, Event, Record
from seamline.forms import FormModel
from seamline.problems import Place, Problem, Refused, did_you_mean
from seamline.text import Text

from . import look
from .desk import Desk
from .submitting.takeover import TAKEN_OVER

FIRST_LOOK = 500  # entries read at first; ten times as many where the moment lies further back
MOST = 200  # changes in one answer


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the journal that changed the record: `pairs` is (before, after) by field.

    `by` is what a ledger's posting followed from: form, record, code, act, document of the move.
    """

    event: Event
    pairs: Mapping[str, tuple[Any, Any]]
    by: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stood:
    """A record as it stood at a moment; `values` is None where there was none yet.

    Values are JSON, as the journal keeps them. `change` is the one that had made it so.
    """

    record: Record
    moment: datetime
    values: Mapping[str, Any] | None
    change: Change | None


def stood(
    desk: Desk, actor: Actor, form: str, word: str, moment: datetime, field: str = ""
) -> Stood:
    """Return how a record stood at `moment`, and by whose act.

    With `field` the act is the last that changed that field. Raises Refused 403, 404, 422.
    """
    model = _known(desk, actor, form, field)
    record = look.record(desk, actor, form, word)
    values: dict[str, Any] = model.to_json(record.values)
    for event in _back_to(desk, actor, record, moment):
        change = _change(event)
        if event.at > moment:
            for name, (before, _) in change.pairs.items():
                values[name] = before
            if _begins(event):
                return Stood(record, moment, None, None)
        elif change.pairs and (not field or field in change.pairs):
            return Stood(record, moment, values, change)
    return Stood(record, moment, values, None)


def changes(
    desk: Desk,
    actor: Actor,
    form: str,
    word: str,
    *,
    field: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = MOST,
) -> tuple[Change, ...]:
    """Return what changed a record (or one field of it), newest first; raises Refused 403, 404."""
    _known(desk, actor, form, field)
    record = look.record(desk, actor, form, word)
    found = []
    for event in _back_to(desk, actor, record, since, limit if not (field or until) else 0):
        if since is not None and event.at < since:
            break
        change = _change(event)
        if not change.pairs or (field and field not in change.pairs):
            continue
        if until is None or event.at <= until:
            found.append(change)
        if len(found) >= min(limit, MOST):
            break
    return tuple(found)


def _known(desk: Desk, actor: Actor, form: str, field: str) -> FormModel:
    """Return the form as the actor sees it; raises Refused 422 for a field it does not have."""
    model = look.form(desk, actor, form)
    names = [one.id for one in model.form.fields]
    if field and field not in names:
        say = Text(f"没有字段“{field[:60]}”。", f"There is no field '{field[:60]}'.")
        problem = Problem("unknown_field", say, Place("field"), did_you_mean(field, names))
        raise Refused((problem,), 422)
    return model


def _back_to(
    desk: Desk, actor: Actor, record: Record, moment: datetime | None, enough: int = 0
) -> Iterator[Event]:
    """Yield the events of a record, newest first, at least until one is not after `moment`."""
    limit, seen = max(FIRST_LOOK, enough), 0
    while True:
        events = look.timeline(desk, actor, record.form, record.id, limit)
        yield from events[seen:]
        if len(events) < limit or (moment is not None and events[-1].at <= moment):
            return
        seen, limit = len(events), limit * 10


def _begins(event: Event) -> bool:
    """Whether a record came to be by an entry: made here, or taken over from elsewhere."""
    return event.kind == "created" or (event.kind == TAKEN_OVER and "values" in event.body)


def _change(event: Event) -> Change:
    changes, by = event.body.get("changes"), event.body.get("by")
    pairs: dict[str, tuple[Any, Any]] = {}
    if isinstance(changes, Mapping):
        pairs = {name: (pair[0], pair[1]) for name, pair in changes.items()}
    first = event.body.get("values")
    if _begins(event) and isinstance(first, Mapping):
        pairs = {
            name: (None, value) for name, value in first.items() if value not in (None, "", [])
        }
    return Change(event, pairs, by if isinstance(by, Mapping) else {})


def as_json(change: Change) -> dict[str, Any]:
    """Return a change as plain data: who, when, from where, why, and what from what."""
    event = change.event
    return {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "step": event.step,
        "actor": event.actor,
        "via": event.via,
        "seen": event.seen,
        "reported": event.reported,
        "reason": event.reason,
        "by": dict(change.by) or None,
        "changes": {name: list(pair) for name, pair in change.pairs.items()},
    }
