"""Why somebody sees something or does not: role, grant, condition with values."""

from __future__ import annotations

import json

import pytest

from seamline.problems import Refused
from seamline.ui.cli import main
from seamline.usecases.explain_access import explain_access
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


def test_the_command(house, capsys, monkeypatch):
    folder = str(house.desk.settings.workspace)
    if not house.desk.settings.embedded:
        monkeypatch.setenv("SEAMLINE_DATABASE", house.desk.settings.database)
    words = ["explain-access", "vera", "task", house.codes["two"], "price", "--workspace", folder]
    assert main([*words, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["sees"] is False and told["roles"][0]["clauses"][0]["left"] == "S2"
    assert main(["explain-access", "vera", "task", house.codes["one"], "--workspace", folder]) == 0
    assert "vendor" in capsys.readouterr().out
