"""The station between the values and the rules: what each line is promised, and what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Record, Row, Value
from seamline.fields.promised import packed
from seamline.promising import Lines, Promised
from seamline.promising.available import STOCK
from seamline.promising.needs import Need, filled, matched, need_of, rows_of, told_by
from seamline.promising.pool import MOST_QTY
from seamline.promising.words import reason
from seamline.store import KeptPart, Unit
from seamline.text import Text

from ..freshness import feeds_in
from .case import Case


@dataclass(slots=True)
class Taking:
    """What a submission takes and gives back under one pool.

    `rows` are the lines as they stand then; `fresh` holds the promises made now, by the place of
    the line; `moved` the places of rows that were sent anew as they were, by the id that had the
    promise; `dropped` the lines that gave theirs back; `told` whether a line now tells another day
    than it came with.
    """

    lines: Lines
    rows: list[Row] = field(default_factory=list)
    fresh: dict[int, tuple[Need, Promised]] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    told: bool = False


def remember(case: Case) -> None:
    """Let rows that were sent again tell what they were promised, before anything is reckoned.

    Most lines keep their promise: what leans on it is then reckoned once.
    """
    if case.before is None:
        return
    for lines in case.catalog.promised.get(case.model.form.id, ()):
        line = lines.model.line
        if not (lines.fed and line.table and line.table in case.asked.values):
            continue
        earlier = {row.id: row for row in rows_of(line, case.before.values)}
        case.values[line.table] = tuple(
            filled(line, row, *told_by(line, earlier[row.id])) if row.id in earlier else row
            for row in rows_of(line, case.values)
        )


def promise(case: Case) -> list[Taking]:
    """Promise every line that is new or needs something else; fill its fields.

    A line that needs what it needed before keeps what it was promised. A record that is not open
    any more gives everything back, and its fields go on telling what was promised.
    """
    if case.problems:
        return []
    taking = [
        _Promising(case, lines).made()
        for lines in case.catalog.promised.get(case.model.form.id, ())
    ]
    if any(made.lines.fed and made.told for made in taking):
        case.problems.extend(case.model.finish(case.values, case.looked_up))
    return taking


def reserve(case: Case, record: Record, taking: Sequence[Taking]) -> None:
    """Keep what the lines of a stored record take from now on."""
    promises = case.unit.promises
    for made in taking:
        ids = [row.id for row in rows_of(made.lines.model.line, record.values, record.id)]
        promises.drop(made.dropped)
        promises.move({before: ids[place] for before, place in made.moved.items()})
        promises.add(kept_parts(record, made.lines, made.fresh, case.at))


def ask(
    unit: Unit,
    catalog: Catalog,
    lines: Lines,
    needs: Mapping[int, Need],
    but: Sequence[str] = (),
) -> dict[int, Promised]:
    """Return what could be promised now for each line, one after the other, nothing being taken.

    What the lines `but` were promised is free for these.
    """
    items = {need.item for need in needs.values()}
    shelves = lines.pool.shelves(unit, items, clock.today(catalog.zone), but)
    return {
        place: Promised()
        if need.qty >= MOST_QTY
        else shelves[need.item].take(need.qty, need.wanted)
        for place, need in needs.items()
    }


def said(catalog: Catalog, promised: Promised) -> Text:
    """Return the reason that is kept with a line: it names kinds of sources, not records."""
    return reason(promised, lambda form: catalog.forms[form].form.title)


def kept_parts(
    record: Record, lines: Lines, fresh: Mapping[int, tuple[Need, Promised]], at: datetime
) -> Iterator[KeptPart]:
    """Yield what lines of a stored record, by their place, take from now on."""
    rows = rows_of(lines.model.line, record.values, record.id)
    for place, (need, promised) in fresh.items():
        for number, part in enumerate(promised.parts):
            yield KeptPart(
                line=rows[place].id,
                part=number,
                pool=lines.pool.id,
                form=record.form,
                record=record.id,
                item=need.item,
                qty=part.qty,
                day=part.day,
                source=part.source.kind,
                source_form=part.source.form,
                source_record=part.source.record,
                source_code=part.source.code,
                at=at,
            )


class _Promising:
    """One submission under one pool."""

    def __init__(self, case: Case, lines: Lines) -> None:
        self.case, self.lines, self.line = case, lines, lines.model.line
        record = case.before.id if case.before is not None else ""
        self.rows = rows_of(self.line, case.values, record)
        earlier = case.before.values if case.before is not None else {}
        self.earlier = rows_of(self.line, earlier, record) if case.before is not None else []
        self.earlier_needs = [(row, need_of(self.line, row, earlier)) for row in self.earlier]
        self.taking = Taking(lines)

    def made(self) -> Taking:
        """Return what changes, the fields of the lines being filled."""
        was_open = self._was_open()
        if not self._is_open():
            self.taking.dropped = [row.id for row in self.earlier] if was_open else []
            self._go_on_telling()
            return self.taking
        needs = [(row, need_of(self.line, row, self.case.values)) for row in self.rows]
        standing = was_open and self.case.step.id not in self.line.again
        kept = matched(self.line, self.earlier_needs, needs) if standing else []
        for one in kept:
            self._tell(one.place, *told_by(self.line, one.earlier))
            if self.rows[one.place].id != one.earlier.id:
                self.taking.moved[one.earlier.id] = one.place
        if was_open:
            stays = {one.earlier.id for one in kept}
            self.taking.dropped = [row.id for row in self.earlier if row.id not in stays]
        places = {one.place for one in kept}
        left = [(n, need) for n, (_, need) in enumerate(needs) if n not in places]
        for place in (n for n, need in left if not need):
            self._tell(place, None, None)
        self._promise({n: need for n, need in left if need})
        self._put_back()
        self.taking.rows = self.rows
        return self.taking

    def _was_open(self) -> bool:
        before = self.case.before
        if before is None or before.archived_at is not None:
            return False
        return self.lines.is_open(self.case.model, before.state, before.values)

    def _is_open(self) -> bool:
        case = self.case
        if case.step.id == "archive":
            return False
        state = case.step.to or (case.before.state if case.before is not None else "")
        return self.lines.is_open(case.model, state, case.values)

    def _promise(self, needs: Mapping[int, Need]) -> None:
        if not needs:
            return
        if self.case.unit.writes:
            self.case.unit.promises.hold()
        found = ask(self.case.unit, self.case.catalog, self.lines, needs, self.taking.dropped)
        for place, promised in found.items():
            self.taking.fresh[place] = (needs[place], promised)
            why = said(self.case.catalog, promised)
            if any(part.source.kind == STOCK for part in promised.parts):
                why = Text(why.zh + self._stock_stood.zh, why.en + self._stock_stood.en)
            self._tell(place, promised.day, packed(why))

    @cached_property
    def _stock_stood(self) -> Text:
        """What a reason adds that counts on stock: where that came from, and of when it was."""
        unit, catalog = self.case.unit, self.case.catalog
        feeds = dict.fromkeys(
            feed.stood(catalog.zone)
            for one in self.lines.pool.model.stock
            for feed in feeds_in(unit, catalog, one.flow.form, (one.flow.qty,))
        )
        return Text(
            "".join(f"库存来自{words.zh}。" for words in feeds),
            "".join(f" Stock is from {words.en}." for words in feeds),
        )

    def _go_on_telling(self) -> None:
        """Let lines that were sent again tell what they were promised while it stood."""
        known = {row.id: row for row in self.earlier}
        for place, row in enumerate(self.rows):
            if row.id in known:
                self._tell(place, *told_by(self.line, known[row.id]))
        self._put_back()

    def _tell(self, place: int, day: Value, why: Value) -> None:
        row = self.rows[place]
        if told_by(self.line, row) != (day, why):
            self.rows[place] = filled(self.line, row, day, why)
            self.taking.told = True

    def _put_back(self) -> None:
        values = self.case.values
        if not self.taking.told:
            return
        if self.line.table:
            values[self.line.table] = tuple(self.rows)
        else:
            (row,) = self.rows or [Row({})]
            values[self.line.into] = row.values.get(self.line.into)
            if self.line.reason:
                values[self.line.reason] = row.values.get(self.line.reason)
