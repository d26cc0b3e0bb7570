"""The reckoning: every acknowledged record is there whole, once, and the journal's chain holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seamline.facts import Event, Record
from seamline.store import Query, Unit
from seamline.store.chain import verify_export
from seamline.usecases.desk import Desk

from .sending import Acknowledged

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """What is stored against what was acknowledged; every list is empty when all is well."""

    stored: int
    rows: int
    lost: tuple[str, ...]
    duplicate_codes: tuple[str, ...]
    posted_twice: tuple[str, ...]
    half_written: tuple[str, ...]
    chain: str

    @property
    def sound(self) -> bool:
        """Return whether nothing is lost, doubled, half written or broken."""
        wrong = self.lost + self.duplicate_codes + self.posted_twice + self.half_written
        return not wrong and not self.chain


def reckon(
    desk: Desk,
    form: str,
    table: str,
    acknowledged: Sequence[Acknowledged],
    before: frozenset[str] = frozenset(),
    export: Path | None = None,
) -> Account:
    """Compare what is stored in `form` with what was acknowledged, leaving out ids in `before`.

    `export` names a file for the journal's export, whose chain is then checked.
    """
    model = desk.catalogs.current().forms[form]
    with desk.store.reading() as unit:
        records = unit.records.stream(model.tables, Query(limit=PAGE, archived=True))
        stored = {record.id: record for record in records if record.id not in before}
        created = _created(unit, form, before)
        half = tuple(_half_written(unit, stored, created, table))
        chain = _broken_chain(unit, export) if export else ""
    kept = Counter(kept.id for kept in acknowledged)
    codes = Counter(record.code for record in stored.values())
    return Account(
        stored=len(stored),
        rows=sum(_rows(record, table) for record in stored.values()),
        lost=tuple(_lost(stored, acknowledged, table)),
        duplicate_codes=tuple(code for code, times in codes.items() if times > 1),
        posted_twice=tuple(sorted(set(stored) - set(kept)))
        + tuple(id_ for id_, times in kept.items() if times > 1),
        half_written=half,
        chain=chain,
    )


def _lost(
    stored: Mapping[str, Record], acknowledged: Iterable[Acknowledged], table: str
) -> Iterator[str]:
    for kept in acknowledged:
        record = stored.get(kept.id)
        if record is None:
            yield f"{kept.code}: acknowledged, not stored"
        elif record.code != kept.code or _rows(record, table) != kept.rows:
            yield f"{kept.code}: stored as {record.code} with {_rows(record, table)} rows"


def _half_written(
    unit: Unit, stored: Mapping[str, Record], created: Mapping[str, list[Event]], table: str
) -> Iterator[str]:
    for record in stored.values():
        events = created.get(record.id, [])
        if len(events) != 1:
            yield f"{record.code}: {len(events)} entries of its creation in the journal"
            continue
        (event,) = events
        if event.decision and unit.decisions.get(event.decision) is None:
            yield f"{record.code}: its decision is missing"
        values = event.body.get("values")
        told = values.get(table) if isinstance(values, Mapping) else None
        if len(told or ()) != _rows(record, table):
            yield f"{record.code}: {_rows(record, table)} rows, the journal knows {len(told or ())}"
    for id_ in created.keys() - stored.keys():
        yield f"{created[id_][0].code}: in the journal, not stored"


def _created(unit: Unit, form: str, before: frozenset[str]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    seq = 0
    while events := unit.journal.after(seq, PAGE):
        for event in events:
            if event.kind == "created" and event.form == form and event.record not in before:
                found.setdefault(event.record, []).append(event)
        seq = events[-1].seq
    return found


def _broken_chain(unit: Unit, export: Path) -> str:
    with export.open("w", encoding="utf-8") as out:
        unit.journal.export(out)
    with export.open(encoding="utf-8") as lines:
        verdict = verify_export(lines)
    return "" if verdict.sound else verdict.say.en


def _rows(record: Record, table: str) -> int:
    rows = record.values.get(table)
    return len(rows) if isinstance(rows, tuple) else 0
