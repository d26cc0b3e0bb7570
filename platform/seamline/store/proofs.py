"""Photos that are proof: their facts, and every earlier one that a new one may be a copy of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from seamline.proofs.likeness import bands, distance, probes, written

from . import plain
from .proof_tables import PROOF_HASHES, PROOF_TOKENS, PROOFS

LIVE_FOR = timedelta(hours=12)  # as long as a session: the page may lie open


@dataclass(frozen=True, slots=True)
class Proof:
    """One photo: who sent it, when, with which device, from where the server saw it come.

    `sha256` names the marked picture, `original` the bytes that were sent. `facts` hold the rest:
    place, time of taking, camera, signs that speak against it, proofs it looks like.
    """

    id: str
    form: str
    record: str
    field: str
    step: str
    at: datetime
    actor: str
    device: str
    seen: str
    reported: str
    sha256: str
    original: str
    facts: Mapping[str, Any]

    @property
    def signs(self) -> tuple[str, ...]:
        """Return what speaks against it."""
        return tuple(self.facts.get("signs", ()))


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier proof that a picture looks like; `whole` bits differ between the two wholes."""

    proof: str
    whole: int
    nearest: int


_FIELDS = tuple(Proof.__dataclass_fields__)
_SELECT = select(*(PROOFS.c[name] for name in _FIELDS))


class Proofs:
    """The proofs, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proof: Proof, hashes: Sequence[int]) -> None:
        """Keep a proof, to be found by its hashes (the whole picture's first)."""
        row = {name: getattr(proof, name) for name in _FIELDS} | {"facts": plain.dump(proof.facts)}
        self._connection.execute(insert(PROOFS), row)
        rows = [
            {"proof": proof.id, "cut": cut, "hash": written(value)}
            | {f"near{place}": band for place, band in enumerate(bands(value))}
            for cut, value in enumerate(hashes)
        ]
        self._connection.execute(insert(PROOF_HASHES), rows)

    def of_record(self, record: str) -> tuple[Proof, ...]:
        """Return the proofs of a record, the oldest first."""
        wanted = _SELECT.where(PROOFS.c.record == record).order_by(PROOFS.c.at, PROOFS.c.id)
        return tuple(_proof(row) for row in self._connection.execute(wanted).mappings())

    def some(self, ids: Collection[str]) -> tuple[Proof, ...]:
        """Return the proofs of these ids that there are."""
        wanted = _SELECT.where(PROOFS.c.id.in_(ids)).order_by(PROOFS.c.at)
        return tuple(_proof(row) for row in self._connection.execute(wanted).mappings())

    def used(self, sha256: str) -> str:
        """Return the proof that these very bytes were sent for or made of; empty for none."""
        same = or_(PROOFS.c.original == sha256, PROOFS.c.sha256 == sha256)
        found = self._connection.execute(select(PROOFS.c.id).where(same).limit(1)).scalar()
        return str(found or "")

    def alike(self, hashes: Sequence[int], most: int) -> list[Likeness]:
        """Return the proofs within `most` bits of one of `hashes`, the nearest first.

        The first of `hashes` is the whole picture's, the last its mirror image's.
        """
        near = [PROOF_HASHES.c[f"near{at}"].in_(words) for at, words in enumerate(probes(hashes))]
        wanted = select(PROOF_HASHES.c.proof, PROOF_HASHES.c.cut, PROOF_HASHES.c.hash)
        found: dict[str, tuple[int, int]] = {}
        for proof, cut, word in self._connection.execute(wanted.where(or_(*near))):
            stored = int(word, 16)
            nearest = min(distance(stored, asked) for asked in hashes)
            if nearest > most:
                continue
            wholes = (distance(stored, asked) for asked in (hashes[0], hashes[-1]))
            whole = min(wholes) if cut == 0 else most + 1
            before = found.get(proof, (most + 1, most + 1))
            found[proof] = (min(before[0], whole), min(before[1], nearest))
        likenesses = (Likeness(proof, *bits) for proof, bits in found.items())
        return sorted(likenesses, key=lambda one: (one.nearest, one.proof))

    def promise(self, token: str, actor: str, form: str, record: str, at: datetime) -> None:
        """Remember a word that lets one picture of a page's own camera count as live."""
        self._connection.execute(delete(PROOF_TOKENS).where(PROOF_TOKENS.c.at < at - LIVE_FOR))
        row = {"token": _digest(token), "actor": actor, "form": form, "record": record, "at": at}
        self._connection.execute(insert(PROOF_TOKENS), row)

    def promised(self, token: str, actor: str, form: str, record: str, at: datetime) -> bool:
        """Return whether such a word is good: not spent yet, for this person and record."""
        wanted = select(PROOF_TOKENS.c.token).where(*_good(token, actor, form, record, at))
        return self._connection.execute(wanted).first() is not None

    def spend(self, token: str, actor: str, form: str, record: str, at: datetime) -> bool:
        """Take such a word back; return whether it was still good."""
        spent = delete(PROOF_TOKENS).where(*_good(token, actor, form, record, at))
        return self._connection.execute(spent).rowcount == 1


def _good(
    token: str, actor: str, form: str, record: str, at: datetime
) -> tuple[ColumnElement[bool], ...]:
    tokens = PROOF_TOKENS.c
    return (
        tokens.token == _digest(token),
        tokens.actor == actor,
        tokens.form == form,
        tokens.record == record,
        tokens.at >= at - LIVE_FOR,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _proof(row: Any) -> Proof:
    return Proof(**{**row, "facts": plain.load(row["facts"])})
