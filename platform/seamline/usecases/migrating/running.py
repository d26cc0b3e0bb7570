"""A run of a migration: batch by batch through the door, exactly once however often killed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from seamline import clock
from seamline.problems import Problem, Refused
from seamline.store import Run, Unit
from seamline.text import Text
from seamline.usecases.desk import Desk
from seamline.usecases.importing.jobs import MOST_KEPT, CellProblem, cell_problems
from seamline.usecases.submitting.takeover import Handover, Outcome, Takeover

from .handing import Hands, key_of
from .sources import AT_ONCE, Batch, Item, Source

TRIED_AT_ONCE = 4 * AT_ONCE  # of a trial, which holds nobody up
Watch = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a run is, and how long it still takes; both None where that is not known."""

    per_second: float | None
    seconds_left: float | None


def speed(run: Run) -> Speed:
    """Return how fast a run has been so far."""
    if not run.position or not run.milliseconds:
        return Speed(None, None)
    rate = run.position / (run.milliseconds / 1000)
    left = (run.total - run.position) / rate if run.total > run.position else 0.0
    return Speed(rate, left if run.total else None)


@dataclass(slots=True)
class Running:
    """One run being carried out by one process, which is its `holder`."""

    desk: Desk
    run: Run
    source: Source
    hands: Hands
    door: Takeover
    watch: Watch | None = None
    fresh: list[CellProblem] = field(default_factory=list)

    def all(self) -> Run:
        """Read on to the end, or until somebody stops it; return the run as it then stands."""
        begun = time.monotonic()
        for batch in self.source.batches(self.run.cursor):
            counted = self._tried(batch) if self.run.dry else self._taken(batch)
            if counted is None:
                return self.run
            spent = time.monotonic() - begun
            begun = time.monotonic()
            self.run = replace(self.run, milliseconds=self.run.milliseconds + int(spent * 1000))
            if self.watch is not None:
                self.watch(self.run)
        return self._ended()

    def _taken(self, batch: Batch) -> Run | None:
        """Take one batch over: what it brings and how far the run is are kept together."""
        with self.desk.store.unit() as unit:
            if not self._still_ours(unit):
                return None
            outcomes = self._outcomes(unit, batch.items, self.door.take)
            self.run = self._counted(batch, outcomes)
            unit.migrations.change(self.run)
        return self.run

    def _tried(self, batch: Batch) -> Run | None:
        """Judge one batch and keep nothing of it but what was wrong."""
        with self.desk.store.reading() as unit:
            outcomes = self._outcomes(unit, batch.items, self.door.judge)
        counted = self._counted(batch, outcomes)
        with self.desk.store.unit() as unit:
            if not self._still_ours(unit):
                return None
            self.run = counted
            unit.migrations.change(self.run)
        return self.run

    def _outcomes(
        self,
        unit: Unit,
        items: Sequence[Item],
        act: Callable[[Unit, Sequence[Handover]], list[Outcome]],
    ) -> list[Outcome]:
        """Return what became of some things, each wrong before it came to the door left out."""
        found: dict[int, Outcome] = {}
        offered: list[Handover] = []
        places: list[int] = []
        for place, item in enumerate(items):
            handover, problems = self.hands.handover(item)
            if not problems:
                handover, problems = self.hands.with_papers(unit, item, handover)
            if problems:
                found[place] = Outcome("bad", problems=problems)
            else:
                offered.append(handover)
                places.append(place)
        found |= dict(zip(places, act(unit, offered) if offered else (), strict=True))
        return [found[place] for place in range(len(items))]

    def _counted(self, batch: Batch, outcomes: Sequence[Outcome]) -> Run:
        kept = list(self.run.problems)
        for item, outcome in zip(batch.items, outcomes, strict=True):
            if outcome.problems:
                cells = self._cells(item, outcome.problems)
                room = max(0, MOST_KEPT - len(kept))
                kept += [
                    {"key": key_of(item.draft, self.hands.wanted), **one.as_json()}
                    for one in cells[:room]
                ]
                self.fresh += cells
        became = [outcome.became for outcome in outcomes]
        run = self.run
        lines = sum(one.lines for one in outcomes if one.became in ("taken", "renewed"))
        return replace(
            run,
            cursor=batch.cursor,
            position=int(batch.cursor["position"]),
            taken=run.taken + became.count("taken"),
            same=run.same + became.count("same"),
            renewed=run.renewed + became.count("renewed"),
            left=run.left + became.count("left"),
            bad=run.bad + became.count("bad"),
            lines=run.lines + lines,
            problems=tuple(kept),
            updated_at=clock.now(),
        )

    def _cells(self, item: Item, problems: Iterable[Problem]) -> tuple[CellProblem, ...]:
        return cell_problems(item.draft, self.source.plan, problems)

    def _still_ours(self, unit: Unit) -> bool:
        """Whether this process shall go on: nobody stopped the run or carries it on elsewhere."""
        stored = unit.migrations.get(self.run.id, lock=True)
        if stored is None or stored.holder != self.run.holder:
            raise Refused.one(
                "migration_runs_elsewhere",
                Text("这次迁移正由另一进程执行。", "Another process carries this migration out."),
                status=409,
            )
        if stored.state != "running":
            self.run = replace(self.run, state="stopped", updated_at=clock.now())
            unit.migrations.change(self.run)
            return False
        return True

    def _ended(self) -> Run:
        with self.desk.store.unit() as unit:
            if self._still_ours(unit):
                state = "checked" if self.run.dry else "done"
                self.run = replace(self.run, state=state, updated_at=clock.now())
                unit.migrations.change(self.run)
        return self.run


def problems_of(run: Run) -> list[tuple[str, CellProblem]]:
    """Return the problems kept with a run, each with the key of its record in the source."""
    found = []
    for data in run.problems:
        rest: dict[str, Any] = {name: value for name, value in data.items() if name != "key"}
        found.append((str(data["key"]), CellProblem.of_json(rest)))
    return found
