"""Prompts: how often each person was shown each soft reminder on a day, and how often it helped."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from .among import Among
from .batch import AT_ONCE, DECIDED, Batch
from .platform_tables import EVENTS, PROMPTS
from .tables import FormTables

# Entries of the journal that come of an accepted submission.
_ACCEPTED = ("created", "changed", "stepped", "restored")
_NEWEST_OF = (
    select(EVENTS.c.decision)
    .where(EVENTS.c.kind.in_(_ACCEPTED))
    .order_by(EVENTS.c.seq.desc())
    .limit(1)
)
_NEWEST = _NEWEST_OF.where(EVENTS.c.record == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Prompted:
    """What to count of one rule (`ruleset.rule`): shown to a person, heeded by a change."""

    key: str
    shown: int = 0
    heeded: int = 0


class Prompts:
    """The counts of prompts, inside one transaction; a day is one of the workspace's zone."""

    def __init__(self, connection: Connection, batch: Batch | None = None) -> None:
        self._connection = connection
        self._batch = batch or Batch(connection)

    def shown(self, day: str, actor: str) -> int:
        """Return how many prompts a person was shown on a day."""
        counted = select(func.coalesce(func.sum(PROMPTS.c.shown), 0)).where(
            PROMPTS.c.day == day, PROMPTS.c.actor == actor
        )
        return int(self._connection.execute(counted).scalar_one())

    def count(self, day: str, actor: str, prompted: Collection[Prompted]) -> None:
        """Add to what was counted of some rules for a person on a day, in one statement."""
        if not prompted:
            return
        postgresql = self._connection.dialect.name == "postgresql"
        rows = [
            {"day": day, "actor": actor, "key": one.key, "shown": one.shown, "heeded": one.heeded}
            for one in sorted(prompted, key=lambda one: one.key)
        ]
        statement = (postgresql_insert if postgresql else sqlite_insert)(PROMPTS).values(rows)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "actor", "key"],
                set_={
                    "shown": PROMPTS.c.shown + statement.excluded.shown,
                    "heeded": PROMPTS.c.heeded + statement.excluded.heeded,
                },
            )
        )

    def counted(self, day: str) -> Iterable[tuple[str, str, int, int]]:
        """Return actor, key, shown and heeded of a day, in the order of actor and key."""
        columns = (PROMPTS.c.actor, PROMPTS.c.key, PROMPTS.c.shown, PROMPTS.c.heeded)
        rows = self._connection.execute(
            select(*columns).where(PROMPTS.c.day == day).order_by(PROMPTS.c.actor, PROMPTS.c.key)
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def newest_decision(self, record: str) -> str:
        """Return the decision of the newest accepted submission of a record, empty if none."""
        known: dict[str, str] = self._batch.known(DECIDED)
        if record in known:
            return known[record]
        return self._connection.execute(_NEWEST, {"of": record}).scalar_one_or_none() or ""

    def foresee(self, tables: FormTables, records: Collection[str]) -> dict[str, str]:
        """Fetch the newest decision of some records for the batch that is open."""
        known: dict[str, str] = self._batch.known(DECIDED)
        lacking = self._batch.lacking(DECIDED, records)
        id = tables.main.c["_id"]
        newest = _NEWEST_OF.where(EVENTS.c.record == id).scalar_subquery()
        wanted = select(id, newest).where(Among(id, "of"))
        for start in range(0, len(lacking), AT_ONCE):
            part = lacking[start : start + AT_ONCE]
            found = self._connection.execute(wanted, {"of": part})
            known |= dict.fromkeys(part, "") | {record: made or "" for record, made in found}
        return known
