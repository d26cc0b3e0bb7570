"""News: whether what an open page watches has changed since it was made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from seamline.facts import Actor
from seamline.store import Place

from .desk import Desk
from .seeing import counted

MOST_EVENTS = 200  # looked at one by one; beyond that everything watched counts as changed
MOST_WATCHED = 20


@dataclass(frozen=True, slots=True)
class News:
    """Which of the watched things have changed, and the entry of the journal up to which."""

    cursor: int
    heard: tuple[str, ...]


def cursor(desk: Desk) -> int:
    """Return the number of the newest entry: a page reads it before it reads anything else."""
    with desk.store.reading() as unit:
        return unit.journal.head()[0]


def news(desk: Desk, actor: Actor, since: int, watched: Collection[str]) -> News:
    """Return what has changed since entry `since` of the things watched, as far as one may see.

    A thing is named `form:<form>`, `record:<form>:<id>`, `tracking:<code>`, `work` (any form one
    reads), `workspace` (switches, packages, accounts) or `notices` (one's own).
    """
    with desk.store.reading() as unit:
        now = unit.journal.head()[0]
        if now == since:
            return News(now, ())
        # A journal that has become shorter was put back from a backup: everything may differ.
        events = unit.journal.places_after(since, MOST_EVENTS + 1) if now > since else ()
        told = now < since or unit.notices.any_after(actor.id, since)
    names = list(dict.fromkeys(watched))[:MOST_WATCHED]
    if not events or len(events) > MOST_EVENTS:
        return News(now, tuple(names))
    heard = [
        name for name in names if (told if name == "notices" else _hears(desk, actor, name, events))
    ]
    return News(now, tuple(heard))


def _hears(desk: Desk, actor: Actor, name: str, events: Sequence[Place]) -> bool:
    if name == "workspace":
        return any(not event.form or "." in event.record for event in events)
    about = {(event.form, event.record) for event in events if event.form and _is(name, event)}
    return bool(about) and counted(desk, actor, about) > 0


def _is(name: str, event: Place) -> bool:
    """Return whether an event is about the thing watched."""
    kind, _, word = name.partition(":")
    if kind == "form":
        return event.form == word
    if kind == "record":
        return f"{event.form}:{event.record}" == word
    if kind == "tracking":
        return bool(word) and event.tracking == word
    return kind == "work"
