"""Decisions: each verdict with the facts it saw, sealed by a hash that the journal carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from seamline.facts import Clause, Decision, Finding
from seamline.text import Text

from . import plain
from .chain import digest
from .platform_tables import DECISIONS

_INSERT = insert(DECISIONS)


class Decisions:
    """The decisions, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hashes: dict[str, str] = {}

    def add(self, decision: Decision, record_id: str, at: datetime) -> str:
        """Keep a decision over a record (an empty id where none came of it); return its hash."""
        document = plain.load(plain.dump(as_document(decision)))
        sealed = self._hashes[decision.id] = digest(document)
        self._connection.execute(
            _INSERT,
            {
                "id": decision.id,
                "form": decision.step.partition(".")[0],
                "record": record_id,
                "step": decision.step,
                "ruleset": decision.ruleset,
                "ruleset_version": decision.ruleset_version,
                "outcome": decision.outcome,
                "findings": plain.dump(document["findings"]),
                "facts": plain.dump(document["facts"]),
                "at": at,
                "hash": sealed,
            },
        )
        return sealed

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

    def get(self, decision: str) -> Decision | None:
        """Return one decision by id."""
        row = (
            self._connection.execute(select(DECISIONS).where(DECISIONS.c.id == decision))
            .mappings()
            .one_or_none()
        )
        return None if row is None else of_row(row)

    def of_record(self, form: str, record: str) -> tuple[Decision, ...]:
        """Return the decisions over one record, newest first."""
        rows = self._connection.execute(
            select(DECISIONS)
            .where(DECISIONS.c.record == record, DECISIONS.c.form == form)
            .order_by(DECISIONS.c.at.desc(), DECISIONS.c.id.desc())
        ).mappings()
        return tuple(of_row(row) for row in rows)


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
