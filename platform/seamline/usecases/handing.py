"""Which notices go out of the product: by what each person wishes, kept with the notice itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo

from seamline.catalog import Catalog
from seamline.connecting import discovered
from seamline.metadata import Connection
from seamline.metadata.connection import Notices
from seamline.store import Unit
from seamline.store.deliveries import Sending
from seamline.store.ulid import ulid
from seamline.text import Text

# Names of preferences: by channel and kind, and when one is left in peace.
REACH, QUIET, DIGEST = "reach:", "quiet", "digest"
PHONE = "phone"
NEVER = "none"
# Why a notice waits.
ASLEEP = Text("免打扰时段，过后再送", "hours in which nobody is disturbed; it goes out after them")
GATHERED = Text("与其他通知合并送出", "gathered with others into one message")


def channels(catalog: Catalog) -> list[Connection]:
    """Return the connections by which notices go out."""
    kinds = discovered().kinds
    return [
        one
        for one in catalog.connections.values()
        if one.on and one.notices is not None and one.connector in kinds
    ]


def address_channel(connection: Connection) -> str:
    """Return where addresses for a connection are kept: its own, or the phone numbers."""
    manifest = discovered().kinds[connection.connector].manifest
    return connection.id if "sign_in" in manifest.capabilities else PHONE


def wishes(preferences: Mapping[str, str], channel: Connection, kind: str) -> bool:
    """Return whether a person wishes to have a kind of notice by a channel."""
    wished = preferences.get(f"{REACH}{channel.id}:{kind}", "")
    given = channel.notices
    return wished == "1" if wished else given is not None and kind in given.on


def plan(unit: Unit, catalog: Catalog, kind: str, told: Mapping[str, str], at: datetime) -> None:
    """Keep what is to go out of notices (ids by person), in the transaction that keeps them."""
    ways = channels(catalog)
    if not ways or not told:
        return
    sendings = []
    for person, notice in told.items():
        preferences, addresses = unit.people.preferences(person), unit.addresses.of(person)
        for way in ways:
            if address_channel(way) in addresses and wishes(preferences, way, kind):
                given = way.notices or Notices()
                due, why = due_at(given, preferences, kind, at, catalog.zone)
                sendings.append(Sending(ulid(at), notice, person, way.id, kind, at, due, why=why))
    unit.deliveries.add(sendings)


def plan_anew(unit: Unit, catalog: Catalog, person: str) -> None:
    """Let what waits for a person go out when they wish it now, not when they wished it then."""
    preferences = unit.people.preferences(person)
    for way in channels(catalog):
        given = way.notices or Notices()
        for one in unit.deliveries.waiting(person, way.id):
            due, why = due_at(given, preferences, one.kind, one.at, catalog.zone)
            unit.deliveries.change([replace(one, due_at=due, why=why)])


def due_at(
    given: Notices, preferences: Mapping[str, str], kind: str, at: datetime, zone: tzinfo
) -> tuple[datetime, Text | None]:
    """Return when a notice goes out (at once, with a digest, when people are up) and why then."""
    if kind in given.urgent:
        return at, None
    wished = preferences.get(DIGEST, "")
    ready = at + timedelta(minutes=int(wished) if wished.isdecimal() else given.digest)
    up = awake(ready, quiet_of(given, preferences), zone)
    return up, ASLEEP if up > ready else GATHERED if ready > at else None


def quiet_of(given: Notices, preferences: Mapping[str, str]) -> str:
    """Return the hours in which a person is left in peace: their own, or those of the channel."""
    return preferences.get(QUIET, "") or given.quiet


def awake(at: datetime, quiet: str, zone: tzinfo) -> datetime:
    """Return the moment, or the end of the quiet hours (`21:00-07:00`) that it lies in."""
    start, _dash, end = quiet.partition("-")
    if quiet == NEVER or not end:
        return at
    first, last = time.fromisoformat(start), time.fromisoformat(end)
    local = at.astimezone(zone)
    now = local.time()
    over_night = first > last
    inside = now >= first or now < last if over_night else first <= now < last
    if not inside:
        return at
    day = local.date() + timedelta(days=1 if over_night and now >= first else 0)
    return datetime.combine(day, last, zone).astimezone(at.tzinfo)
