"""Settings: one table, every wrong variable named at once, no secret ever shown."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from seamline import settings
from seamline.problems import Refused


def test_without_variables_the_defaults_hold(tmp_path):
    loaded = settings.load(tmp_path, {})
    assert loaded.database == f"sqlite:///{tmp_path / 'seamline.db'}"
    assert loaded.files == tmp_path / "files"
    assert (loaded.host, loaded.port, loaded.threads) == ("127.0.0.1", 8080, 8)
    assert loaded.embedded


def test_every_row_of_the_table_becomes_a_field():
    held = {field.name for field in fields(settings.Settings)} - {"files"}
    assert held == {row.name for row in settings.SETTINGS}


@pytest.mark.parametrize(
    ("variable", "word", "expected"),
    [
        ("SEAMLINE_PORT", "http", "expected a whole number 0-65535, got 'http'."),
        ("SEAMLINE_PORT", "65536", "expected a whole number 0-65535, got '65536'."),
        ("SEAMLINE_PORT", "-1", "expected a whole number 0-65535, got '-1'."),
        ("SEAMLINE_PORT", "9" * 5000, "expected a whole number 0-65535, got '999"),
        ("SEAMLINE_THREADS", "0", "expected a whole number 1-64, got '0'."),
        ("SEAMLINE_LOG", "xml", "expected one of auto, json, text, got 'xml'."),
        ("SEAMLINE_PUBLIC_URL", "orders.example", "expected an http or https address, got"),
    ],
)
def test_a_wrong_value_says_what_would_fit(tmp_path, variable, word, expected):
    with pytest.raises(Refused) as refused:
        settings.load(tmp_path, {variable: word})
    (problem,) = refused.value.problems
    assert problem.code == "wrong_setting"
    assert problem.place.path == variable
    assert problem.say.en.startswith(expected)
    assert problem.say.zh and problem.hint.zh


def test_all_wrong_variables_are_told_at_once(tmp_path):
    wrong = {"SEAMLINE_PORT": "x", "SEAMLINE_LOG": "y", "SEAMLINE_HOTS": "z", "HOME": "/"}
    with pytest.raises(Refused) as refused:
        settings.load(tmp_path, wrong)
    told = {problem.place.path: problem for problem in refused.value.problems}
    assert set(told) == {"SEAMLINE_PORT", "SEAMLINE_LOG", "SEAMLINE_HOTS"}
    assert "SEAMLINE_HOST" in told["SEAMLINE_HOTS"].hint.en


def test_no_password_is_ever_shown(tmp_path):
    secret = "hunter2"
    url = f"postgresql+psycopg://app:{secret}@db.internal:5432/orders?sslpassword={secret}"
    loaded = settings.load(tmp_path, {"SEAMLINE_DATABASE": url})
    assert secret not in repr(loaded)
    assert loaded.database_shown == "postgresql+psycopg://app:***@db.internal:5432/orders"
    with pytest.raises(Refused) as refused:
        settings.load(tmp_path, {"SEAMLINE_DATABASE": f"mysql://app:{secret}@db/orders"})
    assert secret not in str(refused.value)
    assert secret not in str(refused.value.problems[0].as_json())


def test_a_new_workspace_is_for_its_owner_only(tmp_path):
    made = settings.found(tmp_path / "shop", {})
    assert len(made.secret()) == 32
    if os.name == "posix":
        assert stat.S_IMODE(made.secret_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(made.workspace.stat().st_mode) == 0o700
    with pytest.raises(Refused) as refused:
        settings.found(tmp_path / "shop", {})
    assert refused.value.problems[0].code == "workspace_exists"
    assert settings.existing(tmp_path / "shop", {}).secret() == made.secret()


def test_a_folder_without_key_is_no_workspace(tmp_path):
    with pytest.raises(Refused) as refused:
        settings.existing(tmp_path, {})
    assert f"seamline init {tmp_path}" in refused.value.problems[0].hint.en


def test_the_folder_is_the_given_one_then_the_variable_then_workspace():
    environment = {"SEAMLINE_WORKSPACE": "shop"}
    assert settings.folder(Path("given"), environment) == Path("given")
    assert settings.folder(None, environment) == Path("shop")
    assert settings.folder(None, {}) == Path("workspace")


@pytest.mark.skipif(sys.platform == "win32", reason="drive letters are not part of a POSIX URL")
def test_a_sqlite_address_is_shown_whole():
    assert settings.masked("sqlite:////srv/shop/seamline.db") == "sqlite:////srv/shop/seamline.db"
