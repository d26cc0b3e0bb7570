"""Pipelines at work: set off by what happens, doing what they may, leaving what they did."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from seamline.facts import Actor
from seamline.jobs.engine import Engine
from seamline.jobs.run import Ask
from seamline.problems import Refused
from seamline.usecases import accounts, runs
from seamline.usecases.dispatch import Dispatcher
from seamline.usecases.pipelining.resuming import seen_anew

from .conftest import ADMIN, CLERK, FORM, until


def test_a_new_record_is_looked_up_judged_and_changed(shop):
    rich = shop.place("order", item="bolt", qty=5)
    poor = shop.place("order", item="nut", qty=5)
    shop.settle()
    assert shop.record("order", rich.id).state == "doing"
    short = shop.record("order", poor.id)
    assert (short.state, short.values["note"]) == ("short", "short of 2")
    assert short.updated_by == "pipeline.check_stock"
    traces = {
        trace.name: trace.result["ok"]
        for trace in shop.engine.traces(
            next(run.id for run in shop.engine.runs("done") if run.about["record"] == poor.id)
        )
    }
    assert traces["stock"][0]["on_hand"] == 3
    assert traces["enough"] == "then"
    assert traces["enough/then/lack"]["_state"] == "short"


def run_of(shop, pipeline, state="done"):
    (run,) = [run for run in shop.engine.runs(state) if run.id.startswith(f"{pipeline}:")]
    return run


def test_each_row_is_taken_once_and_people_are_told(shop):
    made = accounts.create_user(
        shop.desk, ADMIN, FORM, login="wang", name="Wang", roles=("clerk",), language="en"
    )
    lines = [
        {"part": "bolt", "count": 2},
        {"part": "nut", "count": 1},
        {"part": "bolt", "count": 3},
    ]
    shop.place("order", item="bolt", qty=1, lines=lines)
    shop.settle()
    wanted = {item.values["name"]: item.values["wanted"] for item in shop.records("item")}
    assert wanted == {"bolt": 5, "nut": 1}
    with shop.desk.store.reading() as unit:
        (notice,) = unit.notices.page(made.user.id, unread=True, kind="", before="", limit=9)
    assert notice.say.en == "O-00001 has 3 parts"
    assert not [run for run in shop.engine.runs() if run.id.startswith("count_parts:again")]


def test_a_wait_counts_working_time_and_goes_on_by_what_is_then_there(shop):
    shop.at = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)  # a Friday, 16:30 in Shanghai
    order = shop.place("order", item="nut", qty=9)
    shop.settle()
    run = run_of(shop, "slow", "waiting")
    assert run.about["waits"] == "2026-11-30T01:30:00+00:00"  # Monday, 09:30
    shop.place("order", "begin", order.id)
    shop.at += timedelta(days=2, hours=16)
    shop.settle()
    assert run_of(shop, "slow", "waiting").id == run.id
    shop.at += timedelta(hours=2)
    shop.settle()
    assert run_of(shop, "slow").id == run.id
    (note,) = shop.records("call")
    assert (note.values["what"], note.values["order"]) == ("still doing", order.code)


def test_a_button_is_for_who_may_press_it(shop):
    order = shop.place("order", item="bolt", qty=4)
    runs.press(shop.desk, CLERK, FORM, "by_hand", order.code)
    shop.settle()
    (note,) = shop.records("call")
    assert note.values["what"] == "li: 8 fixed"
    stranger = Actor("x", "X", ("planner",))
    with pytest.raises(Refused) as refused:
        runs.press(shop.desk, stranger, FORM, "by_hand", order.code)
    assert refused.value.status == 403


def test_a_run_goes_on_with_what_was_mended_in_its_record_and_in_what_it_looked_up(shop):
    order = shop.place("order", item="nut", qty=9)  # of which there are 3
    shop.place("order", "lack", order.id, who=ADMIN, note="x")  # so the pipeline comes too late
    shop.settle()
    run = run_of(shop, "check_stock", "stopped")
    assert run.about["at"] == "enough/then/lack"
    (nut,) = (one for one in shop.records("item") if one.values["name"] == "nut")
    shop.place("item", "change", nut.id, on_hand=4)
    runs.resume(shop.desk, shop.engine, ADMIN, FORM, run.id)
    shop.settle()
    body = shop.engine.run(run.id).body
    assert [*body["done"]] == ["enough"]  # which way it took stays as it was
    seen = runs.told(shop.desk, shop.engine, ADMIN, run.id).steps[-3:]
    assert [step.place for step in seen] == ["record", "stock", "enough/then/lack"]
    assert (seen[0].result["_state"], seen[1].result[0]["on_hand"]) == ("short", 4)


def test_a_version_that_fits_no_more_is_put_before_somebody(shop):
    old = {**shop.desk.catalogs.current().pipelines["by_hand"].document, "on": {
        "button": {"form": "gone", "roles": ["clerk"]}}}  # fmt: skip
    with shop.desk.store.unit() as unit:
        unit.pinned.keep("old", "by_hand", old)
    body = {"pipeline": "by_hand", "version": "old", "about": {}, "given": {}}
    never = {**body, "version": "never"}  # was kept: our fault, and of no step
    shop.engine.enqueue([Ask("by_hand:1", body), Ask("by_hand:2", never)])
    until(lambda: len(shop.engine.runs("stopped")) == 2)
    with shop.desk.store.reading() as unit:
        told = [one for one in unit.journal.after(0, 1000) if one.kind == "run.stopped"]
    assert sorted(event.body["run"] for event in told) == ["by_hand:1", "by_hand:2"]
    assert shop.engine.run("by_hand:2").about["why"][0]["code"] == "our_fault"


@pytest.mark.parametrize(
    ("kept", "anew"),
    [
        (["record"], {"record"}),
        (["record", "a", "b", "c"], {"record", "c"}),
        (["record", "a", "b", "c", "d", "d/then/e"], {"record", "c", "d/then/e"}),
        (["record", "b", "g", "a"], {"record", "g", "a"}),
        (["record", "b", "a", "h.until", "h.over", "c"], {"record", "a", "c"}),
        (["record", "a", "b", "c", "d", "d/then/f.1.send"], {"record"}),
        (["record", "a", "gone"], {"record"}),
    ],
)
def test_what_a_step_that_left_something_rests_on_is_not_looked_up_again(kept, anew):
    steps = [
        {"id": "a", "read": {}}, {"id": "b", "submit": {}}, {"id": "c", "read": {}},
        {"id": "d", "branch": {"then": [{"id": "e", "map": {}}, {"id": "f", "ladder": {}}]}},
        {"id": "g", "call": {}}, {"id": "h", "wait": {}},
    ]  # fmt: skip
    assert seen_anew({"steps": steps}, kept) == anew


def test_what_failed_is_mended_and_gone_on_with(shop):
    order = shop.place("order", item="bolt", qty=5)
    shop.place("order", "change", order.id, who=ADMIN, note="x")
    shop.place("order", "begin", order.id)  # so the pipeline comes too late
    shop.settle()
    run = run_of(shop, "check_stock", "stopped")
    assert run.about["why"][0]["code"] == "wrong_state"
    story = runs.told(shop.desk, shop.engine, ADMIN, run.id)
    assert [step.place for step in story.steps] == [
        "record",
        "stock",
        "enough",
        "enough/else/begin",
    ]
    runs.resume(shop.desk, shop.engine, ADMIN, FORM, run.id)
    shop.settle()
    assert run_of(shop, "check_stock", "stopped").part == f"{run.id}~1"
    runs.resume(shop.desk, shop.engine, ADMIN, FORM, run.id, skip=True)
    shop.settle()
    assert run_of(shop, "check_stock").part == f"{run.id}~2"
    again = runs.replay(shop.desk, shop.engine, ADMIN, FORM, run.id)
    shop.settle()
    assert shop.engine.run(again).state == "stopped"
    runs.cancel(shop.desk, shop.engine, ADMIN, FORM, again)
    assert shop.engine.run(again).state == "cancelled"


def test_what_was_left_out_stays_out(shop):
    asked = {"connection": "erp", "entity": "orders"}
    steps = [
        {"id": "sent", "write": {**asked, "operation": "create", "values": {"code": "x"}}},
        {"id": "found", "call": {**asked, "key": "x"}},
        {"id": "wrong", "submit": {"form": "order", "step": "create", "values": {}}},
    ]
    now = shop.desk.catalogs.current().pipelines["by_hand"].document
    with shop.desk.store.unit() as unit:
        unit.pinned.keep("old", "by_hand", {**now, "steps": steps})
    body = {"pipeline": "by_hand", "version": "old", "about": {}, "given": {}}
    shop.engine.enqueue([Ask("by_hand:1", body)])
    for at, skip in (("sent", True), ("found", True), ("wrong", False), ("wrong", False)):
        shop.settle()
        assert run_of(shop, "by_hand", "stopped").about["at"] == at
        runs.resume(shop.desk, shop.engine, ADMIN, FORM, "by_hand:1", skip=skip)
    shop.settle()


def test_a_trial_shows_what_would_be_done_and_leaves_nothing(shop):
    order = shop.place("order", item="nut", qty=5)
    before = shop.record("order", order.id)
    steps = runs.tried(shop.desk, ADMIN, "check_stock", record=order.code)
    assert [step.place for step in steps] == ["record", "stock", "enough", "enough/then/lack"]
    assert steps[-1].result["would"]["values"] == {"note": "short of 2"}
    assert steps[-1].result["_state"] == "short"
    pinned = {"stock": [{"on_hand": "9"}]}
    steps = runs.tried(shop.desk, ADMIN, "check_stock", record=order.code, pinned=pinned)
    assert steps[-1].place == "enough/else/begin"
    assert shop.record("order", order.id) == before


ORDERING = {
    "seamline": 1, "pipeline": "to_erp", "title": {"zh": "写入", "en": "To the ERP"},
    "role": "planner",
    "on": {"record": {"form": "order", "steps": ["create"]}},
    "steps": [{"id": "sent", "write": {
        "connection": "erp", "entity": "orders", "operation": "create",
        "values": {"code": "=record._code"},
        "lines": {"rows": {"in": "record.lines", "as": "line", "values": {
            "no": "=line.number", "qty": "=line.count * 2", "unit": "pcs"}}},
    }}],
}  # fmt: skip


def test_what_is_written_elsewhere_has_its_lines(shop):
    bolt = shop.records("item")[0].id
    lines = [{"part": bolt, "count": 2}, {"part": bolt, "count": 3}]
    order = shop.place("order", item="bolt", qty=5, lines=lines)
    (_record, sent) = runs.tried_as_drafted(shop.desk, ADMIN, ORDERING, record=order.code)
    assert sent.result["values"] == {
        "code": order.code,
        "rows": [{"no": 1, "qty": "4", "unit": "pcs"}, {"no": 2, "qty": "6", "unit": "pcs"}],
    }


def test_a_slot_is_lost_by_no_trouble_and_made_up_for_by_no_switch(shop, tmp_path):
    switch(shop, "pipeline.beat")
    clock = [datetime(2026, 11, 27, 0, 0, 1, tzinfo=UTC)]
    with closing(Engine(f"sqlite:///{tmp_path / 'away.db'}")) as engine:
        dispatcher = Dispatcher(shop.desk, engine, now=lambda: clock[0])
        with pytest.raises(DatabaseError):  # its tables are not there yet
            dispatcher.tick()
        engine.prepare()
        clock[0] += timedelta(seconds=1)
        assert dispatcher.tick() == 1
        switch(shop, "pipeline.beat", on=False)
        for _ in range(3):
            clock[0] += timedelta(hours=1)
            assert dispatcher.tick() == 0
        switch(shop, "pipeline.beat")
        clock[0] += timedelta(seconds=15)
        assert dispatcher.tick() == 1


def test_a_reminder_that_is_switched_on_knows_of_what_was_there_before_it(shop):
    switch(shop, "pipeline.remind", on=False)
    order = shop.place("order", item="nut", qty=9, due="2099-12-03")
    shop.settle()
    with shop.desk.store.unit() as unit:
        unit.timers.cancel([f"remind:{order.id}"])
    shop.dispatcher.tick()
    switch(shop, "pipeline.remind")
    shop.dispatcher.tick()
    with shop.desk.store.reading() as unit:
        assert unit.timers.get(f"remind:{order.id}") is not None


def test_a_schedule_makes_up_for_the_newest_slot_and_then_fires_each_once(shop):
    switch(shop, "pipeline.beat")
    begin = datetime(2026, 11, 27, 0, 0, 1, tzinfo=UTC)
    clock = [begin]
    several = [Dispatcher(shop.desk, shop.engine, now=lambda: clock[0]) for _ in range(3)]
    for second in range(0, 61, 5):
        clock[0] = begin + timedelta(seconds=second)
        for dispatcher in several:
            dispatcher.tick()
    until(lambda: len(shop.records("call")) == 5)
    slots = sorted(note.values["what"].split("T")[1][:8] for note in shop.records("call"))
    assert slots == ["00:00:00", "00:00:15", "00:00:30", "00:00:45", "00:01:00"]


def switch(shop, key, on=True):
    with shop.desk.store.unit() as unit:
        unit.switches.set(key, on, "admin", datetime.now(UTC), "test")
    shop.desk.catalogs.refresh()
