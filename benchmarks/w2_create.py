"""W2: create one order with five lines through the API, over 1, 8 and 32 connections."""

from __future__ import annotations

from typing import Any

from seamline.ui.surge.course import FORM, TABLE, orders
from seamline.ui.surge.report import percentiles
from seamline.ui.surge.sending import Clients
from stand import Spent, asked, load, shown, stand, table

CONNECTIONS = (1, 8, 32)
LINES = 5


def main() -> None:
    """Load the table, create orders round by round, print medians over the rounds."""
    wanted = asked(__doc__, rows=12_000)
    with stand(wanted.database) as bench:
        print(f"{bench.database}: loading {wanted.rows} orders past the API ...", flush=True)
        load(bench, wanted.rows)
        filling = orders(bench.started)

        def five(number: int) -> dict[str, Any]:
            values = filling.values(number)
            values[TABLE] = (values[TABLE] * LINES)[:LINES]
            return values

        figures: dict[int, list[tuple[float, ...]]] = {count: [] for count in CONNECTIONS}
        with bench.served() as server:
            clients = Clients(server.port, FORM, bench.started.token, five)
            clients.run(50, 1)  # the first requests meet a cold process
            for _ in range(wanted.rounds):
                for connections in CONNECTIONS:
                    count = 150 if connections == 1 else 400
                    figures[connections].append(_round(clients, count, connections, server, bench))
        assert not clients.outcome.refused, clients.outcome.refused[0]
    table(
        ["connections", "orders/s", "p50 ms", "p95 ms", "CPU ms app", "CPU ms database"],
        [
            [str(connections), *(shown(column) for column in zip(*rounds, strict=True))]
            for connections, rounds in figures.items()
        ],
    )


def _round(clients: Clients, count: int, connections: int, server: Any, bench: Any):
    before = len(clients.outcome.seconds)
    spent = Spent(server, bench.postmaster)
    seconds = clients.run(count, connections)
    p50, p95, _ = percentiles(clients.outcome.seconds[before:])
    return (count / seconds, p50, p95, *spent.per(count))


if __name__ == "__main__":
    main()
