"""Own moves and U8's postings in any order: the figure people see never counts a move twice."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from seamline.connectors.u8.standin.actor import Actor, Movement
from seamline.facts import Actor as Person, Origin
from seamline.settings import found
from seamline.store import LocalConnection
from seamline.ui.starting import example
from seamline.usecases import connections, install
from seamline.usecases.desk import open_desk

ADMIN, CLI = Person("admin", "admin", ("administrator",)), Origin("cli")
STOCK = 1_000
MOVE = st.tuples(st.sampled_from(["issue", "receipt"]), st.integers(1, 9))
ACT = st.one_of(
    MOVE,  # somebody scans a move here
    st.tuples(st.just("key_in"), st.integers(1, 3)),  # a clerk posts the oldest of them in U8
    st.tuples(st.just("elsewhere"), st.integers(-5, 5).filter(bool)),  # U8 moves by itself
    st.tuples(st.just("poll"), st.just(0)),
)


@pytest.fixture(scope="module")
def ledger(database, sqlite_template, odbc, factory_of, tmp_path_factory):
    """A workspace on each kind of database that mirrors a tiny company."""
    folder = tmp_path_factory.mktemp("settling")
    path = folder / "u8.db"
    shutil.copyfile(sqlite_template, path)
    environment = {"SEAMLINE_DATABASE": database} if database else {}
    desk = open_desk(found(folder / "workspace", environment))
    install.publish(desk, ADMIN, CLI, example("auto_parts"), skip_scenarios=True)
    words = f"DRIVER=SQLite3;Database={path};Timeout=300"
    local = {"driver": "odbc", "dialect": "sqlite", "connection_string": words}
    connections.configure(desk, ADMIN, CLI, LocalConnection("u8", "on", local))
    factory = factory_of(desk, path)
    factory.sync()
    yield factory
    desk.close()


class Book:
    """What the two sides ought to say of one place."""

    def __init__(self, factory):
        self.factory = factory
        self.code, self.house = factory.ask(
            "SELECT cInvCode, cWhCode FROM CurrentStock WHERE AutoID = 1"
        )[0]
        factory.do("UPDATE CurrentStock SET iQuantity = ? WHERE AutoID = 1", STOCK)
        self.waiting = []
        self.poll()

    def act(self, what, amount):
        if what == "poll":
            self.poll()
        elif what == "key_in":
            self.key_in(self.waiting[:amount])
        elif what == "elsewhere":
            with self.factory.company() as company:
                Actor(company).key_in([Movement(self.house, self.code, amount, "other")])
        else:
            values = {
                "act": what, "material": self.code, "warehouse": self.house, "qty": str(amount),
                "source_no": "LL-1",
            }  # fmt: skip
            move = self.factory.submit("stock_move", "create", values).record
            self.waiting.append((move.code, amount if what == "receipt" else -amount))

    def key_in(self, moves):
        with self.factory.company() as company:
            actor = Actor(company)
            actor.key_in(Movement(self.house, self.code, qty, code) for code, qty in moves)
        self.waiting = [one for one in self.waiting if one not in moves]

    def poll(self):
        self.factory.later(seconds=15)
        self.factory.tick()
        stands = self.factory.record("stock", f"{self.code}@{self.house}").values
        (there,) = self.factory.ask("SELECT iQuantity FROM CurrentStock WHERE AutoID = 1")[0]
        own = sum(qty for _, qty in self.waiting)
        assert stands["erp_balance"] == Decimal(str(there))
        assert (stands["unposted"] or 0) == own
        assert stands["on_hand"] == Decimal(str(there)) + own


@pytest.mark.cap(26)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACT, min_size=4, max_size=14))
def test_an_own_move_leaves_the_sum_exactly_when_the_balance_has_it(ledger, acts):
    book = Book(ledger)
    for what, amount in acts:
        book.act(what, amount)
    book.key_in(list(book.waiting))
    book.poll()


@pytest.mark.cap(19, 20, 112)
def test_what_is_changed_and_deleted_over_there_is_taken_over_on_either_database(ledger):
    """A poll of several changes in one go, and a comparison that finds what left no trace."""
    ledger.sync()
    ledger.do("UPDATE CurrentStock SET iQuantity = iQuantity + 5 WHERE AutoID BETWEEN 3 AND 9")
    rows = ledger.ask(
        "SELECT cInvCode, cWhCode, iQuantity FROM CurrentStock WHERE AutoID BETWEEN 3 AND 9"
    )
    ledger.later(minutes=1)
    assert ledger.sync()["stock"].changed == 7
    for code, house, qty in rows:
        stock = ledger.record("stock", f"{code}@{house}")
        assert stock.values["erp_balance"] == Decimal(str(qty))
        told = [one for one in ledger.events("stepped") if one.record == stock.id]
        assert told[-1].body["changes"]["erp_balance"][1] == f"{Decimal(str(qty)):.2f}"
    with ledger.desk.store.reading() as unit:
        assert unit.journal.verify().sound
    code, house, _ = rows[0]
    ledger.do("DELETE FROM CurrentStock WHERE AutoID = 3")
    ledger.later(minutes=1)
    assert ledger.sync(compare=True)["stock"].gone == 1
    assert ledger.record("stock", f"{code}@{house}").archived_at is not None
