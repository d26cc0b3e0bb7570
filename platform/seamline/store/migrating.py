"""Migrations: how far each run has come, and what was taken over by the key of its source."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from . import plain
from .migration_tables import RUNS, TAKEN

KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a migration into a library.

    `cursor` says where the source is read on; `position` counts what was read of it, the other
    counts what became of that. `lines` are rows of sub-tables taken over, `milliseconds` the time
    somebody worked on it; `holder` is the process that does.
    """

    id: str
    form: str
    map: Mapping[str, Any]
    source: Mapping[str, Any]
    state: str
    dry: bool
    actor: str
    started_at: datetime
    updated_at: datetime
    cursor: Mapping[str, Any] | None = None
    total: int = 0
    position: int = 0
    taken: int = 0
    same: int = 0
    renewed: int = 0
    bad: int = 0
    left: int = 0
    lines: int = 0
    milliseconds: int = 0
    problems: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    report: Mapping[str, Any] = field(default_factory=dict)
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one thing of the source: its record, a hash of what the source said, and the
    run that took it over last."""

    key: str
    record: str
    mark: str
    run: str


_DOCUMENTS = ("map", "source", "cursor", "problems", "report")


class Migrations:
    """Runs and what they took over, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: Run) -> None:
        """Store a new run."""
        self._connection.execute(insert(RUNS), _row(run))

    def change(self, run: Run) -> None:
        """Store how far a run has come; raises LookupError for an unknown one."""
        row = _row(run)
        found = self._connection.execute(update(RUNS).where(RUNS.c.id == row.pop("id")), row)
        if found.rowcount != 1:
            raise LookupError(f"migration {run.id} is not stored")

    def get(self, run: str, *, lock: bool = False) -> Run | None:
        """Return one run; `lock` lets nobody else move it until the transaction ends."""
        wanted = select(RUNS).where(RUNS.c.id == run)
        found = self._runs(wanted.with_for_update() if lock else wanted)
        return found[0] if found else None

    def recent(self, form: str = "", limit: int = 30) -> tuple[Run, ...]:
        """Return the newest runs, of one library or of all."""
        wanted = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
        return self._runs((wanted.where(RUNS.c.form == form) if form else wanted).limit(limit))

    def known(self, form: str, keys: Collection[str]) -> dict[str, Taken]:
        """Return what was taken over before under some keys."""
        known: dict[str, Taken] = {}
        asked = list(keys)
        for start in range(0, len(asked), KEYS_AT_ONCE):
            part = asked[start : start + KEYS_AT_ONCE]
            rows = self._connection.execute(_KNOWN, {"form": form, "keys": part})
            known |= {row.key: Taken(*row) for row in rows}
        return known

    def keep(self, form: str, taken: Sequence[Taken]) -> None:
        """Keep what was taken over for the first time."""
        if taken:
            rows = [{"form": form, **asdict(one)} for one in taken]
            self._connection.execute(insert(TAKEN), rows)

    def renew(self, form: str, taken: Taken) -> None:
        """Keep what a source says now of something taken over before."""
        where = (TAKEN.c.form == form, TAKEN.c.key == taken.key)
        self._connection.execute(
            update(TAKEN).where(*where), {"mark": taken.mark, "run": taken.run}
        )

    def keys(self, form: str) -> dict[str, tuple[str, str]]:
        """Return for every record of a library its key in its source, and the run it is of."""
        wanted = select(TAKEN.c.record, TAKEN.c.key, TAKEN.c.run).where(TAKEN.c.form == form)
        return {row.record: (row.key, row.run) for row in self._connection.execute(wanted)}

    def runs_by(self, form: str, map_id: str) -> frozenset[str]:
        """Return the runs into a library by one map."""
        found = self._connection.execute(select(RUNS.c.id, RUNS.c.map).where(RUNS.c.form == form))
        return frozenset(row.id for row in found if plain.load(row.map).get("id") == map_id)

    def count(self, form: str) -> int:
        """Return how many things were taken over into a library."""
        wanted = select(func.count()).select_from(TAKEN).where(TAKEN.c.form == form)
        return int(self._connection.execute(wanted).scalar_one())

    def _runs(self, statement: Select[Any]) -> tuple[Run, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(
            Run(**(dict(row) | {n: plain.load(row[n]) for n in _DOCUMENTS})) for row in rows
        )


_KNOWN = select(TAKEN.c.key, TAKEN.c.record, TAKEN.c.mark, TAKEN.c.run).where(
    TAKEN.c.form == bindparam("form"), TAKEN.c.key.in_(bindparam("keys", expanding=True))
)


def _row(run: Run) -> dict[str, Any]:
    return asdict(run) | {name: plain.dump(getattr(run, name)) for name in _DOCUMENTS}
