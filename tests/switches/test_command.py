"""The switches at a terminal: what an operator types, and what is answered."""

from __future__ import annotations

import re

import pytest

from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.ui import cli
from seamline.usecases import install
from seamline.usecases.desk import open_desk

KEY = "order_create.agreement"


@pytest.fixture
def terminal(package, tmp_path, capsys, monkeypatch):
    """A function that runs `seamline switch ...` and returns exit code and what was printed."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv("SEAMLINE_DATABASE", raising=False)
    folder = tmp_path / "terminal"
    desk = open_desk(found(folder, {}))
    install.publish(desk, Actor("a", "A", ("administrator",)), Origin("cli"), package)
    desk.close()

    def run(*words: str) -> tuple[int, str]:
        code = cli.main(["switch", *words, "--workspace", str(folder)])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


def test_an_operator_switches_looks_back_and_undoes(terminal, package):
    assert f"{KEY}\thard\ton" in terminal("list")[1]
    assert "Of 0 decisions" in terminal("preview", KEY, "off")[1]
    code, said = terminal("off", KEY, "--reason", "peak season")
    assert code == 0 and "is off" in said
    event = re.search(r"undo (\d+)", said)[1]
    assert terminal("on", "order_create.nix", "--reason", "x")[0] == 1
    assert "peak season" in terminal("history", KEY)[1]
    assert "is on" in terminal("undo", event, "--reason", "over")[1]
    assert "in shadow" in terminal("shadow", KEY, "--days", "3", "--reason", "see")[1]
    assert "spoke in 0 of 0" in terminal("trial", KEY)[1]
    document = package / "rulesets" / "order_create.yaml"
    assert "0 stopped" in terminal("edit", str(document), "--days", "7")[1]
    assert terminal("edit", "nowhere.yaml")[0] == 1
    assert terminal("confirm", event)[0] == 1
