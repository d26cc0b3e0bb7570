"""A small store on each database: items, bins, balances, and the moves that post to them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seamline.facts import Actor, Event, Origin, Record
from seamline.store import Query
from seamline.usecases import look
from seamline.usecases.desk import Desk
from seamline.usecases.submit import Submission, Submitted, submit

from ..published import published

LEDGER_DESK = Path(__file__).parents[1] / "packages" / "ledger_desk"
ADMIN = Actor("admin", "Admin", ("administrator",))
KEEPER = Actor("chen", "陈洁", ("keeper",), language="en")
LEAD = Actor("wang", "王磊", ("lead",), language="en")
PDA = Origin("pda", "10.0.0.7", "PDA-1")


class Store(SimpleNamespace):
    """The opened workspace and what people do in it."""

    desk: Desk
    admin, keeper, lead, pda = ADMIN, KEEPER, LEAD, PDA

    def move(self, act: str, qty: Any, item: str | None = "A", **more: Any) -> Submitted:
        """Make one move as the keeper."""
        known = {"key", "reason", "late"}
        values = {"act": act, "item": item, "bin": "B1", "qty": qty}
        values |= {name: value for name, value in more.items() if name not in known}
        asked = Submission(
            "move",
            "create",
            values,
            reason=more.get("reason", ""),
            idempotency_key=more.get("key", ""),
            late=more.get("late", False),
        )
        return submit(self.desk, KEEPER, PDA, asked)

    def balances(self) -> tuple[Record, ...]:
        """Return every balance."""
        return tuple(look.page(self.desk, ADMIN, "balance", Query(limit=200)).rows)

    def balance(self, item: str = "A", bin_: str = "B1") -> Record:
        """Return the balance of one place."""
        (kept,) = (
            one
            for one in self.balances()
            if (one.values["item"].key, one.values["bin"].key) == (item, bin_)
        )
        return kept

    def on_hand(self, item: str = "A", bin_: str = "B1") -> Decimal:
        """Return the figure of one place."""
        return self.balance(item, bin_).values["on_hand"]

    def postings(self, balance: Record) -> list[Event]:
        """Return the postings to one balance, oldest first."""
        events = look.timeline(self.desk, ADMIN, "balance", balance.id, 10_000)
        return [event for event in reversed(events) if "by" in event.body]


def opened(url: str, folder: Path) -> Store:
    """Publish the package and make two items and two bins."""
    desk = published(folder, LEDGER_DESK, url)
    for form, words in (("item", "AB"), ("bin", ("B1", "B2"))):
        for word in words:
            values = {"code": word} | ({"name": f"Item {word}"} if form == "item" else {})
            submit(desk, ADMIN, PDA, Submission(form, "create", values))
    return Store(desk=desk)


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[Store]:
    """A store on each database."""
    made = opened(store_url, tmp_path / "workspace")
    yield made
    made.desk.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite, where the database makes no difference."""
    made = opened("", tmp_path / "workspace")
    yield made
    made.desk.close()
