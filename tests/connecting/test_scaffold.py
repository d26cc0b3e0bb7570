"""A connector that was just started is found once installed, and passes the contract at once."""

from __future__ import annotations

import os
import subprocess
import sys

from seamline.ui import cli


def test_a_new_connector_passes_its_contract(tmp_path, capsys):
    assert cli.main(["connector", "new", "notes", "--in", str(tmp_path)]) == 0
    place = tmp_path / "notes"
    about = place / "notes-0.1.0.dist-info"  # what an installation writes
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: notes\nVersion: 0.1.0\n")
    points = "[seamline.connectors]\nnotes = notes\n"
    (about / "entry_points.txt").write_text(points)
    environment = {**os.environ, "PYTHONPATH": str(place)}
    words = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", place]
    done = subprocess.run(words, cwd=place, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    words = [sys.executable, "-m", "seamline", "connector", "list"]
    listed = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert "notes\tNotes\t" in listed.stdout and listed.returncode == 0, listed.stderr
    assert cli.main(["connector", "new", "notes", "--in", str(tmp_path)]) == 1
    assert cli.main(["connector", "new", "files", "--in", str(tmp_path)]) == 1
    assert "exists already" in capsys.readouterr().err
