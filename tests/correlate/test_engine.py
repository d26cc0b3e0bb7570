"""The engine of joins proposes, the rows decide: however it fares, nothing is lost or invented."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from seamline.correlate.encoding import Ids, Unfit, Words, engine_rule, fnv, whole
from seamline.correlate.supervise import EngineLost, Limits, Supervisor, installed
from seamline.usecases import correlate
from seamline.usecases.correlator import Correlator

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def engine():
    """Skip where the engine is not installed; not in CI, where Python is one that it builds on."""
    if not installed():
        if os.environ.get("CI") and sys.version_info < (3, 13):
            pytest.fail("durable_rules is not installed")
        pytest.skip("durable_rules is not installed")


@pytest.fixture(scope="session")
def soak_module():
    """Return the benchmark that compares engine, SQL and every combination."""
    spec = importlib.util.spec_from_file_location("soak", BENCHMARKS / "correlate_soak.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["soak"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.cap(27)
def test_engine_sql_and_every_combination_agree(engine, soak_module, tmp_path):
    desk = soak_module.workspace("", tmp_path / "workspace")
    try:
        done = soak_module.soak(desk, "durable", operations=2_000, kills=10, seed=3)
    finally:
        desk.close()
    assert done.difference is None
    assert (done.operations, done.kills, done.restarts) == (2_000, 10, 10)
    assert done.by_engine > 1_900
    assert done.raised > 1_000 and done.ended > 1_000


def test_sql_alone_agrees_with_every_combination(soak_module, store_url, tmp_path):
    desk = soak_module.workspace(store_url, tmp_path / "workspace")
    try:
        done = soak_module.soak(desk, "sql", operations=300, seed=4)
    finally:
        desk.close()
    assert done.difference is None
    assert done.operations == 300


@pytest.fixture
def shortage(place):
    place("part", code="P1", floor="10", wanted=True)
    stock = place("stock", part="P1", available="5", shelf="A")
    place("sales", lines=[{"part": "P1", "qty": 8}], shelf="B")
    return stock


@pytest.fixture
def correlator(desk):
    made = []

    def start(engine="durable", **limits):
        made.append(Correlator(desk, engine, limits=Limits(**{"answer": 60.0, **limits})))
        return made[-1]

    yield start
    for one in made:
        one.close()


def keys(desk, rule):
    return {match.key for match in correlate.standing(desk, rule)}


def test_a_tick_leaves_to_the_next_what_takes_long(desk, place, shortage, correlator):
    one = correlator("sql")
    one.tick()
    for number in range(120):
        place("stock", "change", shortage.id, available=str(number % 7))
    one.catch_up(0.0)
    assert 0 < one.health().behind <= 20
    one.catch_up(0.0)
    assert one.health().behind == 0


def test_after_three_crashes_sql_does_it_and_health_says_so(engine, desk, place, shortage,
                                                            correlator):  # fmt: skip
    one = correlator(pause=0.0)
    assert one.tick().raised == 1
    for crash in range(1, 4):
        place("stock", "change", shortage.id, available=str(crash))
        one.tick()
        assert one.health().engine == "durable"
        os.kill(one.pid, signal.SIGKILL)
        place("stock", "change", shortage.id, available="100")
        assert one.tick().ended == 1
        place("stock", "change", shortage.id, available="1")
        assert one.tick().raised == 1
    health = one.health()
    assert (health.asked, health.engine, health.crashes, one.pid) == ("durable", "sql", 3, 0)
    assert "SQL" in health.say.zh and "SQL" in health.say.en
    assert health.behind == 0


def test_a_crashed_engine_waits_before_it_is_started_again(engine, desk, shortage, correlator):
    one = correlator(pause=3600.0)
    one.tick()
    one.react("stock", shortage.id)
    os.kill(one.pid, signal.SIGKILL)
    one.react("stock", shortage.id)
    one.react("stock", shortage.id)
    assert one.pid == 0
    assert one.engine_health().state == "waiting"
    assert len(keys(desk, "short")) == 1


def test_a_frozen_engine_is_noticed_and_ended(engine):
    supervisor = Supervisor(Limits(answer=60.0))
    supervisor.start()
    supervisor.ask({})
    supervisor.limits = Limits(answer=0.2)
    os.kill(supervisor.pid, signal.SIGSTOP)
    with pytest.raises(EngineLost):
        supervisor.beat()
    assert supervisor.pid == 0
    assert supervisor.health().last.startswith("silent")


def test_an_engine_that_grows_too_large_is_ended(engine):
    supervisor = Supervisor(Limits(answer=60.0, megabytes=1))
    supervisor.start()
    with pytest.raises(EngineLost):
        supervisor.beat()
    assert supervisor.health().last.startswith("too large")


def test_an_engine_that_refuses_what_it_is_told_counts_as_lost(engine):
    supervisor = Supervisor(Limits(answer=60.0))
    supervisor.start()
    with pytest.raises(EngineLost):
        supervisor.ask({"do": [["+", "nowhere", {"id": "1"}]]})
    assert supervisor.health().crashes == 1


def test_without_the_engine_sql_does_everything(desk, place, shortage, correlator):
    one = correlator("sql")
    assert one.tick().raised == 1
    place("stock", "change", shortage.id, available="9")
    assert one.tick().ended == 1
    assert one.tick() == correlate.Outcome()
    assert (one.health().engine, one.health().behind) == ("sql", 0)


def test_a_flipped_switch_is_followed(desk, shortage, correlator):
    from seamline import clock

    one = correlator("sql")
    one.tick()
    with desk.store.unit() as unit:
        unit.switches.set("correlation.short", False, "admin", clock.now(), "test")
    desk.catalogs.refresh()
    assert one.tick().ended == 1


@pytest.mark.parametrize("value", [0.5, Decimal("0.0000001"), Decimal(10) ** 15, b"x"])
def test_what_the_engine_cannot_hold_exactly_is_unfit(value):
    with pytest.raises(Unfit):
        whole(value, Words())


def test_equal_values_are_equal_numbers_for_the_engine():
    words = Words()
    assert whole(Decimal("10.0"), words) == whole(10, words)
    assert whole("a", words) == whole("a", words) != whole("b", words)
    assert whole(True, words) == 1


def test_names_of_facts_never_share_a_hash():
    # The engine tells ids apart by 32 bits only: two of these would be one fact to it.
    assert fnv("OD-2026-04-19258") == fnv("OD-2026-06-43196")
    ids = Ids()
    assert len({fnv(ids.new()) for _ in range(50_000)}) == 50_000
    tokens = ["id", "sid", "t", "z", *(f"a{n}" for n in range(60)), *(f"f{n}" for n in range(6))]
    assert len({fnv(token) for token in tokens}) == len(tokens)


def test_a_rule_is_of_the_safe_form(desk):
    for model in desk.catalogs.current().correlations.values():
        if len(model.facts) == 1:
            with pytest.raises(Unfit):
                engine_rule(model, 1)
            continue
        for place, pattern in enumerate(engine_rule(model, 1).body):
            clauses = pattern[f"f{place}"]["$and"]
            assert "t" in clauses[0]
            assert place == 0 or clauses[-1] == {"z": {"f0": "z"}}
            words = {key for clause in clauses for key in clause if key.startswith("$")}
            assert words <= {"$ex", "$lt", "$lte", "$gt", "$gte", "$neq"}
