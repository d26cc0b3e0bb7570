"""Figures of measures for periods that are over: derived from the journal, and what moves them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from .finding import hold
from .happenings import KEYS_AT_ONCE, READ_AT_ONCE, Body
from .platform_tables import EVENTS, FIGURES


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored figure as JSON, and up to which entry of the journal it holds."""

    seq: int
    sample: str


@dataclass(frozen=True, slots=True)
class Since:
    """An entry that was written since figures were kept, and what it is about."""

    form: str
    record: str
    tracking: str
    at: datetime
    body: Body


class Figures:
    """The stored figures, inside one transaction; they are of the whole workspace.

    `definition` is the hash of all that a measure says: under another one nothing is found.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, measure: str, definition: str) -> dict[str, Kept]:
        """Return the figures of a measure by period."""
        columns = (FIGURES.c.period, FIGURES.c.seq, FIGURES.c.sample)
        mine = (FIGURES.c.measure == measure, FIGURES.c.definition == definition)
        found = self._connection.execute(select(*columns).where(*mine))
        return {period: Kept(seq, sample) for period, seq, sample in found}

    def keep(self, measure: str, definition: str, seq: int, samples: Mapping[str, str]) -> None:
        """Keep figures by period, as they stand after entry `seq`, unless later ones are there."""
        hold(self._connection, "figures", measure)
        later = {name for name, one in self.of(measure, definition).items() if one.seq > seq}
        own = {"measure": measure, "definition": definition, "seq": seq}
        rows = [
            {**own, "period": period, "sample": sample}
            for period, sample in samples.items()
            if period not in later
        ]
        if rows:
            mine = (FIGURES.c.measure == measure, FIGURES.c.definition == definition)
            there = FIGURES.c.period.in_([row["period"] for row in rows])
            self._connection.execute(delete(FIGURES).where(*mine, there))
            self._connection.execute(insert(FIGURES), rows)

    def others(self, definitions: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return what is kept under other definitions than these, each with its measure."""
        there = select(FIGURES.c.measure, FIGURES.c.definition).distinct()
        found = [(name, said) for name, said in self._connection.execute(there)]
        return [(name, said) for name, said in found if definitions.get(name) != said]

    def drop(self, old: Collection[tuple[str, str]]) -> None:
        """Drop the figures of some measures under some definitions."""
        for measure, said in old:
            mine = (FIGURES.c.measure == measure, FIGURES.c.definition == said)
            self._connection.execute(delete(FIGURES).where(*mine))

    def since(
        self, seq: int, forms: Collection[str], late: datetime, standing: Collection[str]
    ) -> Iterator[Since]:
        """Yield the entries after `seq` that may move figures of before `late`.

        Those are entries about `forms` that are dated back, and any about `standing`, the forms
        whose records are read as they stand.
        """
        about = or_(
            EVENTS.c.form.in_(sorted(forms)) & (EVENTS.c.at < late),
            EVENTS.c.form.in_(sorted(standing)),
        )
        columns = (EVENTS.c[name] for name in ("form", "record", "tracking", "at", "body"))
        statement = select(*columns).where(EVENTS.c.seq > seq, about).order_by(EVENTS.c.seq)
        statement = statement.execution_options(yield_per=READ_AT_ONCE)
        with self._connection.execute(statement) as found:  # who has heard enough stops early
            for form, record, tracking, at, body in found:
                yield Since(form, record, tracking, at, Body(body))

    def moments(
        self, records: Collection[str], trackings: Collection[str], until: datetime
    ) -> Iterator[datetime]:
        """Yield when there were entries about some records, or under some tracking codes."""
        for column, keys in ((EVENTS.c.record, records), (EVENTS.c.tracking, trackings)):
            listed = sorted(keys)
            for start in range(0, len(listed), KEYS_AT_ONCE):
                yield from self._moments(column, listed[start : start + KEYS_AT_ONCE], until)

    def _moments(
        self, column: ColumnElement[str], keys: Collection[str], until: datetime
    ) -> Iterator[datetime]:
        # The partial index over tracking codes serves only who says that they are there.
        wanted = select(EVENTS.c.at).where(column.in_(keys), column != "", EVENTS.c.at < until)
        yield from self._connection.execute(wanted).scalars()
