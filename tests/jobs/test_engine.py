"""The durable engine: asked once means done once, whatever becomes of the process that does it."""

import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import update

from seamline import clock
from seamline.jobs.engine import Engine, Worker
from seamline.jobs.rescuing import RESCUES, Fallen, verdict
from seamline.jobs.run import Ask, Stopped
from seamline.jobs.slots import Slots
from seamline.store import open_store

SIX = Path(__file__).with_name("six_steps.py")
PATIENCE = 30


def until(what):
    """Wait for something to come true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@contextmanager
def working(engine, interpret, **more):
    worker = Worker(engine, interpret, slot="slot-0", poll=0.02, **more)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(0)


@pytest.fixture
def engine(store_url):
    with closing(Engine(store_url)) as opened:
        yield opened


def ended(engine, run, state="done"):
    return lambda: (found := engine.run(run)) is not None and found.state == state


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "moment"), [(1, "before"), (2, "after"), (5, "after"), (6, "before")]
)
def test_a_killed_worker_loses_nothing_and_repeats_nothing(store_url, tmp_path, step, moment):
    store, engine = open_store(store_url), Engine(store_url)
    store.upgrade()
    engine.prepare()
    engine.enqueue([Ask(f"six:{n}", {}) for n in range(3)])
    command = [sys.executable, SIX, store_url, tmp_path, str(step), moment]
    first = subprocess.Popen(command)
    assert first.wait(PATIENCE) == -9
    second = subprocess.Popen(command)
    try:
        until(lambda: len(engine.runs("done")) == 3)
    finally:
        (tmp_path / "stop").touch()
        assert second.wait(PATIENCE) == 0
    with store.reading() as unit:
        kept = Counter(message.key for message in unit.outbox.next(100))
    assert kept == {f"six:{run}:{number}": 1 for run in range(3) for number in (1, 3, 5)}
    told = set((tmp_path / "journal").read_text(encoding="utf-8").split())
    assert told == {f"six:{run}:{number}" for run in range(3) for number in (2, 4, 6)}
    engine.close()
    store.close()


def test_what_is_asked_twice_is_done_once(engine):
    done = []
    with working(engine, lambda turn, body: done.append(turn.id)):
        engine.enqueue([Ask("p:1", {}), Ask("p:2", {})])
        engine.enqueue([Ask("p:1", {})])
        until(lambda: len(engine.runs("done")) == 2)
        engine.enqueue([Ask("p:1", {}), Ask("p:3", {})])
        until(lambda: len(engine.runs("done")) == 3)
    assert sorted(done) == ["p:1", "p:2", "p:3"]


def test_a_stopped_run_goes_on_from_where_a_person_says(engine):
    def interpret(turn, body):
        seen = turn.step("look", lambda: body["number"])
        if seen < 2:
            turn.mark({"why": "too small"})
            raise Stopped("too small")
        return seen

    with working(engine, interpret):
        engine.enqueue([Ask("p:1", {"number": 1}, {"form": "order"})])
        until(ended(engine, "p:1", "stopped"))
        run = engine.run("p:1")
        assert (run.about["form"], run.about["why"], run.body) == (
            "order", "too small", {"number": 1},
        )  # fmt: skip
        assert [one.id for one in engine.runs("stopped")] == ["p:1"]
        engine.resume(run, {"number": 2})
        until(ended(engine, "p:1"))
    assert engine.runs("stopped") == []
    assert [(trace.part, trace.result) for trace in engine.traces("p:1")] == [
        ("p:1", 1), ("p:1~1", 2),
    ]  # fmt: skip


def test_a_run_that_waits_takes_no_thread_and_can_be_cancelled(engine):
    def interpret(turn, body):
        if body["round"] < 2:
            again = {"round": body["round"] + 1}
            turn.follow(Ask(f"{turn.id.partition('~')[0]}~{again['round']}", again))

    with working(engine, interpret, threads=1):
        engine.enqueue([Ask("p:slow", {"round": 9}, delay=3600)])
        engine.enqueue([Ask("p:1", {"round": 0})])
        until(lambda: [run.id for run in engine.runs("done")] == ["p:1"])
        assert engine.run("p:1").part == "p:1~2"
        (waiting,) = engine.runs("waiting")
        assert waiting.due > clock.now() + timedelta(minutes=50)
        engine.cancel(waiting)
        until(ended(engine, "p:slow", "cancelled"))
        assert engine.backlog() == {"waiting": 0, "running": 0, "stopped": 0}
        assert engine.forget(clock.now() + timedelta(minutes=1)) == 4
    assert engine.runs() == []


def test_a_queue_lets_only_so_many_in(engine):
    inside, most = [], []

    def interpret(turn, body):
        inside.append(turn.id)
        most.append(len(inside))
        time.sleep(0.05)
        inside.remove(turn.id)

    with working(engine, interpret) as worker:
        worker.listen("connection.u8", at_once=2)
        engine.enqueue([Ask(f"p:{n}", {}, queue="connection.u8") for n in range(8)])
        until(lambda: len(engine.runs("done")) == 8)
    assert max(most) <= 2


def test_a_part_that_takes_its_process_down_again_and_again_is_put_before_a_person(engine):
    gate = threading.Event()
    with working(engine, lambda turn, body: gate.wait(PATIENCE)):
        engine.enqueue([Ask("p:1", {}), Ask("p:2", {})])
        until(lambda: len(engine.runs("running")) == 2)
        engine.note("p:1", {"rescued": RESCUES})
        told = []
        # The other one's process ended for once.
        assert engine.rescue(["p:1", "p:2"], told.append) == 1
        assert [(one.id, one.about["why"][0]["code"]) for one in told] == [("p:1", "process_ended")]
        (run,) = engine.runs("stopped")
        assert (run.id, run.about["why"][0]["code"]) == ("p:1", "process_ended")
        gate.set()
        engine.resume(run, {})
        until(ended(engine, "p:1"))
        until(ended(engine, "p:2"))


def test_what_the_database_gave_us_while_it_went_away_is_gone_on_with(engine, monkeypatch):
    engine.prepare()
    slots = Slots(engine)
    with slots.taken() as slot:
        engine.enqueue([Ask("p:1", {}), Ask("p:2", {})])
        tables = engine.client._sys_db
        with tables.engine.begin() as connection:  # as a worker does that never hears of it
            given = update(tables.tables.workflow_status)
            connection.execute(given.values(status="PENDING", executor_id=slot))
        assert slots.rescue({"p:1"}) == 0  # p:2 may be about to begin
        monkeypatch.setattr("seamline.jobs.slots.LOST_AFTER", 0.0)
        assert slots.rescue({"p:1"}) == 1
        assert [run.id for run in engine.runs("waiting")] == ["p:2"]
        assert [run.id for run in engine.runs("running")] == ["p:1"]


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_only_a_part_that_gets_no_further_is_left_to_a_person(got_on):
    about, kept, without, now = {}, 0, 0, clock.now()
    for number, further in enumerate(got_on):
        kept += further
        without = 1 if further else without + 1
        fallen = Fallen("p:1", f"slot-0:{number}", kept, about)
        what, noted = verdict(fallen, now)
        about |= noted
        assert what == ("stop" if without > RESCUES else "go on" if without < 3 else "wait")
        fallen = Fallen("p:1", f"slot-0:{number}", kept, about)
        what, noted = verdict(fallen, now + timedelta(minutes=1))  # each end counts once
        assert what == ("stop" if without > RESCUES else "go on")
        if what == "stop":
            break


def test_nothing_is_made_before_there_is_work(engine):
    assert engine.runs() == []
    assert engine.run("p:1") is None
    assert engine.backlog()["waiting"] == 0
