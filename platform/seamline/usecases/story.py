"""The story of a tracking code: everything that happened to all its records, as one reader sees it.

Exported, it proves itself offline: `seamline verify` recomputes the chain from its first entry to
the journal's head, the entries that are not shown by their digests.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event
from seamline.problems import Refused, shorten
from seamline.store import Cover, RecordHead, Unit, write_story
from seamline.store.chain import START
from seamline.text import Text

from . import look
from .desk import Desk
from .review import REVIEWING
from .veiling import COMMENTS

MOST_EVENTS = 2_000  # of one record
UPSTREAM = "upstream_revised"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One entry of a story with what belongs to it: its verdict, what it changed downstream."""

    event: Event
    head: RecordHead
    decision: Decision | None = None
    reached: tuple[Reached, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """A later record that a revision reached, and what was done there first since; None: nothing.

    `told` is the entry by which it heard.
    """

    head: RecordHead
    told: Event
    answered: Event | None


@dataclass(frozen=True, slots=True)
class Story:
    """The records of a tracking code and what happened to them, oldest first."""

    tracking: str
    heads: tuple[RecordHead, ...]
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a story: kinds of entries, one form, one person, a span of time."""

    kind: str = ""
    form: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


KINDS: Mapping[str, Text] = {
    "steps": Text("步骤", "Steps"),
    "revisions": Text("修订", "Revisions"),
    "rules": Text("规则与复核", "Rules and reviews"),
    "comments": Text("评论", "Comments"),
}
_STEPS = frozenset({"created", "changed", "stepped", "archived", "restored", "posted"})
_RULES = frozenset({"refused", "dismissed", "locked", "unlocked", "matched", "unmatched"})


def story(desk: Desk, actor: Actor, tracking: str) -> Story:
    """Return the story of a tracking code as the actor may see it; raises Refused 404."""
    heads = look.tracked(desk, actor, tracking)
    if not heads:
        word = shorten(tracking)
        raise Refused.one(
            "unknown_tracking",
            Text(f"没有追踪码“{word}”。", f"There is no tracking code '{word}'."),
            status=404,
        )
    told = [(head, look.told(desk, actor, head.form, head.id, MOST_EVENTS)) for head in heads]
    entries = [(event, head, one.decisions) for head, one in told for event in one.events]
    entries.sort(key=lambda entry: entry[0].seq)
    reached = _reached([(event, head) for event, head, _ in entries])
    chapters = [
        Chapter(event, head, decisions.get(event.decision), reached.get(event.seq, ()))
        for event, head, decisions in entries
        if event.kind != UPSTREAM or event.seq not in {r.told.seq for r in _all(reached)}
    ]
    return Story(tracking, tuple(heads), tuple(chapters))


def _all(reached: Mapping[int, tuple[Reached, ...]]) -> list[Reached]:
    return [one for some in reached.values() for one in some]


def _reached(entries: list[tuple[Event, RecordHead]]) -> dict[int, tuple[Reached, ...]]:
    """Return which records each revision reached, by the number of the revising entry.

    The entry by which a record hears of a revision follows it directly, naming step and revision.
    """
    found: dict[int, list[Reached]] = {}
    revising: Event | None = None
    for place, (event, head) in enumerate(entries):
        if event.kind != UPSTREAM:
            if event.kind in _STEPS and "revision" in event.body:
                revising = event
            continue
        if revising is None or event.body.get("step") != revising.step:
            continue
        later = (e for e, h in entries[place + 1 :] if h.id == head.id and e.kind in _STEPS)
        found.setdefault(revising.seq, []).append(Reached(head, event, next(later, None)))
    return {seq: tuple(some) for seq, some in found.items()}


def chosen(catalog: Catalog, whole: Story, wanted: Wanted) -> Story:
    """Return the part of a story that is asked for."""
    kept = tuple(one for one in whole.chapters if _is(catalog, one, wanted))
    return replace(whole, chapters=kept)


def _is(catalog: Catalog, one: Chapter, wanted: Wanted) -> bool:
    event = one.event
    return (
        (not wanted.kind or kind_of(catalog, event) == wanted.kind)
        and (not wanted.form or event.form == wanted.form)
        and (not wanted.person or event.actor == wanted.person)
        and (wanted.since is None or event.at >= wanted.since)
        and (wanted.until is None or event.at < wanted.until)
    )


def kind_of(catalog: Catalog, event: Event) -> str:
    """Return which of `KINDS` an entry is of; empty for none."""
    if event.kind in COMMENTS:
        return "comments"
    if event.kind in REVIEWING or event.kind in _RULES:
        return "rules"
    if event.kind == UPSTREAM or (event.kind in _STEPS and _revises(catalog, event)):
        return "revisions"
    return "steps" if event.kind in _STEPS else ""


def _revises(catalog: Catalog, event: Event) -> bool:
    model = catalog.forms.get(event.form)
    step = model.steps.get(event.step.partition(".")[2]) if model is not None else None
    return step is not None and step.revises


def export(desk: Desk, actor: Actor, out: IO[str], whole: Story, wanted: Wanted) -> Cover:
    """Write the part of a story that is asked for, as a file that proves itself.

    Only entries that the actor sees whole and may export are shown; the others of the tracking
    code are listed by number. Raises Refused: 403 where nothing may be exported, 409 for entries
    from before parts could be proven.
    """
    shown = provable(desk, actor, whole, wanted)
    with desk.store.reading() as unit:
        return write(unit, actor, out, whole.tracking, shown)


def provable(desk: Desk, actor: Actor, whole: Story, wanted: Wanted) -> set[int]:
    """Return the numbers of the entries that the actor sees whole and may export."""
    catalog = desk.catalogs.current()
    may = {head.form: catalog.access.may(actor, "export", head.form) for head in whole.heads}
    if not any(may.values()):
        catalog.access.require(actor, "export", whole.heads[0].form)
    part = chosen(catalog, whole, wanted).chapters
    told = [(one.event, one.decision) for one in part if may[one.head.form]]
    told += [(r.told, None) for one in part for r in one.reached if may[r.head.form]]
    with desk.store.reading() as unit:
        return {event.seq for event, decision in told if _whole(unit, event, decision)}


def write(unit: Unit, actor: Actor, out: IO[str], tracking: str, shown: Collection[int]) -> Cover:
    """Write some entries under a tracking code (empty: of a record that has none) as a proof."""
    last, head = unit.journal.head()
    first = min(shown, default=last + 1)
    before = unit.journal.at(first - 1)
    cover = Cover(
        tracking=tracking,
        made_at=clock.now().isoformat(),
        made_by=actor.id,
        after=first - 1,
        anchor=before.hash if before is not None else START,
        last=last,
        head=head,
        shown=tuple(sorted(shown)),
        withheld=tuple(sorted({*unit.journal.numbers_of(tracking)} - {*shown})),
    )
    write_story(out, cover, unit.journal.told(shown))
    return cover


def _whole(unit: Unit, event: Event, decision: Decision | None) -> bool:
    """Return whether an entry, as its reader sees it, is all that is kept: only that is proven."""
    if event != unit.journal.at(event.seq):
        return False
    return not event.decision or decision == unit.decisions.get(event.decision)
