"""A stock room on each database: low stock locks its material for order taking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace
from typing import Any

import pytest

from seamline.facts import Actor, Origin
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

from ..published import published

STOCK_ROOM = Path(__file__).parent / "stock_room"
ADMIN = Actor("admin", "Admin", ("administrator",), language="en")
BUYER = Actor("zhou", "周敏", ("buyer",))
CLERK = Actor("li", "李娜", ("clerk",))
API = Origin("api", "127.0.0.1", "test")


class Room(SimpleNamespace):
    """The opened workspace and what people do in it."""

    desk: Desk

    def stock(self, material: str, available: int, arrivals: int = 0) -> Submitted:
        """Record the stock of a material whose line is 13."""
        values = {
            "material": material, "safety": 10, "available": available, "arrivals_72h": arrivals,
        }  # fmt: skip
        return submit(self.desk, BUYER, API, Submission("stock", "create", values))

    def move(self, record: str, step: str = "change", **values: Any) -> Submitted:
        """Change a stock record."""
        return submit(self.desk, BUYER, API, Submission("stock", step, values, record=record))

    def order(self, *materials: str, **more: Any) -> Submitted:
        """Take an order."""
        lines = [{"material": material, "qty": 1} for material in materials]
        return submit(
            self.desk, CLERK, API, Submission("sales_order", "create", {"lines": lines, **more})
        )


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """Publish the stock room, with other documents in place of some: `room({path: text})`."""
    yield from _rooms(f"sqlite:///{tmp_path / 'store.db'}", tmp_path)


@pytest.fixture
def any_room(store_url: str, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    """The same on each database."""
    yield from _rooms(store_url, tmp_path)


def _rooms(store_url: str, tmp_path: Path) -> Iterator[Callable[..., Room]]:
    opened: list[Desk] = []

    def publish(changed: Mapping[str, str | None] | None = None) -> Room:
        folder = tmp_path / "package"
        copytree(STOCK_ROOM, folder)
        for path, text in (changed or {}).items():
            if text is None:
                (folder / path).unlink()
            else:
                (folder / path).write_text(text, encoding="utf-8")
        desk = published(tmp_path / "workspace", folder, store_url)
        opened.append(desk)
        for code in ("M1", "M2"):
            values = {"code": code, "name": f"零件 {code}"}
            submit(desk, ADMIN, API, Submission("material", "create", values))
        return Room(desk=desk)

    yield publish
    for desk in opened:
        desk.close()
