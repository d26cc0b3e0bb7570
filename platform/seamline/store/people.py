"""What a person follows and prefers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from .among import Among
from .batch import AT_ONCE, FOLLOWERS, Batch
from .people_tables import FOLLOWS, PREFERENCES

_FOLLOWERS = (
    select(FOLLOWS.c.record, FOLLOWS.c.person)
    .where(Among(FOLLOWS.c.record, "of"))
    .order_by(FOLLOWS.c.record, FOLLOWS.c.person)
)
_FOLLOWED = select(FOLLOWS.c.record).where(
    FOLLOWS.c.person == bindparam("by"), Among(FOLLOWS.c.record, "of")
)


class People:
    """Follows and preferences, inside one transaction."""

    def __init__(self, connection: Connection, batch: Batch | None = None) -> None:
        self._connection = connection
        self._batch = batch or Batch(connection)

    def followers(self, record: str) -> tuple[str, ...]:
        """Return who follows a record."""
        known: dict[str, tuple[str, ...]] = self._batch.known(FOLLOWERS)
        return known[record] if record in known else self._followers((record,))[record]

    def foresee(self, records: Collection[str]) -> None:
        """Fetch who follows some records for the batch that is open."""
        lacking = self._batch.lacking(FOLLOWERS, records)
        for start in range(0, len(lacking), AT_ONCE):
            part = lacking[start : start + AT_ONCE]
            self._batch.known(FOLLOWERS).update(self._followers(part))

    def _followers(self, records: Collection[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = dict.fromkeys(records, ())
        for record, person in self._connection.execute(_FOLLOWERS, {"of": list(records)}):
            found[record] += (person,)
        return found

    def followed(self, person: str, records: Collection[str]) -> frozenset[str]:
        """Return which of some records a person follows."""
        asked = {"by": person, "of": list(records)}
        return frozenset(self._connection.execute(_FOLLOWED, asked).scalars())

    def follow(self, person: str, form: str, record: str, at: datetime) -> bool:
        """Let a person follow a record; return False where they did already."""
        self._batch.drop(FOLLOWERS, record)
        row = {"record": record, "person": person, "form": form, "at": at}
        put = self._insert(FOLLOWS, row).on_conflict_do_nothing().returning(FOLLOWS.c.person)
        return self._connection.execute(put).first() is not None

    def unfollow(self, person: str, record: str) -> bool:
        """Let a person follow a record no longer; return whether they did."""
        self._batch.drop(FOLLOWERS, record)
        gone = delete(FOLLOWS).where(FOLLOWS.c.person == person, FOLLOWS.c.record == record)
        return self._connection.execute(gone).rowcount == 1

    def preferences(self, person: str) -> Mapping[str, str]:
        """Return what a person has set for themselves."""
        wanted = select(PREFERENCES.c.name, PREFERENCES.c.value).where(
            PREFERENCES.c.person == person
        )
        return {row[0]: row[1] for row in self._connection.execute(wanted)}

    def prefer(self, person: str, name: str, value: str) -> None:
        """Keep one preference; an empty value takes it away."""
        if not value:
            mine = (PREFERENCES.c.person == person, PREFERENCES.c.name == name)
            self._connection.execute(delete(PREFERENCES).where(*mine))
            return
        put = self._insert(PREFERENCES, {"person": person, "name": name, "value": value})
        keys = ["person", "name"]
        put = put.on_conflict_do_update(index_elements=keys, set_={"value": value})
        self._connection.execute(put)

    def who_prefers(self, name: str, people: Collection[str]) -> frozenset[str]:
        """Return those of some people who have set `name` to anything."""
        wanted = select(PREFERENCES.c.person).where(
            PREFERENCES.c.name == name, PREFERENCES.c.person.in_(people)
        )
        return frozenset(self._connection.execute(wanted).scalars())

    def _insert(self, table: Table, row: Mapping[str, Any]) -> Any:
        postgresql = self._connection.dialect.name == "postgresql"
        return (postgresql_insert if postgresql else sqlite_insert)(table).values(row)
