"""A workspace with a library to fill, and files of closed orders made on the spot."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases import migrate
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import Upload
from seamline.usecases.migrate import Given

from ..published import published

ADMIN = Actor("operator", "operator", ("administrator",), language="en")
CLI = Origin("cli")
PACKAGE = Path(__file__).parents[1] / "packages" / "archive_desk"
HEADS = ("ID", "No", "Day", "Status", "Customer", "Paid", "By", "At", "Words", "Files")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The folder of the workspace that `desk` opens."""
    return tmp_path / "workspace"


@pytest.fixture
def desk(workspace: Path, store_url: str) -> Iterator[Desk]:
    """A workspace with a library, on each database."""
    opened = published(workspace, PACKAGE, store_url)
    yield opened
    opened.close()


def heads(count: int, **changed: Any) -> list[dict[str, Any]]:
    """Return rows of closed orders; every tenth was void, every hundredth has a paper."""
    return [
        {
            "ID": 1000 + n,
            "No": f"SO{n:05}",
            "Day": f"2025-{n % 10 + 1:02}-{n % 28 + 1:02}",
            "Status": 2 if n % 10 == 9 else 1,
            "Customer": f"C{n % 7}",
            "Paid": f"{n * 1.5:.2f}",
            "By": "Gao",
            "At": f"2025-{n % 10 + 1:02}-{n % 28 + 1:02} 09:30:00",
            "Words": "agreed",
            "Files": "",
        }
        | changed
        for n in range(count)
    ]


def upload(name: str, rows: list[dict[str, Any]], headers: tuple[str, ...] = HEADS) -> Upload:
    """Return rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headers, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return Upload(name, text.getvalue().encode())


def lines_of(rows: list[dict[str, Any]]) -> Upload:
    """Return two lines for each order."""
    lines = [
        {"ID": row["ID"], "Item": f"P{place}", "Qty": place + 1}
        for row in rows
        for place in range(2)
    ]
    return upload("lines.csv", lines, ("ID", "Item", "Qty"))


def archive(**files: bytes) -> Upload:
    """Return files as a zip archive; `__` in a name stands for a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for name, content in files.items():
            out.writestr(name.replace("__", "."), content)
    return Upload("papers.zip", stream.getvalue())


@pytest.fixture
def given() -> Callable[..., Given]:
    """A function that makes the source of so many orders."""

    def make(count: int = 100, rows: list[dict[str, Any]] | None = None, **more: Any) -> Given:
        rows = heads(count) if rows is None else rows
        return Given(upload("orders.csv", rows), lines_of(rows), **more)

    return make


@pytest.fixture
def moved(desk: Desk) -> Callable[..., Any]:
    """A function that migrates a source to its end and returns the run."""

    def move(source: Given, actor: Actor = ADMIN, dry: bool = False) -> Any:
        wanted = migrate.map_named(desk, "old_orders")
        begun = migrate.start(desk, actor, wanted, source, dry=dry)
        return migrate.run(desk, actor, begun.id)

    return move
