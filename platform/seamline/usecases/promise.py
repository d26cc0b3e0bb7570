"""Asking what could be promised, without taking anything, and how promises stand now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from seamline import clock
from seamline.facts import Actor, Origin, Record, Ref, Row
from seamline.fields.promised import unpacked
from seamline.problems import Problems, Refused, did_you_mean, shorten
from seamline.promising import (
    LEAD,
    Lines,
    Part,
    Pool,
    Promised,
    Source,
)
from seamline.promising.available import STOCK, Standing
from seamline.promising.needs import Need, need_of, rows_of, told_by
from seamline.promising.pool import MOST_QTY
from seamline.promising.words import reason
from seamline.store import KeptPart, Unit
from seamline.text import Text

from . import look
from .desk import Desk
from .promising.ages import aged, rests_on
from .promising.assumes import assumes
from .promising.filling import fill
from .promising.names import names_of, sees_lines, sees_stock
from .promising.shelves import Shelves
from .submitting.admit import admit
from .submitting.case import Submission
from .submitting.promising import promise
from .submitting.values import complete

__all__ = [
    "Answer",
    "Asked",
    "Quote",
    "Stands",
    "ask",
    "fill",
    "quote",
    "stands",
    "stands_of",
    "told",
]
State = Literal["kept", "lead", "late", "short"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one line could be promised: `place` counts the lines of `table` as they were given.

    `day` is None where the whole amount cannot be had; the parts of `promised` say what can. A
    line that is not `fresh` keeps what it was promised. `pool` is the promise it is made from.
    """

    table: str
    place: int
    row: str
    item: Ref | None
    wanted: date | None
    day: date | None
    promised: Promised
    why: Text
    fresh: bool
    pool: str = ""

    @property
    def late(self) -> int:
        """How many days after the day wanted it would be; 0 where in time or not known."""
        if self.day is None or self.wanted is None:
            return 0
        return max((self.day - self.wanted).days, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What lines could be promised, and in words what that assumes."""

    lines: tuple[Asked, ...]
    assumes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """How the promise of one line stands now.

    `stock` and `free` are what is on the shelf and what nobody has been promised of it, None where
    the reader may not see it; `as_of` is how old that figure is. `late` names arrivals that are
    overdue and not counted.
    """

    table: str
    row: str
    item: Ref | None
    qty: Decimal
    wanted: date | None
    day: date | None
    parts: tuple[tuple[Part, Standing], ...]
    stock: Decimal | None = None
    free: Decimal | None = None
    as_of: datetime | None = None
    late: tuple[str, ...] = ()

    @property
    def lacking(self) -> Decimal:
        """How much of it no supply covers, beside what was promised by the lead time."""
        return sum(
            (how.lacking for part, how in self.parts if part.source.kind != LEAD), Decimal(0)
        )

    @property
    def expected(self) -> date | None:
        """The day on which all of it will be there by now; None where something is lacking."""
        if self.lacking:
            return None
        days = [day for _, how in self.parts for day in (how.day, *(late for late, _ in how.late))]
        return max(days)

    @property
    def state(self) -> State:
        """`kept` as promised, `late`, `short` of supply, or `lead`: not yet on its way."""
        expected = self.expected
        if expected is None:
            return "short"
        if expected > (self.day or max(how.day for _, how in self.parts)):
            return "late"
        return "lead" if any(how.lacking for _, how in self.parts) else "kept"


def ask(
    desk: Desk,
    actor: Actor,
    form: str,
    values: Mapping[str, Any],
    *,
    step: str = "create",
    record: str = "",
) -> Answer:
    """Return what the lines of a record could be promised now, as far as it is filled in.

    Nothing is written and nothing taken. Raises Refused as the step would: 403, 404, 409.
    """
    catalog = desk.catalogs.current()
    found: list[Asked] = []
    pools: dict[str, Pool] = {}
    with desk.store.reading() as unit:
        case = admit(unit, catalog, actor, Origin("form"), Submission(form, step, values, record))
        complete(case)
        case.problems = Problems()  # what is wrong is said when it is submitted
        kept = unit.promises.of_record(case.before.id) if case.before is not None else ()
        for taking in promise(case):
            line = taking.lines.model.line
            if taking.lines.model.place in case.unseen:
                continue
            if not sees_lines(desk, actor, form, line.table, line.into):
                continue
            pools[taking.lines.pool.id] = taking.lines.pool
            for place, row in enumerate(taking.rows):
                need = need_of(line, row, case.values)
                if need is not None:
                    fresh = taking.fresh.get(place)
                    found.append(_asked(taking.lines, place, row, need, fresh, kept))
    names = names_of(desk, actor, [p.source for one in found for p in one.promised.parts])
    lines = tuple(replace(one, why=_why(desk, one, names, pools)) for one in found)
    ages = (text for pool in pools.values() for text in rests_on(desk, pool))
    return Answer(lines, (*(assumes(pool, catalog) for pool in pools.values()), *ages))


def _asked(
    lines: Lines,
    place: int,
    row: Row,
    need: Need,
    fresh: tuple[Need, Promised] | None,
    kept: Sequence[KeptPart],
) -> Asked:
    line = lines.model.line
    item = row.values.get(line.item)
    told, why = told_by(line, row)
    promised = Promised(tuple(_part(one) for one in kept if one.line == row.id))
    return Asked(
        table=line.table,
        place=place,
        row=row.id,
        item=item if isinstance(item, Ref) else None,
        wanted=need.wanted,
        day=told if isinstance(told, date) else None,
        promised=promised if fresh is None else fresh[1],
        why=unpacked(why) if why else Text.same(""),
        fresh=fresh is not None,
        pool=lines.pool.id,
    )


def _why(desk: Desk, one: Asked, names: Mapping[str, str], pools: Mapping[str, Pool]) -> Text:
    """Return the reason with the names of what arrives, as far as they may be told, and how old
    the stock is that it counts on."""
    if not one.promised.parts:
        return one.why
    why = told(desk, one.promised, names)
    if not one.fresh or all(part.source.kind != STOCK for part in one.promised.parts):
        return why
    return aged(desk, why, pools[one.pool])


def told(desk: Desk, promised: Promised, names: Mapping[str, str]) -> Text:
    """Return a reason in words; `names` are those of the arriving records that may be named."""
    forms = desk.catalogs.current().forms
    return reason(
        promised,
        lambda form: forms[form].form.title,
        lambda part: names.get(part.source.record, ""),
    )


def _part(kept: KeptPart) -> Part:
    source = Source(kept.source, kept.source_form, kept.source_record, kept.source_code)
    return Part(kept.day, kept.qty, source)


def stands(desk: Desk, actor: Actor, form: str, word: str) -> tuple[Stands, ...]:
    """Return how the promises of a record's lines stand now; raises Refused 403 or 404.

    Lines that take nothing (the record is over, or nothing was promised) are left out.
    """
    return stands_of(desk, actor, look.record(desk, actor, form, word))


def stands_of(
    desk: Desk, actor: Actor, record: Record, only: Collection[str] | None = None
) -> tuple[Stands, ...]:
    """Return the same of a record that the actor has been shown, of `only` some of its rows."""
    found: list[Stands] = []
    for lines in desk.catalogs.current().promised.get(record.form, ()):
        line = lines.model.line
        if lines.model.place in record.unseen:
            continue
        if not sees_lines(desk, actor, record.form, line.table, line.into):
            continue
        rows = {
            row.id: row
            for row in rows_of(line, record.values, record.id)
            if only is None or row.id in only
        }
        with desk.store.reading() as unit:
            parts = unit.promises.of_record(record.id, only)
            kept = [one for one in parts if one.line in rows]
            if kept:
                found += _standing(desk, actor, unit, lines, record, rows, kept)
    return tuple(found)


def _standing(
    desk: Desk,
    actor: Actor,
    unit: Unit,
    lines: Lines,
    record: Record,
    rows: Mapping[str, Row],
    kept: Sequence[KeptPart],
) -> Iterator[Stands]:
    today = clock.today(desk.catalogs.current().zone)
    items = {one.item for one in kept}
    shelves = Shelves(unit, lines.pool, items, today)
    sees = sees_stock(desk, actor, lines.pool)
    named = names_of(desk, actor, [one.source for item in items for one in shelves.late(item)])
    late = {
        item: tuple(sorted({named.get(one.source.record, "") for one in shelves.late(item)} - {""}))
        for item in items
    }
    parts: dict[str, list[KeptPart]] = {}
    for one in kept:
        parts.setdefault(one.line, []).append(one)
    for row in rows.values():
        own = parts.get(row.id)
        if own is None:
            continue
        item = own[0].item
        ref = row.values.get(lines.model.line.item)
        told_day, _ = told_by(lines.model.line, row)
        need = need_of(lines.model.line, row, record.values)
        yield Stands(
            table=lines.model.line.table,
            row=row.id,
            item=ref if isinstance(ref, Ref) else None,
            qty=sum((one.qty for one in own), Decimal(0)),
            wanted=need.wanted if need is not None else None,
            day=told_day if isinstance(told_day, date) else max(one.day for one in own),
            parts=tuple((_part(one), shelves.how(one)) for one in own),
            stock=shelves.stock(item) if sees else None,
            free=shelves.free(item) if sees else None,
            as_of=shelves.as_of(item) if sees else None,
            late=late[item],
        )


@dataclass(frozen=True, slots=True)
class Quote:
    """What one amount of one item could be promised, and what there is of it."""

    item: Ref
    promised: Promised
    why: Text
    stock: Decimal
    as_of: datetime | None
    assumes: Text


def quote(
    desk: Desk,
    actor: Actor,
    word: str,
    qty: Decimal,
    wanted: date | None = None,
    pool_id: str = "",
) -> tuple[Quote, ...]:
    """Return what an amount of an item could be promised under each promise, or under one.

    Raises Refused: 403 where the stock may not be seen, 404 for an unknown promise or item.
    """
    catalog = desk.catalogs.current()
    if pool_id and pool_id not in catalog.promises:
        raise Refused.one(
            "unknown_promise",
            Text("没有承诺“{word}”。", "There is no promise '{word}'.").fill(word=shorten(pool_id)),
            status=404,
            hint=did_you_mean(pool_id, catalog.promises),
        )
    quotes = []
    for pool in (catalog.promises[pool_id],) if pool_id else catalog.promises.values():
        item = look.record(desk, actor, pool.model.promise.item, word)
        for one in (*pool.model.stock, *pool.model.arrivals):
            catalog.access.require(actor, "read", one.flow.form)
        today = clock.today(catalog.zone)
        with desk.store.reading() as unit:
            found = pool.stocked(unit, [item.id], today)
            shelf = pool.shelves(unit, [item.id], today)[item.id]
        promised = shelf.take(qty, wanted) if 0 < qty < MOST_QTY else Promised()
        names = names_of(desk, actor, [part.source for part in promised.parts])
        quotes.append(
            Quote(
                Ref(word, item.id),
                promised,
                aged(desk, told(desk, promised, names), pool),
                found.stock.get(item.id, Decimal(0)),
                found.as_of.get(item.id),
                assumes(pool, catalog),
            )
        )
    return tuple(quotes)
