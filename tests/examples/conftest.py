"""The two example packages and their files, read once."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from seamline.metadata import Form, Package
from seamline.package import read_package

EXAMPLES = Path(__file__).parents[2] / "examples"
Rows = list[dict[str, str]]


def rows_of(path: Path) -> Rows:
    """Return the rows of a CSV file, packed or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="session")
def auto_parts() -> Package:
    return read_package(EXAMPLES / "auto_parts")


@pytest.fixture(scope="session")
def bike_factory() -> Package:
    return read_package(EXAMPLES / "bike_factory")


@pytest.fixture(scope="session", params=["auto_parts", "bike_factory"])
def package(request: pytest.FixtureRequest) -> Package:
    found: Package = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def order_form(auto_parts: Package) -> Form:
    return next(form for form in auto_parts.forms if form.id == "sales_order")


@pytest.fixture(scope="session")
def rows() -> Callable[[str, str], Rows]:
    """Return the reader of a package's data file: `rows("auto_parts", "stock.csv")`."""
    kept: dict[Path, Rows] = {}

    def read(package: str, file: str) -> Rows:
        path = EXAMPLES / package / "data" / file
        if path not in kept:
            kept[path] = rows_of(path)
        return kept[path]

    return read
