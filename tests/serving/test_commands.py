"""The commands that make and serve a workspace, run as a person runs them."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

SMALL_DESK = Path(__file__).parents[1] / "packages" / "small_desk"
SECONDS = 300  # a publication walks every surface, and the machine may be busy


def environment(**more):
    kept = {name: word for name, word in os.environ.items() if not name.startswith("SEAMLINE_")}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1", **more}


def seamline(*words, folder, **more):
    return subprocess.run(
        [sys.executable, "-m", "seamline", *words],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Return the folder above a workspace called `workspace`, and its first password."""
    folder = tmp_path_factory.mktemp("made")
    made = seamline("init", folder=folder)
    assert made.returncode == 0, made.stderr
    return folder, re.search(r"Password: +(\S+)", made.stdout)[1]


@contextmanager
def running(*words, folder):
    """Run a verb that serves; yield the process and the address it says, then stop it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "seamline", *words],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                break
        assert found, "".join(said)
        yield process, found[0], said
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        process.stdout.close()
        assert process.wait(SECONDS) == 0, "".join(said) + rest


def status(address):
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_init_makes_a_workspace_and_shows_the_password_once(workspace):
    folder, password = workspace
    made = folder / "workspace"
    assert len(password) >= 16
    assert stat.S_IMODE((made / "secret.key").stat().st_mode) == 0o600
    for path in made.rglob("*"):
        if path.is_file():
            assert password.encode() not in path.read_bytes()


def test_init_leaves_a_workspace_as_it_is(workspace):
    folder, _ = workspace
    again = seamline("init", folder=folder)
    assert again.returncode == 1
    assert "already" in again.stderr
    assert "Password" not in again.stdout


def test_a_verb_outside_a_workspace_says_how_to_make_one(tmp_path):
    lost = seamline("serve", folder=tmp_path)
    assert lost.returncode == 1
    assert "seamline init" in lost.stderr
    assert "Traceback" not in lost.stderr
    zh = seamline("serve", folder=tmp_path, LC_ALL="zh_CN.UTF-8", PYTHONUTF8="1")
    assert "请先运行" in zh.stderr


def test_every_wrong_setting_is_named_before_anything_is_opened(tmp_path):
    wrong = seamline("serve", folder=tmp_path, SEAMLINE_PORT="x", SEAMLINE_LOG="y")
    assert wrong.returncode == 1
    assert {line.split(":")[0] for line in wrong.stderr.splitlines()} == {
        "SEAMLINE_PORT",
        "SEAMLINE_LOG",
    }


def test_serve_answers_until_it_is_told_to_stop(workspace):
    folder, _ = workspace
    with running("serve", "--port", "0", folder=folder) as (_, address, said):
        assert json.loads(said[-1])["message"] == "listening"
        assert status(f"{address}/healthz") == 200
        assert status(f"{address}/api/v1/forms") == 401
        second = seamline("serve", "--port", "0", folder=folder)
        assert second.returncode == 1
        assert "already serves" in second.stderr


def test_plan_shows_and_publish_asks_and_does(workspace):
    folder, _ = workspace
    package = str(SMALL_DESK)
    planned = seamline("plan", package, folder=folder)
    assert planned.returncode == 0, planned.stderr
    assert "CREATE TABLE" in planned.stdout
    unasked = seamline("publish", package, folder=folder)
    assert (unasked.returncode, unasked.stdout.splitlines()[-1]) == (1, "Not published.")
    done = seamline("publish", package, "--yes", folder=folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Published.")
    again = seamline("plan", package, folder=folder)
    assert again.stdout.strip() == "Nothing changes in the database."


@pytest.mark.slow
def test_demo_makes_a_workspace_and_opens_it_again(tmp_path):
    words = ("demo", "--no-browser", "--port", "0")
    with running(*words, folder=tmp_path) as (_, address, said):
        shown = "".join(said)
        logins = dict(re.findall(r"^  (\S+) +(\S+-\S+-\S+) ", shown, re.M))
        assert {"admin", "sales", "risk_manager"} <= set(logins)
        assert len(set(logins.values())) == len(logins)
        assert status(f"{address}/healthz") == 200
    with running(*words, folder=tmp_path) as (_, address, said):
        again = "".join(said)
        assert "seamline user password admin" in again
        assert not any(password in again for password in logins.values())


def test_fresh_removes_nothing_but_a_demo_workspace(tmp_path):
    kept = tmp_path / "mine" / "letter.txt"
    kept.parent.mkdir()
    kept.write_text("dear", encoding="utf-8")
    done = seamline("demo", "--fresh", "--workspace", "mine", folder=tmp_path)
    assert done.returncode == 1
    assert "no demo workspace" in done.stderr
    assert kept.read_text(encoding="utf-8") == "dear"


@pytest.mark.slow
def test_surge_accounts_for_every_order_though_the_server_is_killed(tmp_path):
    words = ("surge", "--orders", "120", "--kill", "2", "--keep", "surge")
    done = seamline(*words, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "120 orders acknowledged" in done.stdout
    assert "server killed 2 times" in done.stdout
    for fault in ("not accepted", "lost", "duplicate codes", "half written"):
        assert f"{fault}: 0\n" in done.stdout
    assert "journal chain verified" in done.stdout
