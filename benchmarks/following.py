"""How soon other processes work by what was published: two servers and a worker.

python benchmarks/following.py [--database postgresql] [--rounds 7]

Each round publishes a draft that changes a form and a pipeline, in this process, and takes from
the end of its transaction: until each server says the new label, and until the worker does a step
as the new version has it. Exits 1 where a median is over two seconds.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import urllib.request
from contextlib import ExitStack
from statistics import median

from flows import ADMINISTRATOR, place, put, workers
from seamline.facts import Origin
from seamline.store import Query
from seamline.ui.surge.process import Server
from seamline.usecases import accounts, design, tokens
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import Put
from seamline.usecases.desk import Desk

WITHIN = 2.0
APART = 0.05
CLI = Origin("cli")
PACKAGE, FORM, PIPE = "piped", "forms/order.yaml", "pipelines/check_stock.yaml"
LABEL = "sections[main].fields[note].label.en"
SAID = "steps[enough].branch.then[lack].submit.values.note"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    options.add_argument("--rounds", type=int, default=7)
    asked = options.parse_args()
    with ExitStack() as stack:
        folder, url, desk = stack.enter_context(place(asked.database))
        token = _token(desk)
        stack.enter_context(workers(folder, url, 1))
        addresses = []
        for _ in range(2):
            server = Server(folder, {"SEAMLINE_DATABASE": url, "SEAMLINE_WORKER": "off"})
            server.start()
            stack.callback(server.stop)
            addresses.append(server.address)
        for address in addresses:
            _label(address, token)
        waits = [_round(desk, number, addresses, token) for number in range(1, asked.rounds + 1)]
    worst = 0.0
    for name, place_ in (("server", 0), ("other server", 1), ("worker", 2)):
        each = [one[place_] for one in waits]
        worst = max(worst, median(each))
        print(f"{name}: {median(each):.2f} s ({min(each):.2f}-{max(each):.2f})")
    raise SystemExit(worst > WITHIN)


def _round(desk: Desk, number: int, addresses: list[str], token: str) -> list[float]:
    label, said = f"Note {number}", f'=concat("v{number} ", record.qty)'
    one = design.change(
        desk, ADMINISTRATOR, PACKAGE, [Put(FORM, LABEL, label), Put(PIPE, SAID, said)]
    )
    at: list[float] = []
    releases.publish(
        desk, ADMINISTRATOR, CLI, PACKAGE, one.revision, "a round",
        beside=lambda _unit: at.append(time.monotonic()),
    )  # fmt: skip
    begun = at[-1]
    found = [0.0, 0.0, 0.0]

    def follow(place_: int) -> None:
        while _label(addresses[place_], token) != label:
            time.sleep(APART)
        found[place_] = time.monotonic() - begun

    both = [threading.Thread(target=follow, args=(place_,)) for place_ in (0, 1)]
    for each in both:
        each.start()
    while not _moved(desk, f"v{number} "):
        put(desk, "order", item="bolt", qty=2_000_000)
        time.sleep(APART)
    found[2] = time.monotonic() - begun
    for each in both:
        each.join()
    return found


def _moved(desk: Desk, word: str) -> bool:
    """Say whether the worker has done the step as the new version has it."""
    tables = desk.catalogs.current().forms["order"].tables
    with desk.store.reading() as unit:
        query = Query(sort=("-_created_at",), limit=100, total=False, fields=("note",))
        rows = unit.records.page(tables, query).rows
    return any(str(one.values["note"]).startswith(word) for one in rows)


def _token(desk: Desk) -> str:
    accounts.create_user(
        desk, ADMINISTRATOR, CLI, login="b", name="B", roles=["administrator"], language="en",
        password="benchmark of following",
    )  # fmt: skip
    made = tokens.create_token(
        desk, ADMINISTRATOR, CLI, login="b", name="benchmark", scopes=["read"], days=1
    )
    return made.word


def _label(address: str, token: str) -> str:
    """Return how a server calls the field at present."""
    asked = urllib.request.Request(
        f"{address}/api/v1/openapi.json", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        text = json.dumps(json.load(answer))
    start = text.index("Note")
    return text[start : text.index('"', start)]


if __name__ == "__main__":
    main()
