"""A workspace whose journal was written on chosen days, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Refused
from seamline.settings import found
from seamline.usecases import install
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.review import decide, waiting
from seamline.usecases.submit import Submission, submit

ADMIN = Actor("operator", "operator", ("administrator",))
CLI = Origin("cli")
ZONE = ZoneInfo("Asia/Shanghai")
PACKAGE = Path(__file__).parents[1] / "packages" / "measured"
# The story every test reads, in local time; a cost over 1,000 is held, one over 10,000 refused.

STORY: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("2026-01-05 09:00", "a", "create", {"team": "red", "due": "2026-01-05", "cost": 100}),
    ("2026-01-05 13:00", "a", "finish", {}),
    ("2026-01-09 17:00", "b", "create", {"team": "blue", "due": "2026-01-11", "cost": 300}),
    ("2026-01-12 09:00", "b", "finish", {}),
    ("2026-01-20 10:00", "c", "create", {"team": "blue", "due": "2026-01-31"}),
    ("2026-01-20 11:00", "c", "visit", {"paid": True}),
    ("2026-01-21 10:00", "c", "visit", {"paid": False}),
    ("2026-01-30 10:00", "d", "create", {"team": "red", "due": "2026-02-02", "cost": 50}),
    ("2026-02-02 10:00", "d", "finish", {}),
    ("2026-02-02 11:00", "d", "reopen", {}),
    ("2026-02-20 10:00", "d", "finish", {}),
    ("2026-02-03 10:00", "e", "create", {"team": "red", "cost": 2000}),
    ("2026-02-03 11:00", "f", "create", {"cost": 50_000}),
    ("2026-02-03 12:00", "c", "visit", {"paid": True}),
    ("2026-02-28 23:59", "c", "finish", {}),
    ("2026-03-01 00:01", "g", "create", {"team": "blue", "due": "2026-03-05", "cost": 7}),
)


def local(moment: str) -> datetime:
    """Return a moment of the workspace's zone."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.fixture(scope="session")
def told() -> Callable[[Desk], dict[str, str]]:
    """A function that lets the story happen in a workspace; returns the records by name."""

    def tell(desk: Desk) -> dict[str, str]:
        records: dict[str, str] = {}
        with clock.frozen(local("2026-01-01 08:00")):
            install.publish(desk, ADMIN, CLI, PACKAGE)
        for moment, name, act, values in sorted(STORY, key=lambda line: line[0]):
            with clock.frozen(local(moment)):
                happen(desk, records, name, act, values)
        return records

    return tell


def happen(desk: Desk, records: dict[str, str], name: str, act: str, values: dict) -> None:
    """Let one line of the story happen; a held record is approved at once."""
    asked = Submission("ticket", act, values, record=records.get(name, ""))
    if act == "visit":
        asked = Submission("visit", "create", {"ticket": records[name], **values})
    elif act == "create":
        asked = Submission("ticket", "create", {"subject": name, **values})
    try:
        done = submit(desk, ADMIN, CLI, asked)
    except Refused:
        assert values.get("cost", 0) > 10_000
        return
    if act == "create":
        records[name] = done.record.id
    for review in waiting(desk, ADMIN):
        decide(desk, ADMIN, CLI, review.id, "approve", "fine")


@pytest.fixture(scope="module")
def opened(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace on the database under test."""
    environment = {"SEAMLINE_DATABASE": database} if database else {}
    desk = open_desk(found(tmp_path_factory.mktemp("measures"), environment))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def desk(opened: Desk, told: Callable[[Desk], dict[str, str]]) -> Desk:
    """That workspace after the story."""
    told(opened)
    return opened
