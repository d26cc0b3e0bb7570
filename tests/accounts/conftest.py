"""An opened workspace for the tests of accounts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamline import settings
from seamline.usecases.desk import Desk, open_desk


@pytest.fixture
def desk(store_url: str, tmp_path) -> Iterator[Desk]:
    """A workspace without packages, on each database."""
    found = settings.found(tmp_path / "workspace", {"SEAMLINE_DATABASE": store_url})
    opened = open_desk(found)
    yield opened
    opened.close()
