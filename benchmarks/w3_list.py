"""W3: many orders listed: two filters, a sort, 50 rows of ten columns, the total; as a page too."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from seamline.ui.surge.course import FORM
from seamline.ui.surge.report import percentiles
from stand import Spent, Stand, asked, load, shown, stand, table
from w5_start import LIST_PAGE, Browser

COLUMNS = (
    "customer,customer_po,channel,due_date,urgency,total,order_type,payment_terms,contact,packaging"
)
# One state of five and one channel of four: 5 % of the rows match.
FILTERS = {
    "_state": "submitted",
    "channel": "wechat",
    "limit": "50",
    "total": "true",
    "fields": COLUMNS,
}
SORTS = {"newest first (the list's own)": "-_created_at", "by due date": "due_date"}
CONNECTIONS = (1, 8)
REQUESTS = {1: 100, 8: 300}


def main() -> None:
    """Load the table, ask for the list round by round, print medians over the rounds."""
    wanted = asked(__doc__, rows=100_000)
    with stand(wanted.database) as bench:
        print(f"{bench.database}: loading {wanted.rows} orders past the API ...", flush=True)
        load(bench, wanted.rows)
        figures: dict[tuple[str, int], list[tuple[float, ...]]] = {}
        with bench.served() as server:
            reader = Reader(server.port, bench.started.token)
            for sort in SORTS.values():
                first = reader.one(sort)
                print(f"sort {sort}: {first['total']} match, {len(first['items'])} on the page")
            print(f"{reader.size / 1000:.1f} kB body")
            ways = {name: reader.way(sort) for name, sort in SORTS.items()}
            ways["the page people see"] = pages(server.port, bench)
            for _ in range(wanted.rounds):
                for name, way in ways.items():
                    for connections in CONNECTIONS:
                        count = REQUESTS[connections]
                        spent = Spent(server, bench.postmaster)
                        begun = time.perf_counter()
                        seconds = many(way, count, connections)
                        rate = count / (time.perf_counter() - begun)
                        p50, p95, _ = percentiles(seconds)
                        figures.setdefault((name, connections), []).append(
                            (rate, p50, p95, *spent.per(count))
                        )
    table(
        ["sort", "connections", "requests/s", "p50 ms", "p95 ms", "CPU ms app", "CPU ms database"],
        [
            [name, str(connections), *(shown(column) for column in zip(*rounds, strict=True))]
            for (name, connections), rounds in figures.items()
        ],
    )


class Reader:
    """Asks for the list over keep-alive connections."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}"}
        self.size = 0

    def one(self, sort: str) -> Any:
        """Return one answer, read."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        body = self._get(connection, sort)
        connection.close()
        self.size = len(body)
        return json.loads(body)

    def way(self, sort: str) -> Callable[[], Callable[[], object]]:
        """Return what opens a connection and gives the request to repeat over it."""

        def connected() -> Callable[[], object]:
            connection = http.client.HTTPConnection("127.0.0.1", self._port)
            return lambda: self._get(connection, sort)

        return connected

    def _get(self, connection: http.client.HTTPConnection, sort: str) -> bytes:
        query = urlencode({**FILTERS, "sort": sort})
        connection.request("GET", f"/api/v1/{FORM}?{query}", headers=self._headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body[:500]!r}")
        return body


def pages(port: int, bench: Stand) -> Callable[[], Callable[[], object]]:
    """Return what asks for the list as a page, as one person signed in once."""
    first = Browser(port)
    first.sign_in(bench.started.login, bench.started.password)
    address = f"{LIST_PAGE}?{urlencode({name: FILTERS[name] for name in ('_state', 'channel')})}"

    def connected() -> Callable[[], object]:
        browser = first.beside()
        return lambda: browser.get(address)

    return connected


def many(way: Callable[[], Callable[[], object]], count: int, connections: int) -> list[float]:
    """Ask `count` times over so many connections; return the seconds of each answer."""
    seconds: list[float] = []

    def client() -> None:
        ask = way()
        for _ in range(count // connections):
            begun = time.perf_counter()
            ask()
            seconds.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


if __name__ == "__main__":
    main()
