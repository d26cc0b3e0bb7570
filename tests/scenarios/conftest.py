"""The small order desk with scenarios of its own, as a folder that tests may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SMALL_DESK = Path(__file__).parents[1] / "packages" / "small_desk"
HEAD = "seamline: 1\nscenario: {id}\ntitle: {{zh: 场景, en: Scenario}}\n"

Write = Callable[[str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small package."""
    copied = tmp_path / "small_desk"
    shutil.copytree(SMALL_DESK, copied)
    return copied


@pytest.fixture
def write(folder: Path) -> Write:
    """A function that puts a scenario into the package and returns the package's folder."""

    def put(id: str, body: str) -> Path:
        (folder / "scenarios").mkdir(exist_ok=True)
        path = folder / "scenarios" / f"{id}.yaml"
        path.write_text(HEAD.format(id=id) + body, encoding="utf-8")
        return folder

    return put
