"""Sample records: which there are, made in which batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from .design_tables import SAMPLES


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample record: where it is, of which batch, by whom and when it was made."""

    form: str
    record: str
    batch: str
    position: int
    seed: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """A batch of sample records of one form, as a list shows it."""

    batch: str
    form: str
    count: int
    seed: int
    actor: str
    at: datetime


class Samples:
    """The sample records, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sample: Sample) -> None:
        """Mark a record as a sample."""
        self._connection.execute(insert(SAMPLES), asdict(sample))

    def of_batch(self, batch: str) -> tuple[Sample, ...]:
        """Return the samples of a batch, the last made first: what refers to others goes first."""
        wanted = select(SAMPLES).where(SAMPLES.c.batch == batch)
        rows = self._connection.execute(wanted.order_by(SAMPLES.c.position.desc()))
        return tuple(Sample(**row) for row in rows.mappings())

    def batches(self) -> tuple[SampleBatch, ...]:
        """Return every batch by form, the newest first."""
        kept = SAMPLES.c
        wanted = (
            select(kept.batch, kept.form, func.count().label("count"), func.min(kept.seed),
                   func.min(kept.actor), func.min(kept.at))
            .group_by(kept.batch, kept.form)
            .order_by(func.min(kept.at).desc(), kept.form)
        )  # fmt: skip
        return tuple(SampleBatch(*row) for row in self._connection.execute(wanted))

    def among(self, form: str, records: Iterable[str]) -> frozenset[str]:
        """Return which of the records of a form are samples."""
        wanted = select(SAMPLES.c.record).where(
            SAMPLES.c.form == form, SAMPLES.c.record.in_([*records])
        )
        return frozenset(self._connection.execute(wanted).scalars())

    def forget(self, form: str, records: Iterable[str]) -> None:
        """Take the mark off records that are gone."""
        mine = delete(SAMPLES).where(SAMPLES.c.form == form, SAMPLES.c.record.in_([*records]))
        self._connection.execute(mine)
