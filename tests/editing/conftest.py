"""A workspace on each database where the small order desk is installed, with one scenario."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
CLI = Origin("cli", "", "test")
SCENARIO = """seamline: 1
scenario: agreement
title: {zh: 没有协议不能下单, en: No order without an agreement}
given: [{form: customer, values: {credit_line: 5000}}]
when: {form: order, step: create, as: clerk, values: {agreement: false}}
then: {outcome: refused, fired: [agreement]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the small package with a scenario."""
    copied = tmp_path / "small_desk"
    shutil.copytree(Path(__file__).parents[1] / "packages" / "small_desk", copied)
    (copied / "scenarios").mkdir()
    (copied / "scenarios/agreement.yaml").write_text(SCENARIO, encoding="utf-8")
    return copied


@pytest.fixture
def desk(store_url: str, tmp_path: Path, folder: Path) -> Iterator[Desk]:
    """A workspace with that package and one customer."""
    opened = published(tmp_path / "workspace", folder, store_url)
    values = {"code": "C1", "name": "杭州张伟汽配", "credit_line": 5000}
    submit(opened, ADMIN, CLI, Submission("customer", "create", values))
    yield opened
    opened.close()
