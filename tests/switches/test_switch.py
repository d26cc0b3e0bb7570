"""Flipping, undoing, proposing: by whom, with what reason, with what effect on the next order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.usecases import install, switch, verify

API = Origin("api", "127.0.0.1", "test")
ADMIN = Actor("admin", "Admin", ("administrator",))
HARD = "order_create.agreement"


def refused(call) -> list[str]:
    with pytest.raises(Refused) as error:
        call()
    return [str(error.value.status), *(problem.code for problem in error.value.problems)]


@pytest.mark.cap(6, 65, 66)
def test_a_flip_acts_on_the_next_order_and_tells_who_when_and_why(desk, owner, place):
    assert refused(lambda: place(agreement=False)) == ["422", "hard_rule"]

    done = switch.flip(desk, owner, API, HARD, "off", "旺季先放行")
    assert (done.before.position, done.after.position, done.waiting) == ("on", "off", False)
    assert place(agreement=False).outcome == "passed"

    event = switch.history(desk, owner, HARD)[0]
    assert (event.kind, event.actor, event.reason) == ("switched", "wang", "旺季先放行")
    assert (event.step, event.body["rule"]) == ("order.create", HARD)
    assert (event.body["from"], event.body["to"]) == ("on", "off")
    assert event.body["preview"]["total"] == 1 and event.body["preview"]["released"] == 1
    state = switch.rule(desk, owner, HARD)
    assert (state.actor, state.reason, state.stand.position) == ("wang", "旺季先放行", "off")
    with desk.store.reading() as unit:
        assert "rule.switched" in [message.topic for message in unit.outbox.next()]
    assert verify.workspace(desk, ADMIN).sound


@pytest.mark.cap(66)
def test_undo_puts_the_switch_back_and_only_the_latest_move_can_be_undone(desk, owner, place):
    first = switch.flip(desk, owner, API, HARD, "off", "试试")
    back = switch.undo(desk, owner, API, first.event.seq, "不行")
    assert back.after.position == "on" and back.event.body["undoes"] == first.event.seq
    assert refused(lambda: place(agreement=False)) == ["422", "hard_rule"]
    assert refused(lambda: switch.undo(desk, owner, API, first.event.seq, "again")) == [
        "409",
        "moved_since",
    ]
    assert refused(lambda: switch.undo(desk, owner, API, 10**30, "x"))[0] == "404"


@pytest.mark.cap(66)
def test_only_the_owner_of_the_step_flips(desk, owner, clerk):
    codes = refused(lambda: switch.flip(desk, clerk, API, HARD, "off", "x"))
    assert codes == ["403", "not_allowed"]
    assert switch.rule(desk, owner, HARD).may_switch
    assert not switch.rule(desk, clerk, HARD).may_switch
    reader = replace(owner, scopes=frozenset({"read"}))
    assert refused(lambda: switch.flip(desk, reader, API, HARD, "off", "x"))[1] == "token_scope"


def test_what_is_wrong_is_said_at_once(desk, owner):
    soon = clock.now() + timedelta(days=1)
    codes = refused(lambda: switch.flip(desk, owner, API, HARD, "off", " ", soon))
    assert sorted(codes) == ["422", "end_without_trial", "reason_required"]
    late = clock.now() - timedelta(days=1)
    assert refused(lambda: switch.flip(desk, owner, API, HARD, "shadow", "x", late)) == [
        "422",
        "end_out_of_range",
    ]
    assert refused(lambda: switch.flip(desk, owner, API, "order_create.agrement", "off", "x")) == [
        "404",
        "unknown_rule",
    ]
    with pytest.raises(Refused) as error:
        switch.flip(desk, owner, API, HARD, "on", "x")
    problem = error.value.problems[0]
    assert (error.value.status, problem.code) == (409, "switched_already")
    assert "已经是" in problem.say.zh and "already" in problem.say.en


@pytest.mark.cap(106)
def test_a_rule_in_shadow_is_noted_and_has_no_effect_until_it_ends_by_itself(desk, owner, place):
    until = clock.now() + timedelta(days=3)
    switch.flip(desk, owner, API, HARD, "shadow", "看三天", until)
    assert desk.catalogs.current().shadows == {HARD}

    placed = place(agreement=False)
    assert placed.outcome == "passed" and placed.decision is not None
    assert [finding.rule for finding in placed.decision.findings] == ["agreement"]
    assert placed.decision.findings[0].shadow and placed.decision.spoken == ()
    assert placed.event.body["rules"] == []
    with desk.store.reading() as unit:
        assert unit.decisions.get(placed.decision.id).findings[0].shadow

    with clock.frozen(until + timedelta(seconds=1)):
        catalog = desk.catalogs.refresh()
        assert catalog.shadows == frozenset() and catalog.trial_ends is None
        assert switch.rule(desk, owner, HARD).stand.position == "off"
        assert place(agreement=False).decision.findings == ()


@pytest.mark.cap(106)
def test_a_trial_is_undone_and_ended_by_a_flip(desk, owner, place):
    began = switch.flip(desk, owner, API, HARD, "shadow", "看看")
    assert began.after.until is not None
    ended = switch.flip(desk, owner, API, HARD, "on", "有用")
    assert (ended.before.position, ended.after.position) == ("shadow", "on")
    assert refused(lambda: place(agreement=False)) == ["422", "hard_rule"]
    again = switch.undo(desk, owner, API, ended.event.seq, "再看看")
    assert again.after == began.after
    assert place(agreement=False).outcome == "passed"


def test_a_flip_shares_what_was_compiled(desk, owner):
    before = desk.catalogs.current()
    switch.flip(desk, owner, API, HARD, "off", "x")
    after = desk.catalogs.current()
    assert after is not before and after.forms is before.forms and after.rules is before.rules
    assert after.version == before.version


@pytest.mark.cap(66)
def test_two_people_move_a_switch_where_the_rule_set_asks_for_it(desk, owner, place, package):
    path = package / "rulesets" / "order_create.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "approval: {two_people: true}\n", encoding="utf-8")
    install.publish(desk, ADMIN, API, package)
    second = replace(owner, id="zhao")

    asked = switch.flip(desk, owner, API, HARD, "off", "先停")
    assert asked.waiting and switch.rule(desk, second, HARD).proposal == asked.event
    assert refused(lambda: place(agreement=False)) == ["422", "hard_rule"]
    assert refused(lambda: switch.confirm(desk, owner, API, asked.event.seq)) == [
        "403",
        "own_proposal",
    ]
    done = switch.confirm(desk, second, API, asked.event.seq)
    assert (done.event.actor, done.event.body["proposed_by"]) == ("zhao", "wang")
    assert place(agreement=False).outcome == "passed"
    assert refused(lambda: switch.confirm(desk, second, API, asked.event.seq)) == [
        "409",
        "moved_since",
    ]

    again = switch.flip(desk, owner, API, HARD, "on", "恢复")
    switch.decline(desk, second, API, again.event.seq, "再等等")
    assert switch.rule(desk, owner, HARD).proposal is None
    assert switch.rule(desk, owner, HARD).stand.position == "off"
