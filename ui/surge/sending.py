"""The other side of the wire: lean clients that post records and keep what was acknowledged."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Seconds a client waits before it knocks again at a server that is not there.
KNOCK_AGAIN = 0.05
TIMEOUT = 60.0
# Seconds without any answer after which a client takes the server for gone.
GONE_AFTER = 90.0
# Answers of 500 and above that one record may meet before it counts as lost.
PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A record the server has confirmed: the number it was posted under and what came back."""

    number: int
    id: str
    code: str
    held: str
    rows: int


@dataclass(slots=True)
class Outcome:
    """What the clients saw. `seconds` are the times of the answers that acknowledged."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    refused: list[tuple[int, int, str]] = field(default_factory=list)
    broken_connections: int = 0


class Clients:
    """A number of keep-alive connections that post `count` records, each until it is answered."""

    def __init__(
        self,
        port: int,
        form: str,
        token: str,
        values: Callable[[int], Mapping[str, Any]],
        table: str = "lines",
    ) -> None:
        self.outcome = Outcome()
        self._port = port
        self._path = f"/api/v1/{form}"
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        self._values = values
        self._table = table
        # Keys of one run are never those of another.
        self._run = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._next = 0
        self._count = 0
        self._until = float("inf")
        self._given_up = False

    def run(
        self,
        count: int,
        connections: int,
        limit: float = float("inf"),
        progress: Callable[[int], None] | None = None,
    ) -> float:
        """Post `count` more records within `limit` seconds; return the seconds it took."""
        self._count = self._next + count
        begun = time.perf_counter()
        self._until = time.monotonic() + limit
        threads = [threading.Thread(target=self._client) for _ in range(connections)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(0.2) if threads[0].is_alive() else time.sleep(0.05)
            if progress:
                progress(len(self.outcome.acknowledged))
        return time.perf_counter() - begun

    def give_up(self) -> None:
        """Let every client stop knocking at a server that will not come back."""
        self._until, self._given_up = 0.0, True

    def _client(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        while (number := self._take()) is not None:
            values = self._values(number)
            body = json.dumps({"values": values}, ensure_ascii=False).encode()
            headers = self._headers | {"Idempotency-Key": f"{self._run}-{number}"}
            self._post(connection, number, body, headers, len(values.get(self._table, ())))
        connection.close()

    def _take(self) -> int | None:
        with self._lock:
            if self._next >= self._count or time.monotonic() > self._until:
                return None
            self._next += 1
            return self._next

    def _post(
        self,
        connection: http.client.HTTPConnection,
        number: int,
        body: bytes,
        headers: Mapping[str, str],
        rows: int,
    ) -> None:
        """Post one record, again and again with the same key, until there is an answer."""
        patience, gone = PATIENCE, time.monotonic() + GONE_AFTER
        while True:
            begun = time.perf_counter()
            try:
                connection.request("POST", self._path, body, dict(headers))
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                # The server went away, perhaps after it had stored the record: only asking again
                # under the same key can tell.
                connection.close()
                if self._given_up or time.monotonic() > gone:
                    return self._refuse(number, 0, "no answer")
                self._broken()
                time.sleep(KNOCK_AGAIN)
                continue
            spent = time.perf_counter() - begun
            if answer.status in (200, 201):
                return self._keep(number, json.loads(text), rows, spent)
            patience -= 1
            if answer.status < 500 or patience == 0:
                return self._refuse(number, answer.status, text.decode(errors="replace"))

    def _keep(self, number: int, record: Mapping[str, Any], rows: int, spent: float) -> None:
        kept = Acknowledged(number, record["id"], record["code"], record.get("held") or "", rows)
        with self._lock:
            self.outcome.acknowledged.append(kept)
            self.outcome.seconds.append(spent)

    def _refuse(self, number: int, status: int, said: str) -> None:
        with self._lock:
            self.outcome.refused.append((number, status, said))

    def _broken(self) -> None:
        with self._lock:
            self.outcome.broken_connections += 1
