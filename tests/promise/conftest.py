"""A desk that promises parts from shelves, purchases and lead times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from seamline import clock
from seamline.facts import Actor, Origin, Record
from seamline.fields.promised import unpacked
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
CLERK = Actor("li", "李娜", ("clerk",), language="en")
API = Origin("api", "127.0.0.1", "test")
PACKAGE = Path(__file__).parents[1] / "packages" / "promise_desk"
TUESDAY = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # 1 December 2026 in Shanghai


class Trade:
    """A workspace with shortcuts to what a test sells, keeps and buys; its parts are its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._prefix = uuid4().hex[:6]

    def code(self, part: str) -> str:
        """Return the code of a part of this test."""
        return f"{self._prefix}-{part}"

    def write(self, form: str, values: dict[str, Any], record: str = "", step: str = "") -> Record:
        """Take a step (create, or change of a record) as the administrator."""
        word = step or ("change" if record else "create")
        return submit(self.desk, ADMIN, API, Submission(form, word, values, record)).record

    def part(self, code: str, *, there: float = 0, lead: int | None = None) -> str:
        """Make a part with stock; return its code."""
        self.write("part", {"code": self.code(code), "lead_time": lead})
        if there:
            self.shelve(code, there)
        return self.code(code)

    def shelve(self, code: str, there: float, **more: Any) -> Record:
        """Put some of a part on a shelf of its own."""
        return self.write("shelf", {"part": self.code(code), "there": there, **more})

    def buy(self, code: str, qty: int, due: str) -> Record:
        """Make a purchase of one line."""
        lines = [{"part": self.code(code), "qty": qty}]
        return self.write("purchase", {"due": due, "lines": lines})

    def order(self, *lines: tuple[str, float], wish: str | None = None) -> Record:
        """Make an order of parts and amounts."""
        return self.write("order", {"wish": wish, "lines": self.rows(*lines)})

    def rows(self, *lines: tuple[str, float]) -> list[dict[str, Any]]:
        """Return parts and amounts as the lines of an order."""
        return [{"part": self.code(code), "qty": qty} for code, qty in lines]

    def taken(self, record: Record) -> list[tuple[str, str, str]]:
        """Return what the lines of a record take: amount, day, source."""
        with self.desk.store.reading() as unit:
            return [
                (f"{part.qty.normalize():f}", part.day.isoformat(), part.source_code or part.source)
                for part in unit.promises.of_record(record.id)
            ]


def days(record: Record, table: str = "lines") -> list[str | None]:
    """Return the promised day of each line."""
    rows = record.values[table]
    return [row.values["promised"] and row.values["promised"].isoformat() for row in rows]


def whys(record: Record, language: str = "en") -> list[str]:
    """Return the reason of each line."""
    return [unpacked(row.values["why"]).in_(language) for row in record.values["lines"]]


@contextmanager
def opened(workspace: Path, url: str = "") -> Iterator[Desk]:
    """Open a workspace with the package."""
    with closing(published(workspace, PACKAGE, url)) as desk:
        yield desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A workspace with the package."""
    with opened(tmp_path_factory.mktemp("promise") / "workspace") as desk:
        yield desk


@pytest.fixture
def trade(desk: Desk) -> Iterator[Trade]:
    """The workspace on Tuesday, 1 December 2026; Monday the 7th is a holiday."""
    with clock.frozen(TUESDAY):
        yield Trade(desk)


@pytest.fixture
def told() -> tuple[Callable[..., list[Any]], Callable[..., list[str]]]:
    """The days and the reasons that the lines of a record tell."""
    return days, whys
