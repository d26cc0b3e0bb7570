"""Versions as they stood when lines were bound to them, each kept once under its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from .binding_tables import BOUND

_GET = select(BOUND.c.digest, BOUND.c.form, BOUND.c.record, BOUND.c.body, BOUND.c.at).where(
    BOUND.c.digest.in_(bindparam("digests", expanding=True))
)


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version as it stood: `body` is its text, whose SHA-256 is the digest."""

    digest: str
    form: str
    record: str
    body: str
    at: datetime

    @property
    def data(self) -> dict[str, Any]:
        """What the body says."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def intact(self) -> bool:
        """Whether the body still has the digest that it was kept under."""
        return digest_of(self.body) == self.digest


def digest_of(body: str) -> str:
    """Return the digest of a body."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def body_of(data: Mapping[str, Any]) -> str:
    """Return the one text of a version: equal versions have equal texts."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


class Bindings:
    """The kept versions, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, digests: Collection[str]) -> dict[str, KeptVersion]:
        """Return the kept versions of some digests."""
        if not digests:
            return {}
        rows = self._connection.execute(_GET, {"digests": sorted(digests)})
        return {row[0]: KeptVersion(*row) for row in rows}

    def keep(self, form: str, record: str, body: str, at: datetime) -> str:
        """Keep a version as it stands; return its digest."""
        digest = digest_of(body)
        if not self.get((digest,)):
            values = {"digest": digest, "form": form, "record": record, "body": body, "at": at}
            self._connection.execute(insert(BOUND), values)
        return digest
