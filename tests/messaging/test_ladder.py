"""The 48 hours before a task is due, played in virtual time over 300 tasks and real channels."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.jobs.engine import Engine, Worker
from seamline.usecases import accounts, addresses
from seamline.usecases.connected import connect
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.running import Running
from seamline.usecases.submit import Submission, submit

from ..published import published
from .conftest import ADMIN, CLI, PACKAGE, connected

TASKS = 300
PATIENCE = 240
FORM = Origin("form")
WORKER = Actor("planner", "Planner", ("worker",))
# What becomes of a task: who owns it, and when somebody begins, in hours after the first reminder.
FATES = {
    "begun after WeCom": ("reached", 1),
    "WeCom said ok but dropped it": ("reached", 3),
    "text message not delivered": ("dead phone", 4),
    "no WeCom": ("phone only", None),
    "nobody begins": ("reached", None),
}
# By fate, the channels in their order and how it ends.
WANTED = {
    "begun after WeCom": (["wecom"], "ended"),
    "WeCom said ok but dropped it": (["wecom", "sms"], "ended"),
    "text message not delivered": (["wecom", "sms", "call"], "over"),
    "no WeCom": (["sms", "call"], "over"),
    "nobody begins": (["wecom", "sms", "call"], "over"),
}
CREW = {"reached": range(1, 13), "dead phone": range(13, 25), "phone only": range(25, 37)}


class Plant:
    """A workspace whose clock the test turns, the channels turning with it."""

    def __init__(self, desk, wecom, sms):
        self.desk, self.wecom, self.sms = desk, wecom, sms
        self.at = wecom.bench.clock.now()
        self.engine = Engine(desk.settings.database)
        self.dispatcher = Dispatcher(desk, self.engine, now=lambda: self.at)
        self.running = Running(desk, self.connect, now=lambda: self.at)

    def connect(self, name, stack: ExitStack):
        stack.enter_context(clock.frozen(self.at))
        return connect(self.desk, name, stack)

    def place(self, step, record="", **values):
        with clock.frozen(self.at):
            asked = Submission("task", step, values, record=record)
            return submit(self.desk, WORKER, FORM, asked).record

    def turn(self, until):
        """Let time pass and everything happen that is due by then."""
        for standin in (self.wecom, self.sms):
            standin.advance((until - self.at).total_seconds())
        self.at = until
        self.dispatcher.tick()
        end = time.monotonic() + PATIENCE
        while self.dispatcher.drain() or self.engine.at_work() or self._hastened():
            assert time.monotonic() < end, self.engine.backlog()
            time.sleep(0.05)

    def _hastened(self):
        """Let go on what waits for a moment that has come; tell whether something does."""
        waiting = self.engine.runs("waiting", limit=10_000)
        due = [
            one
            for one in waiting
            if not one.about.get("waits") or datetime.fromisoformat(one.about["waits"]) <= self.at
        ]
        if due:
            self.engine.hasten(self.at)
        return bool(due)


@pytest.fixture
def plant(tmp_path, _wecom, _sms):
    desk = published(tmp_path / "workspace", PACKAGE)
    for standin in (_wecom, _sms):
        standin.reset()
        standin.bench.clock.hold(True)
    ahead = (_wecom.bench.clock.now() - _sms.bench.clock.now()).total_seconds()
    (_sms if ahead > 0 else _wecom).advance(abs(ahead))
    connected(desk, _wecom, _sms)
    people(desk, _sms)
    made = Plant(desk, _wecom, _sms)
    worker = Worker(made.engine, made.running.interpret, slot="slot-0", poll=0.02)
    worker.start()
    yield made
    worker.stop(0)
    made.engine.close()
    desk.close()


def people(desk, sms):
    for crew, numbers in CREW.items():
        for number in numbers:
            login = f"w{number:02d}"
            accounts.create_user(
                desk, ADMIN, CLI, login=login, name=login, roles=["worker"], password="x" * 12
            )
            phone = f"1380000{number:04d}"
            give = partial(addresses.set_address, desk, ADMIN, CLI, login)
            give("phone", phone)
            if crew != "phone only":
                give("wecom", f"m{number:02d}")
            if crew == "dead phone":
                sms.services["sms"].phones.behave(phone, sms="failed")


@pytest.mark.slow
@pytest.mark.cap(50, 51, 52, 53)
def test_every_task_ends_right_and_every_step_is_on_record(plant):
    start = plant.at
    tasks = {}
    for number in range(TASKS):
        fate = list(FATES)[number % len(FATES)]
        crew, _begins = FATES[fate]
        owner = f"w{CREW[crew][number // len(FATES) % 12]:02d}"
        # Those whose message WeCom drops are due half a day later.
        late = 12 if "dropped" in fate else 0
        due = start + timedelta(hours=49 + late)
        record = plant.place("create", subject=f"{fate} {number}", due=due, owner=owner)
        tasks[record.id] = fate
    plant.turn(start)
    assert plant.wecom.effects() == plant.sms.effects() == []
    # By quarters of an hour until the last ladder is over, and on to see that nothing follows.
    for hours in (*(quarter / 4 for quarter in range(1, 4 * 20)), 30, 49, 62, 96):
        moment = start + timedelta(hours=hours, minutes=1)
        if hours == 13:
            plant.wecom.fault("silent_drop", path="*/message/send")
        plant.turn(moment)
        if hours == 13:
            plant.wecom.heal()
        for record, fate in tasks.items():
            begins = FATES[fate][1]
            first = 13 if "dropped" in fate else 1
            if begins is not None and hours == first + begins:
                plant.place("begin", record)
    assert plant.engine.runs("stopped") == plant.engine.runs("waiting") == []
    each = {record: on_record(plant.desk, record) for record in tasks}
    for record, fate in tasks.items():
        channels, end = WANTED[fate]
        sent = [(one["channel"], one["rung"]) for one in each[record] if one["state"] == "accepted"]
        named = ["call" if rung == 3 else channel for channel, rung in dict.fromkeys(sent)]
        assert named == channels, (fate, each[record])
        assert (each[record][-1]["state"] == "ended") == (end == "ended"), (fate, each[record])
        failed = [one for one in each[record] if one["state"] == "failed"]
        assert bool(failed) == (fate in ("text message not delivered", "no WeCom")), fate
        assert "1380000" not in str(each[record])
    share = TASKS // len(FATES)
    assert len(plant.wecom.effects()) == 3 * share  # not those without, not those it dropped
    kinds = Counter(effect.split()[0] for effect in plant.sms.effects())
    assert kinds == {"sms": 4 * share, "call": 3 * share}


def on_record(desk, record):
    with desk.store.reading() as unit:
        events = unit.journal.of_record("task", record, 50)
    return [one.body for one in reversed(events) if one.kind == "reminded"]
