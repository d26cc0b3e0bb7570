"""What of a story stays out of sight: removed comments, and comments not meant for outsiders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from seamline.access import ADMINISTRATOR, Access
from seamline.facts import Actor, Event

COMMENTED = "commented"
REMOVED = "uncommented"
COMMENTS = frozenset({COMMENTED, REMOVED})


def veiled(
    access: Access, actor: Actor, events: Sequence[Event], *, narrowed: bool
) -> Sequence[Event]:
    """Return a story as the actor may see it; `events` must hold the newest of each record.

    The words of a removed comment are shown to administrators only. Somebody of another company,
    or from whom a part of the record is hidden (`narrowed`), sees the comments that name them,
    and their own: others may quote what they do not see.
    """
    if not any(event.kind in COMMENTS for event in events):
        return events
    return tuple(_seen(actor, events, narrowed or access.outside(actor)))


def _seen(actor: Actor, events: Sequence[Event], some: bool) -> Iterator[Event]:
    gone = {event.body.get("of") for event in events if event.kind == REMOVED}
    hidden = {
        event.seq
        for event in events
        if some and event.kind == COMMENTED and not _meant_for(actor, event)
    }
    for event in events:
        if event.seq in hidden or (event.kind == REMOVED and event.body.get("of") in hidden):
            continue
        if event.kind == COMMENTED and event.seq in gone and ADMINISTRATOR not in actor.roles:
            yield replace(event, body={"removed": True})
        else:
            yield event


def _meant_for(actor: Actor, event: Event) -> bool:
    named = event.body.get("mentions")
    return event.actor == actor.id or (isinstance(named, list) and actor.id in named)
