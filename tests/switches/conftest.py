"""The small order desk with people who own its switches, on each database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
API = Origin("api", "127.0.0.1", "test")
SMALL_DESK = Path(__file__).parents[1] / "packages" / "small_desk"
OWNER = """seamline: 1
role: owner
title: {zh: 主管, en: Owner}
grants:
  - {form: order, read: true, switch: [create]}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The small package with the role `owner`, as a folder that a test may change."""
    folder = tmp_path / "small_desk"
    shutil.copytree(SMALL_DESK, folder)
    (folder / "roles" / "owner.yaml").write_text(OWNER, encoding="utf-8")
    return folder


@pytest.fixture
def desk(store_url: str, tmp_path: Path, package: Path) -> Iterator[Desk]:
    """A workspace with that package, one customer with a line of 5,000."""
    opened = published(tmp_path / "workspace", package, store_url)
    values = {"code": "C1", "name": "杭州", "credit_line": 5000}
    submit(opened, ADMIN, API, Submission("customer", "create", values))
    yield opened
    opened.close()


@pytest.fixture
def clerk() -> Actor:
    """Somebody who places orders and switches nothing."""
    return Actor("li", "李娜", ("clerk",))


@pytest.fixture
def owner() -> Actor:
    """Somebody who switches the rules of placing an order, and places none."""
    return Actor("wang", "王强", ("owner",))


@pytest.fixture
def place(desk: Desk, clerk: Actor) -> Callable[..., Submitted]:
    """A function that places an order as the clerk, with changes to a good one."""

    def place_order(**changes: Any) -> Submitted:
        good: dict[str, Any] = {
            "customer": "C1",
            "due_date": "2027-03-01",
            "agreement": True,
            "lines": [{"part": "A", "qty": 3, "price": "12.50"}],
        }
        return submit(desk, clerk, API, Submission("order", "create", good | changes))

    return place_order
