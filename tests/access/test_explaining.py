"""Why somebody sees something or does not: role, grant, condition with values."""

from __future__ import annotations

import json

import pytest

from seamline.problems import Refused
from seamline.ui.cli import main
from seamline.usecases.explain_access import explain_access
from seamline.usecases.explain_act import explain_act, who_may
from seamline.usecases.look import record as looked


def asked(house, login, name, field="", by="boss"):
    return explain_access(house.desk, house.who(by), login, "task", house.codes[name], field)


def test_a_foreign_record_names_the_condition_and_both_values(house):
    answer = asked(house, "vera", "two")
    [one] = answer.reasons
    assert not answer.sees and not one.within and answer.party == "S1"
    assert (one.role, one.grant) == ("vendor", "task")
    [clause] = one.clauses
    assert (clause.path, clause.left, clause.right, clause.result) == (
        "supplier", "S2", "S1", "false",
    )  # fmt: skip
    assert "account stands for" in one.reads.en and "本账号代表" in one.reads.zh
    assert "does not see" in answer.say.en


@pytest.mark.parametrize(
    ("login", "field", "sees", "why"),
    [
        ("vera", "qty", True, "shows such fields"),
        ("vera", "price", False, "shows only: code, Material"),
        ("shaun", "price", False, "hides: Price"),
        ("shaun", "amount", False, "computed or looked up"),
        ("shaun", "customer_po", True, "shows such fields"),
        ("paul", "price", True, "every field"),
        ("boss", "price", True, "sees everything"),
        ("visit", "_created_by", False, "shows only"),
    ],
)
def test_a_field_is_explained_as_it_is_shown(house, login, field, sees, why):
    answer = asked(house, login, "one", field)
    assert answer.sees is sees and why in answer.reasons[0].why.en
    shown = looked(house.desk, house.who(login), "task", house.codes["one"])
    assert (field not in shown.unseen) is sees


def test_every_role_says_its_own(house):
    answer = asked(house, "mixed", "one", "price")
    assert [(one.role, one.within, one.sees) for one in answer.reasons] == [
        ("author", False, True), ("visitor", True, False),
    ]  # fmt: skip
    assert not answer.sees and asked(house, "mixed", "one", "qty").sees


@pytest.mark.parametrize("login", ["vera", "shaun", "paul", "visit"])
def test_only_who_reads_everything_may_ask(house, login):
    whole = house.desk.catalogs.current().access.whole(house.who(login), "task")
    if login == "paul":  # a planner reads all three forms whole
        assert whole and asked(house, "vera", "one", by=login).sees
        return
    with pytest.raises(Refused) as refused:
        asked(house, "vera", "one", by=login)
    assert refused.value.status == 403


def test_unknown_names_are_said(house):
    for arguments in (("nobody.here", "one", ""), ("vera", "one", "prise")):
        with pytest.raises(Refused) as refused:
            asked(house, *arguments)
        assert refused.value.status == 404


def act(house, login, name, step, by="boss"):
    word = house.codes[name] if name else ""
    return explain_act(house.desk, house.who(by), login, "task", step, word)


@pytest.mark.cap(46)
@pytest.mark.parametrize(
    ("login", "name", "step", "may", "why"),
    [
        ("vera", "one", "start", True, "holds the step"),
        ("vera", "two", "start", False, "holds the step"),  # another supplier's
        ("vera", "", "start", True, "holds the step"),
        ("vera", "one", "change", False, "takes only: Start, Finish"),
        ("vera", "one", "export", True, "that it shows"),
        ("vera", "two", "export", False, "that it shows"),
        ("shaun", "one", "export", False, "does not export"),
        ("shaun", "one", "start", False, "takes only: "),
        ("visit", "one", "start", False, "takes no step"),
        ("paul", "two", "export", True, "everything of it"),
        ("boss", "one", "archive", True, "everything"),
    ],
)
def test_an_act_is_explained_by_every_role(house, login, name, step, may, why):
    answer = act(house, login, name, step)
    [one] = answer.reasons
    assert answer.sees is may and why in one.why.en and answer.stop is None
    assert ("may not" not in answer.say.en) is may and ("可以" in answer.say.zh) is may
    if (login, name) == ("vera", "two"):
        assert (one.sees, one.within) == (True, False) and one.clauses[0].left == "S2"


def test_a_state_that_does_not_fit_is_said_as_the_door_says_it(house):
    answer = act(house, "paul", "one", "finish_up")
    assert not answer.sees and answer.reasons[0].sees and answer.reasons[0].within
    assert answer.stop is not None and answer.stop.code == "wrong_state"


def test_who_may_export_or_take_a_step(house):
    _, people = who_may(house.desk, house.who("boss"), "task", "start", house.codes["one"])
    assert {user.login for user, may in people if may} == {"boss", "paul", "vera"}
    _, people = who_may(house.desk, house.who("boss"), "task", "export")
    assert {user.login for user, may in people if may} == {
        "boss", "paul", "vera", "viktor", "nobody", "mixed", "visit", "anna",
    }  # fmt: skip


def test_acts_that_are_not_there_or_not_to_be_asked_about(house):
    with pytest.raises(Refused) as refused:
        act(house, "vera", "one", "strat")
    assert refused.value.status == 404 and "start" in refused.value.problems[0].hint.en
    with pytest.raises(Refused) as refused:
        act(house, "vera", "one", "start", by="vera")
    assert refused.value.status == 403


def test_the_command(house, capsys, monkeypatch):
    folder = str(house.desk.settings.workspace)
    if not house.desk.settings.embedded:
        monkeypatch.setenv("SEAMLINE_DATABASE", house.desk.settings.database)
    words = ["explain-access", "vera", "task", house.codes["two"], "price", "--workspace", folder]
    assert main([*words, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sees"] is False and told["roles"][0]["clauses"][0]["left"] == "S2"
    words, there = ["explain-access", "vera", "task"], ["--workspace", folder]
    assert main([*words, "--export", *there]) == 0 and main([*words, *there]) == 1
    capsys.readouterr()
    step = ["--step", "start", "--format", "json"]
    assert main([*words, house.codes["two"], *step, *there]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["act"], told["stop"], told["sees"]) == ("start", None, False)
    assert main([*words, house.codes["one"], *there]) == 0
    assert "vendor" in capsys.readouterr().out
