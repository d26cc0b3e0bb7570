"""How soon a change in U8 stands on a page that is open: the cycle of 15 s as the package ships.

The stand-in is read through ODBC by a serving process with its worker; the record of one stock and
the list lie open in Chromium. At a random moment of the cycle the stock is moved over there, and
it is measured when both pages show the new figure, unasked. Exits 1 over one cycle + 2 s.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from chromium import signed_in
from seamline.connectors.u8.standin.actor import Actor as Company, Movement
from seamline.connectors.u8.standin.seeding import SMALL
from seamline.connectors.u8.standin.target import build
from seamline.facts import Actor, Origin
from seamline.settings import found
from seamline.store import LocalConnection
from seamline.ui import starting
from seamline.ui.surge.process import Server
from seamline.usecases import accounts, connections, sync
from seamline.usecases.desk import open_desk

ADMIN, CLI = Actor("admin", "admin", ("administrator",)), Origin("cli")
CYCLE = 15.0
BAR = CYCLE + 2
PASSWORD = "a long enough pass-phrase"


def main() -> int:
    """Move the stock in each round and print how long the pages took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "u8.db"
        build(path, SMALL)
        _connected(Path(folder) / "workspace", path)
        server = Server(Path(folder) / "workspace")
        server.start()
        try:
            took = _measured(server.address, path, rounds)
        finally:
            server.stop()
    print(f"median {statistics.median(took):.1f} s, longest {max(took):.1f} s; bar {BAR:.0f} s")
    return 0 if max(took) <= BAR else 1


def _connected(workspace: Path, path: Path) -> None:
    desk = open_desk(found(workspace, {}))
    starting.publish(desk, "auto_parts")
    given = {"login": "liu", "name": "Liu", "roles": ["administrator"], "language": "en"}
    accounts.create_user(desk, ADMIN, CLI, password=PASSWORD, **given)
    words = f"DRIVER=SQLite3;Database={path};Timeout=300"
    settings = {"driver": "odbc", "dialect": "sqlite", "connection_string": words}
    connections.configure(desk, ADMIN, CLI, LocalConnection("u8", "on", settings))
    while any(one.more for one in sync.sync(desk, "u8")):
        pass
    desk.close()


def _measured(address: str, path: Path, rounds: int) -> list[float]:
    dice, took = random.Random(1), []
    with closing(sqlite3.connect(path)) as company, signed_in(address, "liu", PASSWORD) as record:
        row = "SELECT cInvCode, cWhCode, iQuantity FROM CurrentStock WHERE AutoID = 1"
        code, house, qty = company.execute(row).fetchone()
        listing = record.context.new_page()
        record.goto(f"/r/stock/{code}@{house}")
        listing.goto(f"/r/stock?q={code}")
        for number in range(1, rounds + 1):
            time.sleep(dice.random() * CYCLE)
            Company(company).key_in([Movement(house, code, -3, f"LL-{number}")])
            company.commit()
            begun = time.monotonic()
            figure = f"{int(qty) - 3 * number:,}"
            expect(record.locator("#part-facts")).to_contain_text(figure, timeout=60_000)
            first = time.monotonic() - begun
            expect(listing.locator("#list")).to_contain_text(figure, timeout=60_000)
            took.append(time.monotonic() - begun)
            print(f"round {number}: record {first:.1f} s, list {took[-1]:.1f} s", flush=True)
    return took


if __name__ == "__main__":
    sys.exit(main())
