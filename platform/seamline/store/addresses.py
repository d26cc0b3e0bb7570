"""Addresses: who somebody is to another system, and where they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from .finding import hold
from .people_tables import ADDRESSES


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a person in a channel: a connection, or `phone`."""

    channel: str
    address: str
    person: str
    at: datetime
    actor: str


class Addresses:
    """The addresses of people, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def person(self, channel: str, address: str) -> str:
        """Return whose address it is, nothing where nobody's."""
        wanted = select(ADDRESSES.c.person).where(
            ADDRESSES.c.channel == channel, ADDRESSES.c.address == address
        )
        return str(self._connection.execute(wanted).scalar_one_or_none() or "")

    def of(self, person: str) -> Mapping[str, str]:
        """Return a person's addresses by channel."""
        wanted = select(ADDRESSES.c.channel, ADDRESSES.c.address)
        rows = self._connection.execute(wanted.where(ADDRESSES.c.person == person))
        return {row[0]: row[1] for row in rows}

    def all(self) -> tuple[Address, ...]:
        """Return every address."""
        rows = self._connection.execute(select(ADDRESSES)).mappings()
        return tuple(Address(**row) for row in rows)

    def set(self, address: Address) -> None:
        """Keep a person's address of a channel in the place of the one before; none where empty."""
        hold(self._connection, "address", address.channel)
        mine = (ADDRESSES.c.person == address.person) & (ADDRESSES.c.channel == address.channel)
        self._connection.execute(delete(ADDRESSES).where(mine))
        if address.address:
            self._connection.execute(insert(ADDRESSES), asdict(address))
