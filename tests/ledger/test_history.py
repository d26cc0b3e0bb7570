"""Who changed a balance, when and why; and how it stood at any moment."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from seamline import clock
from seamline.problems import Refused
from seamline.ui.app import create_app
from seamline.ui.cli import main
from seamline.usecases import accounts, history, tokens

START = clock.now().replace(microsecond=0)


def morning(store) -> None:
    """Make four moves, an hour between any two, and let a person correct the opening figure."""
    for hour, (act, qty, paper) in enumerate(
        [
            ("receipt", 100, "GR-1"),
            ("issue", 60, "PK-7"),
            ("count", 38, "CS-1"),
            ("issue", 8, "PK-9"),
        ]
    ):
        with clock.frozen(START + timedelta(hours=hour)):
            store.move(act, qty, paper=paper, reason="line 3" if act == "issue" else "")


@pytest.mark.cap(25)
@pytest.mark.parametrize(
    ("minutes", "figure"), [(0, 100), (59, 100), (60, 40), (130, 38), (999, 30)]
)
def test_how_it_stood_at_any_moment(store, minutes, figure):
    morning(store)
    moment = START + timedelta(minutes=minutes)
    found = history.stood(store.desk, store.keeper, "balance", store.balance().id, moment)
    assert Decimal(found.values["on_hand"]) == figure
    assert found.change is not None
    assert found.change.event.at <= moment


@pytest.mark.cap(25)
def test_before_it_was_made_there_was_nothing(sqlite_store):
    morning(sqlite_store)
    balance = sqlite_store.balance()
    moment = START - timedelta(seconds=1)
    found = history.stood(sqlite_store.desk, sqlite_store.keeper, "balance", balance.id, moment)
    assert (found.values, found.change) == (None, None)


@pytest.mark.cap(25)
def test_who_changed_it_when_and_why(store):
    morning(store)
    record = store.balance().id
    found = history.changes(store.desk, store.keeper, "balance", record, field="on_hand")
    told = [
        (one.event.actor, one.by["act"], one.by["document"], one.event.reason, one.event.seen)
        for one in found
    ]
    assert told == [
        ("chen", "issue", "PK-9", "line 3", "10.0.0.7"),
        ("chen", "count", "CS-1", "", "10.0.0.7"),
        ("chen", "issue", "PK-7", "line 3", "10.0.0.7"),
        ("chen", "receipt", "GR-1", "", "10.0.0.7"),
    ]
    hours = [(one.event.at - START) / timedelta(hours=1) for one in found]
    assert hours == [3, 2, 1, 0]
    between = history.changes(
        store.desk, store.keeper, "balance", record,
        since=START + timedelta(minutes=30), until=START + timedelta(minutes=90),
    )  # fmt: skip
    assert [one.by["document"] for one in between] == ["PK-7"]


def test_a_moment_far_back_is_found_beyond_the_first_look(sqlite_store, monkeypatch):
    monkeypatch.setattr(history, "FIRST_LOOK", 1)
    morning(sqlite_store)
    record = sqlite_store.balance().id
    found = history.stood(sqlite_store.desk, sqlite_store.keeper, "balance", record, START)
    assert Decimal(found.values["on_hand"]) == 100


def test_an_unknown_field_is_named(sqlite_store):
    morning(sqlite_store)
    with pytest.raises(Refused) as refused:
        history.changes(
            sqlite_store.desk,
            sqlite_store.keeper,
            "balance",
            sqlite_store.balance().id,
            field="onhand",
        )
    assert refused.value.problems[0].code == "unknown_field"


@pytest.mark.cap(25)
def test_the_interface_and_the_command_line_tell_the_same(sqlite_store, capsys):
    store = sqlite_store
    morning(store)
    record = store.balance().id
    accounts.create_user(
        store.desk, store.admin, store.pda, login="li", name="Li", password="correct horse battery",
        roles=("keeper",), language="en",
    )  # fmt: skip
    token = tokens.create_token(
        store.desk, store.admin, store.pda, login="li", name="t", scopes=("read",)
    )
    client = create_app(store.desk).test_client()
    headers = {"Authorization": f"Bearer {token.word}"}
    at = (START + timedelta(minutes=70)).isoformat().replace("+00:00", "Z")
    answer = client.get(
        f"/api/v1/balance/{record}/history", query_string={"at": at}, headers=headers
    )
    told = answer.get_json()
    assert Decimal(told["values"]["on_hand"]) == 40
    assert told["change"]["by"]["document"] == "PK-7"
    workspace = str(store.desk.settings.workspace)
    assert main(["history", "balance", record, "--at", at, "--json", "--workspace", workspace]) in (
        0,
        None,
    )
    spoken = json.loads(capsys.readouterr().out)
    assert spoken == {"values": told["values"], "change": told["change"]}
    main(["history", "balance", record, "--field", "on_hand", "--workspace", workspace])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].strip() == "on_hand: 38.00 -> 30.00"
    assert "issue MV-0004 PK-9 line 3" in lines[0]
