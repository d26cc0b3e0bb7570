"""The two example packages and their files, read once."""

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seamline.facts import Actor, Origin, Record
from seamline.metadata import Form, Package
from seamline.package import read_package
from seamline.store import ImportJob, Query
from seamline.usecases import import_, look
from seamline.usecases.desk import Desk

from ..published import published

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


ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
SHELL = Origin("cli")


class Loaded:
    """A workspace with one example package, and its files imported through the door."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk, self.folder = desk, EXAMPLES / name

    def load(
        self, map_id: str, content: bytes | None = None, detail: bytes | None = None
    ) -> ImportJob:
        """Import the files of a map, or what is given in their place; return the finished job."""
        catalog = self.desk.catalogs.current()
        wanted = catalog.imports[map_id]
        file = next(
            data.file
            for package in catalog.packages
            for data in package.head.data
            if data.map == map_id
        )
        path = self.folder / file
        lines = None
        if wanted.lines is not None and wanted.lines.file is not None:
            beside = path.parent / wanted.lines.file
            lines = import_.Upload(beside.name, detail or beside.read_bytes())
        upload = import_.Upload(path.name, content or path.read_bytes())
        job = import_.start(self.desk, ADMIN, SHELL, wanted.form, upload, wanted, lines=lines)
        return import_.run(self.desk, ADMIN, job.id)

    def load_all(self) -> dict[str, ImportJob]:
        """Import every data file in the order of the package."""
        packages = self.desk.catalogs.current().packages
        maps = {data.map: self.desk.catalogs.current().imports[data.map]
                for package in packages for data in package.head.data}  # fmt: skip
        return {name: self.load(name) for name, one in maps.items() if not one.takes_over}

    def every(self, form: str) -> Iterator[Record]:
        """Yield every record of a form, whole."""
        return look.stream(self.desk, ADMIN, form, Query())


@pytest.fixture
def load(tmp_path: Path, store_url: str) -> Iterator[Callable[[str], Loaded]]:
    """Publish an example package in a fresh workspace: `load("bike_factory")`."""
    opened: list[Desk] = []

    def give(name: str) -> Loaded:
        opened.append(published(tmp_path / "workspace", EXAMPLES / name, store_url))
        return Loaded(opened[-1], name)

    yield give
    for desk in opened:
        desk.close()
