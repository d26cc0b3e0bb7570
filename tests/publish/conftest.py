"""An empty store with the platform's own tables, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from seamline.store import Store, open_store


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A store in which nothing is published."""
    with closing(open_store(store_url)) as opened:
        opened.upgrade()
        yield opened
