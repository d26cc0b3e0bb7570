"""`seamline correlate` on a workspace of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamline import settings
from seamline.facts import Actor, Origin
from seamline.ui import cli
from seamline.usecases import install
from seamline.usecases.desk import open_desk
from seamline.usecases.submit import Submission, submit

TRADE = Path(__file__).parents[1] / "packages" / "correlated"
ADMIN = Actor("admin", "Admin", ("administrator",))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run one command on a workspace with a shortage; give back exit code and what it said."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    for name in ("SEAMLINE_DATABASE", "SEAMLINE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    workspace = tmp_path / "workspace"
    desk = open_desk(settings.found(workspace))
    install.publish(desk, ADMIN, Origin("cli"), TRADE)
    for form, values in (
        ("part", {"code": "P1"}),
        ("stock", {"part": "P1", "available": 5}),
        ("sales", {"lines": [{"part": "P1", "qty": 8}]}),
    ):
        submit(desk, ADMIN, Origin("cli"), Submission(form, "create", values))
    desk.close()

    def command(*words):
        code = cli.main(["correlate", *words, "--workspace", str(workspace)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_a_sweep_says_what_it_changed_and_status_what_stands(run):
    assert run("sweep") == (0, "1 matches raised, 0 ended.\n", "")
    assert run("sweep") == (0, "0 matches raised, 0 ended.\n", "")
    assert "short: Not enough in stock, 1 standing\n" in run("status")[1]
    assert run("status", "short")[1].endswith("SO-00001: 8 of P1 wanted, 5.00 there.\n")


def test_an_unknown_correlation_is_named_with_its_neighbour(run):
    code, said, problem = run("sweep", "shrt")
    assert (code, said) == (1, "")
    assert "There is no correlation 'shrt'." in problem and "short" in problem
