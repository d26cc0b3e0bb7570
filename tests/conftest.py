"""Databases for the tests: SQLite in a folder, PostgreSQL in a private cluster."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from seamline.store import open_store
from seamline.usecases import passwords

HERE = "postgresql+psycopg://"
GIVEN = "SEAMLINE_TEST_POSTGRES"  # the URL of a server where databases may be made and dropped
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "",
    "autovacuum": "off",
}


def pytest_collection_finish() -> None:
    """Let the garbage collector neither walk thousands of collected tests nor run all the time.

    A fifth of the time of all tests went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords outside these tests: in them it takes next to no work."""
    real = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords._HASHER = real


# No example fails for having taken long: the machine may be busy with something else.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that holds the platform's own tables and nothing in them, on each."""
    if request.param == "sqlite":
        file = tmp_path / "store.db"
        shutil.copyfile(request.getfixturevalue("upgraded_file"), file)
        yield f"sqlite:///{file}"
    else:
        server = request.getfixturevalue("postgres_server")
        with _database(server, request.getfixturevalue("upgraded_database")) as url:
            yield url


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        with _database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the platform's own tables, to be copied: every revision takes its time."""
    file = tmp_path_factory.mktemp("upgraded") / "store.db"
    _upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(scope="session")
def upgraded_database(postgres_server: str) -> Iterator[str]:
    """The name of a database with the platform's own tables, to be copied."""
    with _database(postgres_server) as url:
        _upgrade(url)
        yield url.partition("?")[0].rpartition("/")[2]


def _upgrade(url: str) -> None:
    with closing(open_store(url)) as store:
        store.upgrade()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with _database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database for all tests of a module; empty for SQLite in its folder."""
    if request.param == "sqlite":
        yield ""
        return
    with _database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="module")
def another_database(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A second one of the same kind."""
    if not database:
        yield ""
        return
    with _database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server: the one that the environment names, or a private one of our own."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    tools = programs()
    if tools is None:
        reason = f"PostgreSQL is not installed and {GIVEN} is not set"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with cluster(tools) as url:
        yield url


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL programs of this machine."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path)]
    return found[-1].parent if found else None


@contextmanager
def cluster(tools: Path) -> Iterator[str]:
    """Run a server of our own on a socket in a folder that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="sl-pg-"))
    owner = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if owner:
        shutil.chown(folder, owner)
    data = folder / "data"
    start = [tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
    call([*start, "-E", "UTF8", "--locale=C", "--no-sync"], owner)
    options = " ".join(f"-c {name}={value!r}" for name, value in SETTINGS.items())
    options += f" -c unix_socket_directories={str(folder)!r}"
    control = [tools / "pg_ctl", "-D", data, "-w"]
    call([*control, "-l", folder / "log", "-o", options, "start"], owner)
    try:
        yield f"{HERE}postgres@/postgres?host={folder}"
    finally:
        call([*control, "-m", "immediate", "stop"], owner)
        shutil.rmtree(folder, ignore_errors=True)


def call(command: list[str | Path], owner: str | None) -> None:
    """Run a program as somebody; what it says fails the test where it fails."""
    groups = [] if owner else None  # none of root's
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        user=owner,
        group=owner,
        extra_groups=groups,
    )
    if done.returncode:
        pytest.fail(f"{command[-1]}: {done.stdout}{done.stderr}")


@contextmanager
def _database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database like another and drop it again, whoever is still connected."""
    import psycopg

    name = f"seamline_{uuid4().hex[:12]}"
    address = server.replace(HERE, "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            before, _, after = server.partition("?")
            url = f"{before.rpartition('/')[0]}/{name}"
            yield f"{url}?{after}" if after else url
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def odbc():
    """The module pyodbc with the drivers that the tests need."""
    try:
        import pyodbc

        missing = {"SQLite3", "PostgreSQL Unicode"} - set(pyodbc.drivers())
    except ImportError as error:
        missing = {str(error)}
    if missing:
        reason = f"no ODBC driver here: {', '.join(sorted(missing))} (./test installs them)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    pyodbc.pooling = False
    return pyodbc
