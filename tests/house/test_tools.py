"""The tools agree: ruff has nothing to say, mypy proves the types strictly."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy", "--no-error-summary"),
    ],
    ids=["ruff", "format", "mypy"],
)
def test_tool_is_content(house, words):
    done = subprocess.run([sys.executable, *words], cwd=house.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
