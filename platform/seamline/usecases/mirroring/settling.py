"""Moves made here that the other system has posted meanwhile: they are in its balance from then on.

A figure that people see is the other system's balance plus the moves made here that it does not
know of yet. Its documents name the moves they are of; once one is read, the move leaves the sum.
Documents are read before and after the balances, until no new ones came in between: so a move is
never in both, nor in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seamline.catalog import Catalog
from seamline.connector import Change, Reads, pages
from seamline.facts import Record, Ref
from seamline.metadata import Connection, Form, Mirror, Posting
from seamline.store import Mirrored, Unit

from ..connections import mirror_actor
from ..submit import Submission, submit_in
from .taking import ORIGIN

LIMIT = 1_000
ROUNDS = 4
SETTLED = "_settled:"  # before the code of a move among the keys of what was taken over


@dataclass(frozen=True, slots=True)
class Documents:
    """The codes of moves that documents over there are of, and where their reading goes on."""

    codes: tuple[str, ...]
    cursors: dict[str, Any]

    def plus(self, later: Documents) -> Documents:
        """Return these documents and later ones."""
        return Documents((*self.codes, *later.codes), later.cursors)


def read_documents(connector: Reads, mirror: Mirror, cursors: Mapping[str, Any]) -> Documents:
    """Return which moves were posted since the cursors."""
    codes: list[str] = []
    reached: dict[str, Any] = {}
    for entity in mirror.settles.entities if mirror.settles else ():
        for page in pages(connector, entity, cursors.get(entity), LIMIT):
            codes += [_code(change, mirror) for change in page.changes]
            reached[entity] = page.cursor
    return Documents(tuple(dict.fromkeys(code for code in codes if code)), reached)


def _code(change: Change, mirror: Mirror) -> str:
    member = mirror.settles.member if mirror.settles else ""
    return str(change.values.get(member) or "").strip()


def postings(catalog: Catalog, mirror: Mirror) -> list[tuple[Form, Posting]]:
    """Return the forms whose records are moves of the mirrored balances."""
    found = []
    for model in catalog.forms.values():
        posting = model.form.posts
        if posting is not None and posting.to == mirror.form:
            found.append((model.form, posting))
    return found


def settle(
    unit: Unit, catalog: Catalog, connection: Connection, mirror: Mirror, codes: Sequence[str]
) -> int:
    """Take moves out of the sums of what is not posted; return how many, each of them once."""
    count = 0
    for form, posting in postings(catalog, mirror):
        tables = catalog.forms[form.id].tables
        for code in codes:
            move = unit.records.get(tables, code)
            if move is None or move.code != code or _done(unit, connection, mirror, code):
                continue
            count += _settle_one(unit, catalog, connection, mirror, posting, move)
    return count


def _done(unit: Unit, connection: Connection, mirror: Mirror, code: str) -> bool:
    key = SETTLED + code
    return key in unit.mirrors.taken(connection.id, f"{mirror.id}.settled", [key])


def _settle_one(
    unit: Unit,
    catalog: Catalog,
    connection: Connection,
    mirror: Mirror,
    posting: Posting,
    move: Record,
) -> int:
    effect = _effect(posting, move)
    balance = _balance(unit, catalog, mirror, posting, move)
    if effect is None or balance is None:
        return 0
    rest = Decimal(str(balance.values.get(posting.into) or 0)) - effect
    step = _step(catalog, mirror, posting.into)
    asked = Submission(
        mirror.form, step, {posting.into: f"{rest:f}"}, record=balance.id, mirror=connection.id,
        only_if_changed=True,
    )  # fmt: skip
    submit_in(unit, catalog, mirror_actor(connection), ORIGIN, asked)
    key = SETTLED + move.code
    taken = Mirrored(key, move.id, {"effect": f"{effect:f}"})
    unit.mirrors.take(connection.id, f"{mirror.id}.settled", [taken])
    return 1


def _effect(posting: Posting, move: Record) -> Decimal | None:
    """Return what a move did to its balance; None where it was never posted here."""
    before, after = move.values.get(posting.before), move.values.get(posting.after)
    if before is not None and after is not None:
        return Decimal(str(after)) - Decimal(str(before))
    return None


def _balance(
    unit: Unit, catalog: Catalog, mirror: Mirror, posting: Posting, move: Record
) -> Record | None:
    tables = catalog.forms[mirror.form].tables
    place: dict[str, Any] = {theirs: move.values.get(ours) for theirs, ours in posting.find.items()}
    if any(value is None or (isinstance(value, Ref) and not value.id) for value in place.values()):
        return None
    heads = [head for head in unit.records.equal(tables, place) if not head.archived]
    return unit.records.get(tables, heads[0].id, lock=True) if len(heads) == 1 else None


def _step(catalog: Catalog, mirror: Mirror, field: str) -> str:
    """Return the step that changes a field and as little else as can be."""
    steps = catalog.forms[mirror.form].steps.values()
    own = [
        step for step in steps
        if step.to is None and not step.from_states and step.reason != "required"
        and step.fields is not None and field in step.fields
    ]  # fmt: skip
    found = min(own, key=lambda step: len(step.fields or ()), default=None)
    return found.id if found else "change"
