"""A small order desk, published for real on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

from ..published import published

ADMIN = Actor("admin", "Admin", ("administrator",))
CLERK = Actor("li", "李娜", ("clerk",))
API = Origin("api", "127.0.0.1", "test")

SMALL_DESK = Path(__file__).parents[1] / "packages" / "small_desk"


@contextmanager
def trading(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Open a workspace with the small package, one customer with a line of 5,000."""
    opened = published(tmp_path / "workspace", SMALL_DESK, store_url)
    values = {"code": "C1", "name": "杭州", "credit_line": 5000}
    submit(opened, ADMIN, API, Submission("customer", "create", values))
    yield opened
    opened.close()


@pytest.fixture
def desk(store_url: str, tmp_path: Path) -> Iterator[Desk]:
    """That workspace."""
    with trading(store_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def order() -> Callable[..., dict[str, Any]]:
    """A function that returns the values of a good order, with changes."""

    def values(**changes: Any) -> dict[str, Any]:
        good: dict[str, Any] = {
            "customer": "C1",
            "due_date": "2027-03-01",
            "agreement": True,
            "lines": [{"part": "A", "qty": 3, "price": "12.50"}],
        }
        return good | changes

    return values


@pytest.fixture
def place(desk: Desk, order: Callable[..., dict[str, Any]]) -> Callable[..., Submitted]:
    """A function that places an order as the clerk."""

    def place_order(key: str = "", confirmed: tuple[str, ...] = (), **changes: Any) -> Submitted:
        asked = Submission(
            "order",
            "create",
            order(**changes),
            confirmed=frozenset(confirmed),
            idempotency_key=key,
        )
        return submit(desk, CLERK, API, asked)

    return place_order
