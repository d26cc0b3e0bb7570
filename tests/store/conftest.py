"""A store with a small trade in it, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seamline.store import Store, open_store
from seamline.testing import trade


@pytest.fixture
def empty(empty_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store of an empty database."""
    with closing(open_store(empty_url, tmp_path / "files")) as opened:
        yield opened


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store in which customers, parts and orders are published."""
    with closing(open_store(store_url, tmp_path / "files")) as opened:
        yield trade.opened(opened)
