"""A publication that leaks, or cannot be proven, is refused whole by the real command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request

import pytest

from ..serving.test_commands import environment, running, seamline
from .test_leaktest import WALLED

# One wall less, in a process of its own: records come to their readers as they are stored.
LEAKS = (
    "import sys; from seamline.usecases import look; look.masked = lambda record, unseen: record;"
    "from seamline.ui.cli import main; sys.exit(main(sys.argv[1:]))"
)


@pytest.fixture
def served(tmp_path):
    """A fresh workspace with the package, and a changed package that is to be published."""
    assert seamline("init", folder=tmp_path).returncode == 0
    first = seamline("publish", str(WALLED), "--yes", "--skip-leaktest", folder=tmp_path)
    assert first.returncode == 0, first.stderr
    changed = shutil.copytree(WALLED, tmp_path / "changed")
    for role in ("author", "shopfloor", "visitor"):  # one restricted role is enough here
        (changed / "roles" / f"{role}.yaml").unlink()
    form = changed / "forms" / "task.yaml"
    field = "      - {id: photo,"
    note = "      - {id: note, kind: text, label: {zh: 附注, en: Note}, max_length: 40}\n"
    form.write_text(form.read_text("utf-8").replace(field, note + field), "utf-8")
    return tmp_path, changed


def version(address):
    with urllib.request.urlopen(f"{address}/healthz", timeout=30) as answer:
        return json.load(answer)["catalog"]


@pytest.mark.cap(113)
def test_a_leak_stops_the_command_and_the_old_version_keeps_serving(served):
    folder, changed = served
    with running("serve", "--port", "0", folder=folder) as (_, address, _said):
        before = version(address)
        refused = subprocess.run(
            [sys.executable, "-c", LEAKS, "publish", str(changed), "--yes"],
            cwd=folder, env=environment(), capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert refused.returncode == 1, refused.stdout + refused.stderr
        assert re.search(r"Role vendor sees task\.price of its own record on '\w+'", refused.stderr)
        assert "leak test 1/" in refused.stderr  # it tells how far it is
        assert "Published" not in refused.stdout and version(address) == before
    planned = seamline("plan", str(changed), folder=folder)
    assert "note" in planned.stdout and "ADD COLUMN" in planned.stdout  # nothing was applied
    assert not [name for name in os.listdir(folder) if name.startswith("seamline-")]


@pytest.mark.cap(113)
def test_what_cannot_be_proven_stops_the_command(served):
    folder, changed = served
    form, vendor = changed / "forms" / "task.yaml", changed / "roles" / "vendor.yaml"
    text = form.read_text("utf-8").replace("id: note, kind: text", "id: note, kind: boolean")
    text = text.replace(", max_length: 40}\n      - {id: photo", "}\n      - {id: photo")
    form.write_text(text.replace("[photo, finish]", "[photo, finish, note]"), "utf-8")
    text = vendor.read_text("utf-8").replace("[photo, finish]", "[photo, finish, note]")
    vendor.write_text(text, "utf-8")
    refused = seamline("publish", str(changed), "--yes", folder=folder)
    assert refused.returncode == 1 and "vendor.task.note" in refused.stderr, refused.stderr
    assert "unproven: [{form: task, field: note, why: …}]" in refused.stderr
