"""Photos that are proof: what is known of those of a record, a word for a live one."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from seamline import clock
from seamline.facts import Actor, Record
from seamline.problems import Refused
from seamline.store import Proof

from . import look
from .desk import Desk

_BYTES = 18


@dataclass(frozen=True, slots=True)
class Known:
    """One photo of a record; `like` are earlier ones it resembles, with their records, as far as
    the reader sees these. `others` counts those beyond reach."""

    proof: Proof
    like: tuple[tuple[Proof, Record], ...] = ()
    others: int = 0


def of_record(desk: Desk, actor: Actor, record: Record) -> tuple[Known, ...]:
    """Return what is known of the photos of a record, as its reader sees it, the newest first."""
    with desk.store.reading() as unit:
        proofs = [one for one in unit.proofs.of_record(record.id) if one.field not in record.unseen]
        ids = {like for one in proofs for like in one.facts.get("like", ())}
        earlier = {one.id: one for one in unit.proofs.some(sorted(ids))} if ids else {}
    within = dict(_within(desk, actor, earlier.values()))
    return tuple(_known(proof, earlier, within) for proof in reversed(proofs))


def _within(desk: Desk, actor: Actor, proofs: Collection[Proof]) -> Iterator[tuple[str, Record]]:
    """Yield the records of proofs that the reader sees, with the field that holds them."""
    for one in proofs:
        try:
            record = look.record(desk, actor, one.form, one.record)
        except Refused:
            continue
        if one.field not in record.unseen:
            yield one.id, record


def _known(proof: Proof, earlier: Mapping[str, Proof], within: Mapping[str, Record]) -> Known:
    named = [word for word in proof.facts.get("like", ()) if word in earlier]
    seen = tuple((earlier[word], within[word]) for word in named if word in within)
    return Known(proof, seen, len(named) - len(seen))


def promise(desk: Desk, actor: Actor, form: str, record: str) -> str:
    """Return a word that lets one picture of the page's own camera count as taken live.

    It is good for this person and record; `record` is empty for one that is being made. Raises
    Refused 403 or 404 as looking at the record does.
    """
    if record:
        record = look.record(desk, actor, form, record).id
    else:
        desk.catalogs.current().access.require(actor, "create", form)
    token = secrets.token_urlsafe(_BYTES)
    with desk.store.unit() as unit:
        unit.proofs.promise(token, actor.id, form, record, clock.now())
    return token
