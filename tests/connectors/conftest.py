"""The U8 stand-in, made once for all tests that read it."""

from __future__ import annotations

import sqlite3

import pytest

from seamline.connectors.u8.standin.seeding import SMALL
from seamline.connectors.u8.standin.target import build


@pytest.fixture(scope="session")
def u8_file(tmp_path_factory):
    """The small company as a file that nobody changes; copy it to write."""
    path = tmp_path_factory.mktemp("u8") / "u8.db"
    build(path, SMALL)
    return path


@pytest.fixture(scope="session")
def u8_full(tmp_path_factory):
    """The whole company, read only."""
    path = tmp_path_factory.mktemp("u8") / "full.db"
    build(path)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    yield connection
    connection.close()
