"""A workspace where the small order desk is installed, to be designed on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin
from seamline.settings import load
from seamline.usecases import install
from seamline.usecases.desk import Desk, open_desk

PACKAGES = Path(__file__).parents[1] / "packages"
ADMIN = Actor("admin", "Admin", ("administrator",))
CLI = Origin("cli", "", "test")
DESIGNER = """seamline: 1
role: designer
title: {zh: IT 助理, en: IT assistant}
grants: [{form: order, read: true}]
studio: [design, publish]
"""


@pytest.fixture(scope="module")
def designed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small package with a role whose people design it."""
    folder = tmp_path_factory.mktemp("package") / "small_desk"
    shutil.copytree(PACKAGES / "small_desk", folder)
    (folder / "roles/designer.yaml").write_text(DESIGNER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def desk(database: str, designed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with that package, once on each database."""
    workspace = tmp_path_factory.mktemp("workspace")
    given = {"SEAMLINE_DATABASE": database} if database else {}
    opened = open_desk(load(workspace, given))
    install.publish(opened, ADMIN, CLI, designed)
    yield opened
    opened.close()
