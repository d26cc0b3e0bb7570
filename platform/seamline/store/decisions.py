"""Decisions: each verdict with the facts it saw, sealed by a hash that the journal carries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    and_,
    bindparam,
    cast,
    func,
    insert,
    select,
)

from seamline.facts import Clause, Decision, Finding, Outcome
from seamline.text import Text

from . import plain
from .among import Among
from .batch import SPEAKING, Batch
from .bulk import Bulk
from .chain import digest_of
from .platform_tables import DECISIONS, EVENTS

_INSERT = Bulk(insert(DECISIONS))
# Entries of the journal that come of a submission, as against those of its review.
_SUBMITTED = ("created", "changed", "archived", "restored", "stepped", "refused")
_IDS = 500  # named in one statement
_BATCH = 2_000  # decisions held in memory while many are read


@dataclass(frozen=True, slots=True)
class Stored:
    """What a decision was about and what came of it; `record` is empty where none came."""

    id: str
    record: str
    at: datetime
    outcome: Outcome
    code: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a step was judged, since when, and on how many people's submissions."""

    count: int
    since: datetime | None
    people: int


_ONE = select(DECISIONS).where(DECISIONS.c.id == bindparam("wanted"))
_WITHOUT_FACTS = tuple(column for column in DECISIONS.c if column.name != "facts")
_SPEAKING = select(*_WITHOUT_FACTS).where(
    Among(DECISIONS.c.id, "of"),
    DECISIONS.c.findings.contains('"result":"true"', autoescape=True),
)


class Decisions:
    """The decisions, inside one transaction."""

    def __init__(self, connection: Connection, batch: Batch | None = None) -> None:
        self._connection = connection
        self._batch = batch or Batch(connection)
        self._hashes: dict[str, str] = {}

    def add(self, decision: Decision, record_id: str, at: datetime) -> str:
        """Keep a decision over a record (an empty id where none came of it); return its hash."""
        document = as_document(decision)
        findings, facts = plain.dump(document["findings"]), plain.dump(document["facts"])
        sealed = self._hashes[decision.id] = digest_of(document, findings=findings, facts=facts)
        row = {
            "id": decision.id,
            "form": decision.step.partition(".")[0],
            "record": record_id,
            "step": decision.step,
            "ruleset": decision.ruleset,
            "ruleset_version": decision.ruleset_version,
            "outcome": decision.outcome,
            "findings": findings,
            "facts": facts,
            "at": at,
            "hash": sealed,
        }
        self._batch.add(DECISIONS, self._write, row)
        return sealed

    def _write(self, rows: list[dict[str, object]]) -> None:
        _INSERT.run(self._connection, rows)

    def hash_of(self, decision: str) -> str:
        """Return the hash of a stored decision; raises LookupError for an unknown one."""
        known = self._hashes.get(decision)
        if known is None:
            known = self._connection.execute(
                select(DECISIONS.c.hash).where(DECISIONS.c.id == decision)
            ).scalar_one_or_none()
        if known is None:
            raise LookupError(f"decision {decision} is not stored: add it before its event")
        return known

    def speaking(self, decision: str) -> Decision | None:
        """Return a decision in which a rule has spoken, None where none has or there is no such.

        What was fetched ahead comes without its facts.
        """
        known: dict[str, Decision | None] = self._batch.known(SPEAKING)
        return known[decision] if decision in known else self.get(decision)

    def foresee(self, decisions: Collection[str]) -> None:
        """Fetch the decisions in which a rule has spoken for the batch that is open."""
        known: dict[str, Decision | None] = self._batch.known(SPEAKING)
        lacking = self._batch.lacking(SPEAKING, decisions)
        for start in range(0, len(lacking), _IDS):
            part = lacking[start : start + _IDS]
            known |= dict.fromkeys(part)
            for row in self._connection.execute(_SPEAKING, {"of": part}).mappings():
                known[row["id"]] = of_row({**row, "facts": "{}"})

    def get(self, decision: str) -> Decision | None:
        """Return one decision by id."""
        row = self._connection.execute(_ONE, {"wanted": decision}).mappings().one_or_none()
        return None if row is None else of_row(row)

    def of_record(self, form: str, record: str) -> tuple[Decision, ...]:
        """Return the decisions over one record, newest first."""
        rows = self._connection.execute(
            select(DECISIONS)
            .where(DECISIONS.c.record == record, DECISIONS.c.form == form)
            .order_by(DECISIONS.c.at.desc(), DECISIONS.c.id.desc())
        ).mappings()
        return tuple(of_row(row) for row in rows)

    def facts_of(self, step: str, since: datetime) -> Iterator[tuple[str, bytes | str]]:
        """Yield id and stored facts (JSON) of every decision over a step since a moment.

        In the order of time on SQLite; PostgreSQL may read them in any order.
        """
        if self._connection.dialect.name == "postgresql":
            yield from _streamed(self._connection, step, since)
            return
        # What reads JSON takes bytes; making text of them would cost as much as the reading.
        wanted = select(DECISIONS.c.id, cast(DECISIONS.c.facts, LargeBinary))
        rows = self._connection.execute(
            wanted.where(_of(step, since)), execution_options={"yield_per": _BATCH}
        )
        for part in rows.partitions():
            yield from part

    def stored(self, ids: Collection[str]) -> dict[str, Stored]:
        """Return what some decisions were about, by id."""
        columns = (DECISIONS.c.id, DECISIONS.c.record, DECISIONS.c.at, DECISIONS.c.outcome)
        found = self._connection.execute(select(*columns).where(DECISIONS.c.id.in_(ids))).all()
        codes = select(EVENTS.c.record, EVENTS.c.code).where(
            EVENTS.c.record.in_({row.record for row in found} - {""}), EVENTS.c.code != ""
        )
        named = {row.record: row.code for row in self._connection.execute(codes.distinct())}
        return {row.id: Stored(*row, named.get(row.record, "")) for row in found}

    def judged(self, step: str, since: datetime, until: datetime | None = None) -> Judged:
        """Return how many decisions a step had since a moment, since when, and by how many."""
        decided = select(func.count(), func.min(DECISIONS.c.at)).where(_of(step, since))
        if until is not None:
            decided = decided.where(DECISIONS.c.at < until)
        count, first = self._connection.execute(decided).one()
        people = select(func.count(EVENTS.c.actor.distinct())).where(
            EVENTS.c.step == step, EVENTS.c.at >= since, EVENTS.c.kind.in_(_SUBMITTED)
        )
        return Judged(count, first, self._connection.execute(people).scalar_one())

    def on_trial(
        self, step: str, since: datetime, until: datetime
    ) -> Iterator[tuple[str, Decision]]:
        """Yield record and decision wherever a rule in shadow has spoken over a step, newest first.

        The decisions come without their facts.
        """
        wanted = select(*_WITHOUT_FACTS).where(
            _of(step, since),
            DECISIONS.c.at < until,
            DECISIONS.c.findings.contains('"shadow":true', autoescape=True),
        )
        rows = self._connection.execute(
            wanted.order_by(DECISIONS.c.at.desc()), execution_options={"yield_per": _BATCH}
        )
        for row in rows.mappings():
            yield row["record"], of_row({**row, "facts": "{}"})

    def returned(self, records: Collection[str]) -> set[str]:
        """Return which of some records a reviewer has sent back at any time."""
        found: set[str] = set()
        wanted_ids = sorted(records)
        for begun in range(0, len(wanted_ids), _IDS):
            wanted = select(EVENTS.c.record).where(
                EVENTS.c.record.in_(wanted_ids[begun : begun + _IDS]), EVENTS.c.kind == "returned"
            )
            found.update(self._connection.execute(wanted.distinct()).scalars())
        return found


def _streamed(
    connection: Connection, step: str, since: datetime
) -> Iterator[tuple[str, bytes | str]]:
    """Yield the same rows while the server still reads: it unpacks them as long as we judge."""
    driver: Any = connection.connection.driver_connection
    import psycopg

    size = _BATCH if psycopg.capabilities.has_stream_chunked() else 1
    with driver.cursor(binary=True) as cursor:
        yield from cursor.stream(_FACTS, (step, since), size=size)


_FACTS = """
    SELECT id, convert_to(facts, 'UTF8') FROM seam_decisions WHERE step = %s AND at >= %s
"""


def _of(step: str, since: datetime) -> ColumnElement[bool]:
    return and_(DECISIONS.c.step == step, DECISIONS.c.at >= since)


def as_document(decision: Decision) -> dict[str, object]:
    """Return what the hash of a decision covers."""
    return {
        "id": decision.id,
        "step": decision.step,
        "ruleset": decision.ruleset,
        "ruleset_version": decision.ruleset_version,
        "outcome": decision.outcome,
        "findings": list(decision.findings),
        "facts": decision.facts,
    }


def of_row(row: Mapping[Any, Any]) -> Decision:
    """Return a stored decision; facts come back as plain data (decimals and dates as text)."""
    return Decision(
        id=row["id"],
        step=row["step"],
        ruleset=row["ruleset"],
        ruleset_version=row["ruleset_version"],
        outcome=row["outcome"],
        findings=tuple(_finding(data) for data in plain.load(row["findings"])),
        facts=plain.load(row["facts"]),
    )


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(
        rule=data["rule"],
        rule_class=data["rule_class"],
        title=Text(**data["title"]),
        result=data["result"],
        say=Text(**data["say"]),
        fields=tuple(data["fields"]),
        trace=tuple(Clause(**clause) for clause in data["trace"]),
        shadow=data["shadow"],
    )
