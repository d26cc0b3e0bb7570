"""A workspace to import into, and files made on the spot."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from seamline.facts import Actor, Origin
from seamline.usecases.desk import Desk
from seamline.usecases.import_ import Upload
from seamline.usecases.submit import Submission, submit

from ..published import published

ADMIN = Actor("operator", "operator", ("administrator",), language="en")
CLI = Origin("cli")
PACKAGES = Path(__file__).parents[1] / "packages"
Rows = Sequence[Sequence[Any]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The folder of the workspace that `desk` opens."""
    return tmp_path / "workspace"


@pytest.fixture
def desk(workspace: Path, store_url: str) -> Iterator[Desk]:
    """A workspace with the workshop package and two parts, on each database."""
    opened = _opened(workspace, store_url)
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Desk]:
    """A second workspace like the first."""
    opened = _opened(tmp_path / "other")
    yield opened
    opened.close()


def _opened(folder: Path, url: str = "") -> Desk:
    opened = published(folder, PACKAGES / "workshop", url)
    for code, name, source in (("P1", "Bolt", 11), ("P2", "Nut", 12)):
        values = {"code": code, "name": name, "source_id": source, "price": "2.50"}
        submit(opened, ADMIN, CLI, Submission("part", "create", values))
    return opened


@pytest.fixture
def csv_file() -> Callable[..., Upload]:
    """A function that makes a CSV file of rows."""

    def make(
        rows: Rows, name: str = "file.csv", encoding: str = "utf-8", delimiter: str = ","
    ) -> Upload:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        return Upload(name, text.getvalue().encode(encoding))

    return make


@pytest.fixture
def xlsx_file() -> Callable[..., Upload]:
    """A function that makes an Excel file of rows."""

    def make(rows: Rows, name: str = "file.xlsx") -> Upload:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        stream = io.BytesIO()
        book.save(stream)
        return Upload(name, stream.getvalue())

    return make
