"""Connections as they are set on the spot, and which fields are another system's to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, cast

from seamline.metadata import Connection
from seamline.metadata.connection import Network
from seamline.store import LocalConnection

# By field or sub-table of one form: the connection whose system has the say of it.
Owned: TypeAlias = Mapping[str, Connection]


def overlaid(connection: Connection, local: LocalConnection | None) -> Connection:
    """Return a connection with what was set on the spot over what its package says."""
    if local is None:
        return connection
    return replace(
        connection,
        on=connection.on if not local.position else local.position == "on",
        settings={**connection.settings, **local.settings},
        secrets={**connection.secrets, **local.secrets},
        network=cast("Network", local.network or connection.network),
        hosts=local.hosts or connection.hosts,
    )


def owners_of(connections: Iterable[Connection]) -> dict[str, Owned]:
    """Return by form which of its fields the connections that are on have the say of."""
    owned: dict[str, dict[str, Any]] = {}
    for connection in connections:
        for mirror in connection.mirrors if connection.on else ():
            if mirror.on:
                fields = owned.setdefault(mirror.form, {})
                fields |= dict.fromkeys(mirror.owned(), connection)
    return dict(owned)
