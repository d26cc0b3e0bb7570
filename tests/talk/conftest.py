"""The small order desk of the door's tests, with the people who talk there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seamline.facts import Actor
from seamline.usecases import accounts
from seamline.usecases.desk import Desk

from ..door.conftest import (
    ADMIN,
    API,
    CLERK as CLERK,
    SMALL_DESK as SMALL_DESK,
    order as order,
    place as place,
    trading,
)

RISK = Actor("chen", "陈", ("risk",))
PEOPLE = {"li": "clerk", "sun": "clerk", "chen": "risk", "wu": "risk", "zhao": "board"}
PASSWORD = "correct horse battery"


@pytest.fixture
def desk(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """That workspace with five accounts."""
    with trading(store_url, tmp_path) as opened:
        for login, role in PEOPLE.items():
            given = {"login": login, "name": login.title(), "roles": [role], "password": PASSWORD}
            accounts.create_user(opened, ADMIN, API, **given)
        yield opened
