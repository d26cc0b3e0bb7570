"""`seamline user` and `seamline token` on a workspace of their own."""

from __future__ import annotations

import re

import pytest

from seamline import settings
from seamline.ui import cli
from seamline.usecases import accounts
from seamline.usecases.desk import open_desk


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run one command on a fresh workspace; give back its exit code and what it said."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    for name in ("SEAMLINE_DATABASE", "SEAMLINE_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    workspace = tmp_path / "workspace"
    settings.found(workspace)

    def command(*words):
        code = cli.main([*words, "--workspace", str(workspace)])
        said = capsys.readouterr()
        return code, said.out, said.err

    command.workspace = workspace
    return command


@pytest.fixture
def desk(run):
    opened = open_desk(settings.existing(run.workspace))
    yield opened
    opened.close()


def test_a_user_from_first_to_last(run, desk):
    code, out, err = run("user", "add", "Li", "--name", "Li Ming", "--role", "administrator")
    assert (code, err) == (0, "")
    password = re.fullmatch(r"Password of li, shown this once: (\S+)\n", out)[1]
    assert accounts.check_password(desk, "li", password).language == "zh"
    run("user", "add", "wang", "--name", "W", "--role", "administrator", "--language", "en")
    assert run("user", "list")[1].splitlines() == [
        "li\tLi Ming\tadministrator\tzh\tactive",
        "wang\tW\tadministrator\ten\tactive",
    ]
    fresh = run("user", "password", "li")[1].split()[-1]
    assert accounts.check_password(desk, "li", fresh).login == "li"
    assert run("user", "disable", "li") == (0, "User li is disabled.\n", "")
    assert run("user", "disable", "wang")[0] == 1
    assert run("user", "enable", "li") == (0, "User li is enabled.\n", "")
    assert run("user", "roles", "li", "--role", "administrator")[1] == (
        "Roles of li: administrator\n"
    )


def test_a_token_from_first_to_last(run, desk):
    run("user", "add", "li", "--name", "Li", "--role", "administrator")
    code, out, _ = run(
        "token", "create", "li", "--name", "WMS", "--scope", "read", "--scope", "write"
    )
    word = out.split()[-1]
    assert code == 0 and accounts.actor_of_token(desk, word).scopes == {"read", "write"}
    [line] = run("token", "list")[1].splitlines()
    assert re.fullmatch(
        r"[0-9a-f]{12}\tli\tWMS\tread,write\tuntil \d{4}-\d\d-\d\d\t\d{4}-\d\d-\d\d \d\d:00", line
    )
    assert run("token", "list", "li")[1] == f"{line}\n"
    revoked = run("token", "revoke", line[:12])
    assert revoked == (0, "Token 'WMS' of li is revoked.\n", "")
    assert run("token", "list")[1] == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "add", "li", "--name", "Li", "--role", "boss"), "roles: There is no role 'boss'"),
        (("user", "password", "nobody"), "login: There is no user 'nobody'."),
        (("token", "create", "nobody", "--name", "t", "--scope", "read"), "no user 'nobody'"),
        (("token", "create", "x", "--name", "t", "--scope", "all"), "scopes: There is no token"),
        (("token", "revoke", "abc"), "'abc' names 0 tokens."),
    ],
)
def test_what_does_not_fit_is_told_in_words(run, words, told):
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert told in err
