"""Figures that are kept equal those reckoned afresh, whatever was written meanwhile and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, update

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.measures import FORMULAS, ending
from seamline.problems import Refused
from seamline.store.platform_tables import FIGURES
from seamline.usecases.desk import Desk
from seamline.usecases.figures import Reckoner
from seamline.usecases.measure import measured
from seamline.usecases.measuring.history import JournalHistory, today
from seamline.usecases.measuring.keeping import reckoned
from seamline.usecases.measuring.memory import memory_of
from seamline.usecases.measuring.reliance import reliance
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
NOW = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
PERIODS = 10
TEAMS = st.sampled_from(("red", "blue", None))
DAYS = st.integers(0, 69)  # before NOW: entries are dated back into any of the months
ACTS = st.one_of(
    st.tuples(st.just("create"), DAYS, TEAMS, st.integers(0, 1_500)),
    st.tuples(st.sampled_from(("finish", "reopen", "shut", "archive")), DAYS, st.integers(0, 99)),
    st.tuples(st.just("team"), DAYS, st.integers(0, 99), TEAMS),
    st.tuples(st.just("cost"), DAYS, st.integers(0, 99), st.integers(0, 1_500)),
    st.tuples(st.just("due"), DAYS, st.integers(0, 99), DAYS),
    st.tuples(st.just("visit"), DAYS, st.integers(0, 99), st.booleans()),
    st.tuples(st.just("paid"), DAYS, st.integers(0, 99), st.booleans()),
)


def shown(desk: Desk) -> dict[str, list[object]]:
    """Return every figure as a process shows it that has just started."""
    memory_of(desk.store, -1)  # of no catalog there is: what is remembered is forgotten
    return {
        name: [
            (point.period, point.sample) for point in measured(desk, ADMIN, name, PERIODS).points
        ]
        for name in timed(desk)
    }


def afresh(desk: Desk) -> dict[str, list[object]]:
    """Return every figure reckoned from the journal alone."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        history = JournalHistory(desk, catalog, unit)
        return {
            name: [
                (span.word, reckoned(history, measure, span))
                for span in ending(measure.period, today(catalog), PERIODS, catalog.zone)
            ]
            for name, measure in catalog.measures.items()
            if name in timed(desk)
        }


def timed(desk: Desk) -> Iterator[str]:
    """Yield the measures that have periods."""
    for measure in desk.catalogs.current().measures.values():
        if FORMULAS[measure.formula].periods:
            yield measure.id


class World:
    """The tickets and visits of a workspace, and what may happen to them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.made: dict[str, list[str]] = {"ticket": [], "visit": []}

    def happen(self, act: str, days: int, *more: object) -> None:
        """Let one thing happen some days before NOW; what its state forbids does not."""
        at = NOW - timedelta(days=days, minutes=len(self.made["ticket"]))
        with clock.frozen(at), suppress(Refused):
            self._happen(act, *more)

    def _happen(self, act: str, *more: object) -> None:
        if act == "create":
            team, cost = more
            due = {"due": "2026-02-10", "subject": "s", "team": team, "cost": cost}
            self._submit("ticket", "create", due)
            return
        which, *rest = more
        form = "visit" if act == "paid" else "ticket"
        if not self.made[form]:
            return
        record = self.made[form][which % len(self.made[form])]
        match act:
            case "visit":
                self._submit("visit", "create", {"ticket": record, "paid": rest[0]})
            case "team" | "cost" | "paid":
                self._submit(form, "change", {act: rest[0]}, record)
            case "due":
                day = (NOW - timedelta(days=rest[0])).date().isoformat()
                self._submit(form, "change", {"due": day}, record)
            case _:
                self._submit(form, act, {}, record)

    def _submit(self, form: str, step: str, values: dict, record: str = "") -> None:
        done = submit(self.desk, ADMIN, CLI, Submission(form, step, values, record=record))
        if step == "create":
            self.made[form].append(done.record.id)


@pytest.mark.cap(118)
def test_kept_figures_are_those_reckoned_afresh(desk):
    world = World(desk)
    for number in range(8):
        world.happen("create", number * 9, "red" if number % 2 else "blue", 100 * number)

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(ACTS, min_size=1, max_size=8))
    def whatever_happens(acts):
        for act in acts:
            world.happen(*act)
        with clock.frozen(NOW):
            assert shown(desk) == afresh(desk)

    whatever_happens()


def spoilt(desk: Desk) -> None:
    """Write nonsense into every kept figure: where it is shown, it was not reckoned."""
    nonsense = '{"value":"-1","count":0,"missing":0,"parts":{}}'
    with desk.store.unit() as unit:
        unit.connection.execute(update(FIGURES).values(sample=nonsense))


def lost(desk: Desk, name: str) -> set[str]:
    """Return the periods of a measure whose kept figure is shown unread."""
    return {period for period, sample in shown(desk)[name] if sample.value == -1}


@pytest.mark.cap(118)
def test_a_period_that_is_over_is_reckoned_again_only_where_something_moved_it(desk):
    world = World(desk)
    with clock.frozen(NOW):
        shown(desk)
        spoilt(desk)
        assert {"2026-01", "2026-02"} <= lost(desk, "cost") and "2026-03" not in lost(desk, "cost")
    world.happen("create", 1, "red", 5)
    world.happen("visit", 0, 0, True)
    with clock.frozen(NOW):
        assert {"2026-01", "2026-02"} <= lost(desk, "cost")
        assert {"2026-01", "2026-02"} <= lost(desk, "red_visits")
    world.happen("create", 30, "red", 5)  # dated back to February
    with clock.frozen(NOW):
        assert "2026-01" in lost(desk, "cost") and "2026-02" not in lost(desk, "cost")
        spoilt(desk)
    world.happen("cost", 0, 1, 77)  # of the ticket of February
    with clock.frozen(NOW):
        assert "2026-01" in lost(desk, "cost") and "2026-02" not in lost(desk, "cost")
        assert {"2026-01", "2026-02"} <= lost(desk, "visits_per_ticket")
    world.happen("team", 0, 0, "blue")  # what visits say of their tickets
    with clock.frozen(NOW):
        assert not lost(desk, "red_visits")


def test_the_chore_reckons_them_before_anybody_asks(desk):
    with clock.frozen(NOW):
        Reckoner(desk, seconds=60).tick()
        spoilt(desk)
        assert all("2026-02" in lost(desk, name) for name in ("cost", "repair_hours"))
        with desk.store.unit() as unit:
            unit.connection.execute(update(FIGURES).values(definition="of yesterday"))
        assert Reckoner(desk, seconds=60).tick() > 0
        with desk.store.reading() as unit:
            told = unit.connection.execute(select(FIGURES.c.definition)).scalars()
            assert "of yesterday" not in set(told)
        reckoner = Reckoner(desk, seconds=60)
        assert reckoner.tick() == 0  # nothing is missing


def test_a_definition_is_known_by_all_that_it_says(desk):
    catalog = desk.catalogs.current()
    cost = catalog.measures["cost"]
    known = reliance(catalog, cost)
    other = replace(cost, settings=replace(cost.settings, take="mean"))
    assert reliance(catalog, replace(cost, title=cost.unit, scale=0)) == known
    assert reliance(catalog, other).definition != known.definition
    assert known.own == {"ticket": {"cost", "team"}} and not known.reached
    assert reliance(catalog, catalog.measures["red_visits"]).reached == {"ticket": {"team"}}
    assert not reliance(catalog, catalog.measures["rules_on"]).told
