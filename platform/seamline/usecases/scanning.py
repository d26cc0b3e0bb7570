"""Scanning: what a code stands for, what a device carries, and what it tells was moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.facts import Actor, Finding, Origin, Record, Ref
from seamline.forms import FormModel
from seamline.metadata import Posting
from seamline.pages.labels import variants
from seamline.pages.scan import CODE, PLACE, Scan
from seamline.problems import Place, Problem, Refused
from seamline.store import Query
from seamline.text import Text

from . import look
from .desk import Desk
from .submit import Submission, Submitted, submit
from .submitting.admit import form_named

AT_ONCE = 100  # keys asked for in one condition
ROWS = 200  # records of one page


@dataclass(frozen=True, slots=True)
class Bench:
    """The forms behind a page to scan with: moves, what is moved, and the balances."""

    scan: Scan
    moves: FormModel
    items: FormModel
    balances: FormModel

    @property
    def posting(self) -> Posting:
        """What the moves do to the balances."""
        assert self.moves.form.posts is not None
        return self.moves.form.posts

    @property
    def places(self) -> tuple[str, ...]:
        """The fields that say where, beside what."""
        return tuple(one for one in self.posting.find.values() if one != self.scan.item)

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts offered, in their order."""
        return self.scan.acts or tuple(self.posting.acts)

    @property
    def taken(self) -> frozenset[str]:
        """The fields of a move that a device may fill."""
        scan = self.scan
        labels = [one for one in PLACE.findall(scan.label) if one != CODE]
        named = (self.posting.act, self.posting.amount, scan.item, scan.scanned, scan.moment)
        every = (*named, *self.places, *scan.ask, *labels, *scan.gs1.values())
        return frozenset(name for name in every if name)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be moved, with its balance at the place (None where there is none)."""

    record: Record
    balance: Record | None


@dataclass(frozen=True, slots=True)
class Carried:
    """What a device takes along; `total` counts all items there are."""

    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one move; `problems` say why it was refused, `findings` why it is held."""

    done: Submitted | None
    problems: tuple[Problem, ...] = ()
    status: int = 200
    findings: tuple[Finding, ...] = ()


def bench(catalog: Catalog, scan: Scan) -> Bench:
    """Return the forms behind a page."""
    moves = form_named(catalog, scan.moves)
    assert moves.form.posts is not None
    items = str(moves.fields[scan.item].field.settings["to"])
    return Bench(scan, moves, form_named(catalog, items), form_named(catalog, moves.form.posts.to))


def called(
    desk: Desk, actor: Actor, at: Bench, code: str, where: Mapping[str, str]
) -> tuple[Item, ...]:
    """Return the items that a code stands for, each with its balance: none, one or several."""
    if not code:
        return ()
    words = list(variants(code))
    any_ = [{"in": [{"var": name}, words]} for name in at.scan.codes]
    form = at.items.form.id
    query = Query(where=parse({"or": any_}, at.items.scope), limit=AT_ONCE)
    return tuple(_with_balances(desk, actor, at, look.page(desk, actor, form, query).rows, where))


def carried(desk: Desk, actor: Actor, at: Bench, where: Mapping[str, str]) -> Carried:
    """Return what a device at a place takes along: what lies there first, then the other items."""
    form, most = at.items.form.id, at.scan.carry
    here = list(_every(desk, actor, at.balances, _placed(at, where), most))
    keys = [ref.key for one in here if (ref := _item_of(at, one)) is not None]
    found: dict[str, Record] = {}
    for start in range(0, len(keys), AT_ONCE):
        asked = {"in": [{"var": _key(at.items)}, keys[start : start + AT_ONCE]]}
        for record in _every(desk, actor, at.items, asked, most):
            found[record.id] = record
    if len(found) < most:
        for record in _every(desk, actor, at.items, None, most):
            if len(found) >= most:
                break
            found.setdefault(record.id, record)
    total = look.page(desk, actor, form, Query(limit=1, total=True, fields=())).total or 0
    balances = {ref.id: one for one in here if (ref := _item_of(at, one)) is not None}
    return Carried(
        tuple(Item(one, balances.get(one.id)) for one in found.values()), max(total, len(found))
    )


def take(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    at: Bench,
    values: Mapping[str, Any],
    key: str = "",
    *,
    late: bool = False,
) -> Taken:
    """Submit one move as the device tells it; what it may not fill is refused.

    A word that is no key of an item is looked for among its codes. Raises Refused 503 where the
    database stayed busy: nothing was done, and it is to be told again.
    """
    strange = sorted(set(values) - at.taken)
    if strange:
        say = Text(f"设备不能填“{strange[0][:60]}”。", f"A device cannot fill '{strange[0][:60]}'.")
        return Taken(None, (Problem("not_of_the_page", say, Place(strange[0][:60])),), 400)
    item = values.get(at.scan.item)
    given = dict(values)
    if isinstance(item, str) and item:
        given[at.scan.item] = _meant(desk, actor, at, item)
    asked = Submission(at.moves.form.id, "create", given, idempotency_key=key, late=late)
    try:
        done = submit(desk, actor, origin, asked)
    except Refused as refused:
        if refused.status == 503:
            raise
        return Taken(None, refused.problems, refused.status)
    found = done.decision.spoken if done.decision is not None else ()
    return Taken(done, findings=tuple(one for one in found if one.result == "true"))


def _meant(desk: Desk, actor: Actor, at: Bench, word: str) -> str:
    """Return the key of the one item that a word stands for, else the word."""
    own = _key(at.items)
    asked = Query(where=parse({"==": [{"var": own}, word]}, at.items.scope), limit=1)
    if look.page(desk, actor, at.items.form.id, asked).rows:
        return word
    found = called(desk, actor, at, word, {})
    return _called(at.items, found[0].record) if len(found) == 1 else word


def _called(model: FormModel, record: Record) -> str:
    key = _key(model)
    return record.code if key == "_code" else str(record.values.get(key) or record.code)


def _key(model: FormModel) -> str:
    return str(model.tables.key.key)


def _item_of(at: Bench, balance: Record) -> Ref | None:
    for theirs, ours in at.posting.find.items():
        if ours == at.scan.item:
            value = balance.values.get(theirs)
            return value if isinstance(value, Ref) else None
    return None


def _placed(at: Bench, where: Mapping[str, str]) -> Any:
    """Return the condition of the balances at a place."""
    parts = [
        {"==": [{"var": theirs}, where[ours]]}
        for theirs, ours in at.posting.find.items()
        if ours in where
    ]
    return {"and": parts} if len(parts) > 1 else parts[0] if parts else None


def _with_balances(
    desk: Desk, actor: Actor, at: Bench, found: Sequence[Record], where: Mapping[str, str]
) -> Iterator[Item]:
    placed = _placed(at, where)
    own = next(theirs for theirs, ours in at.posting.find.items() if ours == at.scan.item)
    for record in found:
        balance = None
        if set(at.places) <= set(where):
            same = {"==": [{"var": own}, _called(at.items, record)]}
            asked = {"and": [same, placed]} if placed is not None else same
            rows = [*_every(desk, actor, at.balances, asked, 2)]
            balance = rows[0] if len(rows) == 1 else None
        yield Item(record, balance)


def _every(desk: Desk, actor: Actor, model: FormModel, asked: Any, most: int) -> Iterator[Record]:
    """Yield up to `most` records of a form that the actor sees."""
    where = parse(asked, model.scope) if asked is not None else None
    cursor: str | None = None
    while most > 0:
        query = Query(where=where, limit=min(ROWS, most), cursor=cursor)
        page = look.page(desk, actor, model.form.id, query)
        yield from page.rows
        most -= len(page.rows)
        cursor = page.cursor
        if cursor is None:
            return
