"""Connections set on the spot, checked and described; secrets that come out nowhere."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

import pytest

from seamline.facts import Actor, Origin
from seamline.problems import Problem, Refused
from seamline.store import LocalConnection
from seamline.text import Text
from seamline.ui import cli
from seamline.usecases import connections, secret_store
from seamline.usecases.desk import open_desk

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
CLI = Origin("cli")
CANARY = "canary-7f3a91-泄"


@pytest.fixture
def stock(tmp_path):
    folder = tmp_path / "stock"
    folder.mkdir()
    (folder / "stock_1.csv").write_text("code,name,qty\nM1,钢板,3\n", encoding="utf-8")
    return folder


def local(desk, **changes):
    wanted = replace(connections.shown(desk, ADMIN, "erp").local, **changes)
    return connections.configure(desk, ADMIN, CLI, wanted)


def test_what_is_set_on_the_spot_stands_over_the_package(desk, stock):
    before = connections.shown(desk, ADMIN, "erp")
    assert before.connection.settings["folder"] == "stock" and not before.connection.on
    after = local(desk, settings={"folder": str(stock)}, position="on")
    assert after.connection.settings["folder"] == str(stock)
    assert after.connection.settings["tables"] == before.connection.settings["tables"]
    assert desk.catalogs.current().connections["erp"].on
    with desk.store.reading() as unit:
        event = unit.journal.after(0, 1000)[-1]
    assert (event.kind, event.code, event.actor) == ("connection_set", "erp", "admin")
    assert event.body == {"changed": ["position", "settings.folder"], "position": "on"}


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"settings": {"folder": 3}}, "wrong_type", "settings.folder"),
        ({"settings": {"colour": "red"}}, "unknown_key", "settings.colour"),
        ({"secrets": {"password": CANARY}}, "wrong_reference", "secrets.password"),
        ({"network": "moon"}, "not_one_of", "network"),
        ({"settings": {"server": "sftp://files.example"}}, "not_a_host", "settings.server"),
    ],
)
def test_what_does_not_fit_is_refused_whole(desk, changes, code, path):
    with pytest.raises(Refused) as refused:
        local(desk, **changes)
    assert [(one.code, one.place.path) for one in refused.value.problems] == [(code, path)]
    assert connections.shown(desk, ADMIN, "erp").local == LocalConnection("erp")


def test_a_check_is_kept_and_says_what_to_do(desk, stock):
    (wrong,) = connections.check(desk, ADMIN, "erp")
    assert not wrong.ok and wrong.hint is not None
    local(desk, settings={"folder": str(stock)})
    assert all(one.ok for one in connections.check(desk, ADMIN, "erp"))
    state = connections.shown(desk, ADMIN, "erp").state
    assert state.checked_at is not None and all(one["ok"] for one in state.findings)
    local(desk, settings={"server": "files.example", "folder": "/in"})
    (wrong,) = connections.check(desk, ADMIN, "erp")  # named as its page names it
    assert wrong.say.en == "No secret is set for 'Private key'."
    local(desk, settings={"folder": str(stock)})
    entities = connections.describe(desk, ADMIN, "erp")
    assert [one.name for one in entities] == ["file", "stock"]


def test_how_it_fares_is_kept(desk):
    problem = Problem("x", Text("坏了", "It broke"))
    for _ in range(2):
        with desk.store.unit() as unit:
            connections.note_failed(unit, "erp", problem)
    assert connections.shown(desk, ADMIN, "erp").state.failures == 2
    with desk.store.unit() as unit:
        connections.note_read(unit, "erp", {"stock": 3})
    state = connections.shown(desk, ADMIN, "erp").state
    assert (state.failures, state.problem, state.read) == (0, None, {"stock": 3})


def test_it_is_the_administrators_business(desk):
    for act in (
        lambda: connections.listed(desk, CLERK),
        lambda: connections.shown(desk, CLERK, "erp"),
        lambda: connections.check(desk, CLERK, "erp"),
        lambda: connections.describe(desk, CLERK, "erp"),
        lambda: connections.configure(desk, CLERK, CLI, LocalConnection("erp")),
        lambda: secret_store.keep(desk, CLERK, CLI, "x", "y"),
        lambda: secret_store.listed(desk, CLERK),
        lambda: secret_store.remove(desk, CLERK, CLI, "x"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        connections.shown(desk, ADMIN, "erb")
    assert refused.value.status == 404


def test_a_secret_comes_out_nowhere(desk, capfd, caplog, monkeypatch, stock):
    caplog.set_level(logging.DEBUG)
    workspace = str(desk.settings.workspace)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANARY}\n"))
    assert cli.main(["secret", "set", "erp.main", "--workspace", workspace]) == 0
    local(desk, settings={"folder": str(stock)}, position="on", secrets={})
    for words in (
        ["secret", "list"], ["connection", "list"], ["connection", "check", "erp"],
        ["connection", "describe", "erp", "stock"], ["connection", "off", "erp"],
        ["secret", "set", "Wrong Name"], ["secret", "remove", "erp.main"],
        ["secret", "remove", "erp.main"],
    ):  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.StringIO(CANARY))
        cli.main([*words, "--workspace", workspace])
    out, err = capfd.readouterr()
    assert "erp.main" in out and "There is no secret" in err
    with desk.store.reading() as unit:
        journal = repr(unit.journal.after(0, 10_000))
    assert '"erp.main"' in journal or "erp.main" in journal
    for heard in (out, err, caplog.text, journal):
        assert CANARY not in heard
    desk.close()
    for path in desk.settings.workspace.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    open_desk(desk.settings).close()
