"""W3: the list of many orders: two filters, a sort, 50 rows of ten columns, the total."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any
from urllib.parse import urlencode

from seamline.ui.surge.course import FORM
from seamline.ui.surge.report import percentiles
from stand import Spent, asked, load, shown, stand, table

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
            for _ in range(wanted.rounds):
                for name, sort in SORTS.items():
                    for connections in CONNECTIONS:
                        count = REQUESTS[connections]
                        spent = Spent(server, bench.database)
                        begun = time.perf_counter()
                        seconds = reader.many(sort, count, connections)
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

    def many(self, sort: str, count: int, connections: int) -> list[float]:
        """Ask `count` times over so many connections; return the seconds of each answer."""
        seconds: list[float] = []

        def client() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port)
            for _ in range(count // connections):
                begun = time.perf_counter()
                self._get(connection, sort)
                seconds.append(time.perf_counter() - begun)
            connection.close()

        threads = [threading.Thread(target=client) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seconds

    def _get(self, connection: http.client.HTTPConnection, sort: str) -> bytes:
        query = urlencode({**FILTERS, "sort": sort})
        connection.request("GET", f"/api/v1/{FORM}?{query}", headers=self._headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {body[:500]!r}")
        return body


if __name__ == "__main__":
    main()
