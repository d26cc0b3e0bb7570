"""A small trade with correlations, published on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin, Record
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
CLI = Origin("cli")
TRADE = Path(__file__).parents[1] / "packages" / "correlated"

Place = Callable[..., Record]


def opened(url: str, folder: Path) -> Desk:
    """Return a workspace with the package installed."""
    return published(folder, TRADE, url)


@pytest.fixture
def desk(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The workspace on each database."""
    desk = opened(store_url, tmp_path / "workspace")
    yield desk
    desk.close()


@pytest.fixture
def place(desk: Desk) -> Place:
    """A function that takes one step of one record."""

    def step(form: str, step: str = "create", record: str = "", **values: Any) -> Record:
        asked = Submission(form, step, values, record=record, reason="test")
        return submit(desk, ADMIN, CLI, asked).record

    return step
