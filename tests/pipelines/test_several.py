"""Several processes: what the clock or another system asks for is done once, whoever looks."""

import shutil
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from seamline import clock
from seamline.connecting import Seal, about
from seamline.connectors.wecom import standin as wecom_
from seamline.facts import Event
from seamline.jobs.engine import Engine
from seamline.pipelines.triggers.schedule import EPOCH
from seamline.standins.standin import running
from seamline.store import LocalConnection
from seamline.store.outbox import Outbox
from seamline.store.reviews import clock_of
from seamline.text import Text
from seamline.usecases import accounts, addresses, install, notices
from seamline.usecases.dispatch import Dispatcher

from .conftest import ADMIN, FORM, PATIENCE, PIPED, Shop, opened, until

TICKING = Path(__file__).with_name("ticking.py")
SLOTS = 40  # ten minutes of 15 seconds
MANY = 6  # of everything else
THERE = shutil.ignore_patterns("clerk.yaml", "planner.yaml", "remind.yaml")  # by these names
TROUBLE = Text("{record}出了问题", "Something is wrong with {record}")


def connected(desk, folder, wecom):
    """Publish what mirrors a folder and what sends notices, and set both up."""
    for name in ("mirror_desk", "reached"):
        beside = shutil.copytree(PIPED.with_name(name), folder / name, ignore=THERE)
        install.publish(desk, ADMIN, FORM, Path(beside))
    rows = "".join(f"M{number},Part {number},{number}\n" for number in range(MANY))
    (folder / "stock_1.csv").write_text("code,name,qty\n" + rows, encoding="utf-8")
    urls = dict.fromkeys(("server", "inside_server", "scan_server"), wecom.url)
    sealed = Seal(desk.settings.secret()).seal(wecom_.SECRET, about("wecom_secret"))
    with desk.store.unit() as unit:
        for name, settings in (("erp", {"folder": str(folder)}), ("wecom", urls)):
            unit.connections.set(LocalConnection(name, "on", settings, at=clock.now()))
        unit.remembered.keep_secret("wecom_secret", sealed, clock.now(), "operator")
        unit.switches.set("pipeline.beat", True, "admin", datetime.now(UTC), "test")
        unit.bump_catalog()
    desk.catalogs.refresh()


def asked_for(shop):
    """Leave something of each kind to be done: orders, clocks of reviews, notices."""
    desk = shop.desk
    shop.place("item", name="bolt", on_hand=1000)
    orders = [shop.place("order", item="bolt", qty=1).id for _ in range(MANY)]
    held = [shop.place("call", who=ADMIN, what="ask first").id for _ in range(MANY)]
    people = [f"w{number}" for number in range(1, MANY + 1)]
    for login in people:
        given = {"login": login, "name": login, "roles": ["worker"], "password": "correct horse 1"}
        accounts.create_user(desk, ADMIN, FORM, **given)
        addresses.set_address(desk, ADMIN, FORM, login, "wecom", f"m0{login[1:]}")
    task = shop.place("task", who=ADMIN, subject="drill").id
    with desk.store.unit() as unit:
        for number, record in enumerate(held):
            (review,) = unit.reviews.of_record(record)
            clock_ = unit.timers.get(clock_of(review.id))
            at = EPOCH + timedelta(minutes=1, seconds=10 * number)
            unit.timers.set(replace(clock_, at=at))
        event = unit.journal.append(
            Event("commented", clock.now(), "li", "form", form="task", record=task)
        )
        catalog = desk.catalogs.current()
        notices.tell(unit, catalog, event, "trouble", TROUBLE, people=people)
    return orders, held


@pytest.mark.postgres
def test_one_process_at_a_time_turns_messages_into_runs(postgres_url, tmp_path):
    with closing(opened(postgres_url, tmp_path)) as desk, closing(Engine(postgres_url)) as engine:
        engine.prepare()
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=1)
        shop.place("order", item="bolt", qty=1)
        with desk.store.unit() as unit:
            assert unit.outbox.alone()  # another process is at it
            assert shop.dispatcher.drain() == 0
            assert engine.runs() == []
        assert shop.dispatcher.drain() == 2
        assert shop.dispatcher.drain() == 0
        (run,) = engine.runs()
        assert run.state == "waiting"


@pytest.mark.postgres
def test_what_another_process_has_just_turned_into_runs_is_not_taken_again(
    postgres_url, tmp_path, monkeypatch
):
    with closing(opened(postgres_url, tmp_path)) as desk, closing(Engine(postgres_url)) as engine:
        engine.prepare()
        shop = Shop(desk, engine)
        shop.place("item", name="bolt", on_hand=1)
        shop.place("order", item="bolt", qty=1)
        alone = Outbox.alone

        def late(outbox):
            monkeypatch.setattr(Outbox, "alone", alone)
            assert Dispatcher(desk, engine).drain() > 0  # the other one, a moment before us
            return alone(outbox)

        monkeypatch.setattr(Outbox, "alone", late)
        assert shop.dispatcher.drain() == 0


@pytest.mark.postgres
@pytest.mark.slow
def test_six_processes_do_everything_once(postgres_url, tmp_path):
    folder = tmp_path / "workspace"
    with (
        running(wecom_.WeComService) as wecom,
        closing(opened(postgres_url, folder)) as desk,
        closing(Engine(postgres_url)) as engine,
    ):
        engine.prepare()
        shop = Shop(desk, engine)
        connected(desk, tmp_path / "stock", wecom)
        orders, held = asked_for(shop)
        command = [sys.executable, TICKING, postgres_url, folder, str(time.time() + 2)]
        processes = [subprocess.Popen([*command, what]) for what in ("work",) * 4 + ("watch",) * 2]

        def done():
            states = {shop.record("order", order).state for order in orders}
            return (
                len(shop.records("call")) > SLOTS + MANY
                and states == {"doing"}
                and len(shop.records("material")) == MANY
                and len(wecom.effects()) >= MANY
            )

        try:
            until(done, 3 * PATIENCE)
        finally:
            (folder / "stop").touch()
            codes = [one.wait(PATIENCE) for one in processes]
        assert codes == [0] * 6
        calls = [note.values["what"] for note in shop.records("call") if note.id not in held]
        kinds = Counter()
        with desk.store.reading() as unit:
            for event in unit.journal.after(0, 100_000):
                kinds[event.form, event.kind] += 1
        sent = wecom.effects()
        slots = sorted(
            datetime.fromisoformat(run.id.partition(":")[2])
            for run in engine.runs(prefixes=("beat:",), limit=1000)
        )
    assert len(calls) == len(set(calls))
    assert {slot - before for before, slot in pairwise(slots)} == {timedelta(seconds=15)}
    assert kinds["order", "stepped"] == len(orders)
    assert kinds["call", "escalated"] == len(held)
    assert kinds["material", "created"] == MANY
    assert len(sent) == len(set(sent)) == MANY
