"""Publishing while people work, and being killed on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import text

from seamline.metadata import Section
from seamline.publish import apply, plan
from seamline.store import Store, open_store, tables_for
from seamline.store.ulid import ulid
from seamline.testing.trade import CUSTOMER, FORMS, customer, field, package, publish, record

WIDER = replace(
    CUSTOMER,
    sections=(
        *CUSTOMER.sections,
        Section(
            "more",
            CUSTOMER.title,
            (field("rating", "integer"), field("serial", "text", unique=True)),
        ),
    ),
)
BEFORE = package(CUSTOMER)
AFTER = package(WIDER, version="2.0.0")
TABLES = tables_for(CUSTOMER, {"customer": CUSTOMER})


def versions(store: Store) -> list[str]:
    with store.reading() as unit:
        return [one.version for one in unit.packages.installed()]


def columns(store: Store) -> set[str]:
    with store.reading() as unit:
        result = unit.connection.execute(text("SELECT * FROM f_customer LIMIT 0"))
        return set(result.keys())


def fill(store: Store, rows: int) -> None:
    with store.unit() as unit:
        for number in range(rows):
            unit.records.insert(TABLES, record("customer", {"code": f"A{number}"}))


def test_writers_and_readers_go_on_during_a_publication(store: Store) -> None:
    publish(store, None, BEFORE)
    fill(store, 300)
    stop, wrong, written = threading.Event(), list[BaseException](), list[str]()

    def write(name: str) -> None:
        try:
            while not stop.is_set():
                code = f"{name}{len(written)}-{ulid()}"
                with store.unit() as unit:
                    unit.records.insert(TABLES, record("customer", {"code": code[:20]}))
                written.append(code[:20])
        except BaseException as error:
            wrong.append(error)

    def read() -> None:
        try:
            while not stop.is_set():
                with store.reading() as unit:
                    assert unit.records.get(TABLES, "A7") is not None
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "XYZ"]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert (
            apply(plan((BEFORE,), (AFTER,), store), store, lambda u: u.packages.keep(AFTER)) == []
        )
        time.sleep(0.2)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert {"rating", "serial"} <= columns(store)
    with store.reading() as unit:
        assert all(unit.records.get(TABLES, code) is not None for code in written)
    assert plan((AFTER,), (AFTER,), store).changes == ()


@pytest.mark.postgres
def test_a_long_transaction_does_not_make_writers_queue(postgres_url: str) -> None:
    """The publication waits by trying again; whoever writes meanwhile passes it."""
    with closing(open_store(postgres_url)) as store:
        store.upgrade()
        publish(store, None, BEFORE)
        done = threading.Thread(target=publish, args=(store, BEFORE, AFTER))
        with store.engines.read.connect() as holder:
            holder.execute(text("SELECT count(*) FROM f_customer"))  # holds its lock until the end
            done.start()
            for number in range(10):
                with store.unit() as unit:
                    customer(unit, f"W{number}")
            assert versions(store) == ["1.0.0"]
        done.join()
        assert versions(store) == ["2.0.0"]


@pytest.mark.postgres
def test_an_index_that_was_never_finished_is_made_again(postgres_url: str) -> None:
    with closing(open_store(postgres_url)) as store:
        store.upgrade()
        publish(store, None, BEFORE)
        publish(store, BEFORE, AFTER)
        index = next(
            spec.name
            for spec in tables_for(WIDER, {"customer": WIDER}).indexes
            if spec.columns == ("serial",)
        )
        with store.unit() as unit:
            unit.connection.execute(
                text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = :n ::regclass"),
                {"n": index},
            )
        again = plan((AFTER,), (AFTER,), store)
        assert [change.kind for change in again.changes] == ["add_index"]
        assert "DROP INDEX" in again.changes[0].sql
        assert apply(again, store) == []
        assert plan((AFTER,), (AFTER,), store).changes == ()


CHILD = """
import os, sys
sys.path.insert(0, sys.argv[3])
from seamline.publish import operations
from seamline.store import open_store
from seamline.testing.trade import publish
from test_running import AFTER, BEFORE

steps = int(sys.argv[2])
run = operations.run

def counted(some, connection):
    global steps
    for operation in some:
        if steps == 0:
            os.kill(os.getpid(), 9)
        steps -= 1
        run([operation], connection)

operations.run = counted
store = open_store(sys.argv[1])
publish(store, BEFORE, AFTER)
"""


@pytest.mark.parametrize("steps", range(5))
def test_killed_on_the_way_it_is_old_or_new(store: Store, store_url: str, steps: int) -> None:
    publish(store, None, BEFORE)
    fill(store, 50)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, store_url, str(steps), os.path.dirname(__file__)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    version = versions(store)
    assert version in (["1.0.0"], ["2.0.0"])
    assert ("rating" in columns(store)) is (version == ["2.0.0"])
    assert ("serial" in columns(store)) is (version == ["2.0.0"])
    now = BEFORE if version == ["1.0.0"] else AFTER
    publish(store, now, AFTER)
    assert plan((AFTER,), (AFTER,), store).changes == ()
    with store.reading() as unit:
        assert unit.records.page(TABLES, _everything()).total == 50
        assert unit.journal.verify().sound


def _everything():
    from seamline.store import Query

    return Query()


def test_the_trade_of_the_contract_publishes(store: Store) -> None:
    publish(store, None, package(*FORMS.values()))
    assert plan((package(*FORMS.values()),), (package(*FORMS.values()),), store).changes == ()
