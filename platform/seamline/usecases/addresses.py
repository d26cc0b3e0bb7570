"""Addresses of people: entered by administrators, and by a phone number that they entered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from seamline import clock
from seamline.connecting import discovered
from seamline.connector import Identity
from seamline.facts import Actor, Origin
from seamline.problems import Place, Refused, shorten
from seamline.store import Address, Unit, User
from seamline.text import Text

from .connected import able
from .desk import Desk
from .handing import PHONE
from .people import administers, named, note

_NUMBER = re.compile(r"\+?\d{6,15}")
_LONGEST = 64


def channels(desk: Desk) -> dict[str, Text]:
    """Return in which channels people may have an address: their phone, and who knows them."""
    return {PHONE: Text("手机号", "Phone number")} | {
        one.id: one.title for one in able(desk, "sign_in")
    }


def everybodys(desk: Desk, actor: Actor) -> Mapping[str, Mapping[str, str]]:
    """Return by person their addresses by channel, for administrators."""
    administers(desk, actor)
    found: dict[str, dict[str, str]] = {}
    with desk.store.reading() as unit:
        for one in unit.addresses.all():
            found.setdefault(one.person, {})[one.channel] = one.address
    return found


def set_address(
    desk: Desk, actor: Actor, origin: Origin, login: str, channel: str, address: str
) -> None:
    """Give a user an address in a channel, or none; raises Refused 403, 404, 409, 422."""
    administers(desk, actor)
    known = channels(desk)
    if channel not in known:
        say = Text(f"没有渠道“{shorten(channel)}”。", f"There is no channel '{shorten(channel)}'.")
        raise Refused.one("unknown_channel", say, place=Place("channel"))
    word = _fit(desk, channel, address)
    with desk.store.unit() as unit:
        user = named(unit, login)
        holder = unit.addresses.person(channel, word) if word else ""
        if holder and holder != user.id:
            raise _taken(unit, holder, channel)
        if unit.addresses.of(user.id).get(channel, "") == word:
            return
        unit.addresses.set(Address(channel, word, user.id, clock.now(), actor.id))
        note(unit, "address_set", actor, origin, user, channel=channel, given=bool(word))


def _fit(desk: Desk, channel: str, address: str) -> str:
    word = address.strip()
    if channel == PHONE:
        word = bare_number(word)
        if word and not _NUMBER.fullmatch(word):
            say = Text("应为手机号。", "Expected a phone number.")
            raise Refused.one("not_a_number", say, place=Place("address"))
    if len(word) > _LONGEST or not word.isprintable():
        say = Text(f"最多 {_LONGEST} 个字符。", f"At most {_LONGEST} letters.")
        raise Refused.one("too_long", say, place=Place("address"))
    if word and channel != PHONE:
        kind = discovered().kinds[desk.catalogs.current().connections[channel].connector]
        member = kind.manifest.member
        if member is not None and re.fullmatch(member.pattern, word) is None:
            raise Refused.one("not_a_member", member.say, place=Place("address"))
    return word


def bare_number(word: str) -> str:
    """Return a phone number without ornaments and, where it is Chinese, without its country."""
    return re.sub(r"[\s()-]", "", word).removeprefix("+86")


def _taken(unit: Unit, holder: str, channel: str) -> Refused:
    user = unit.accounts.user(holder)
    name = user.login if user is not None else holder
    return Refused.one(
        "address_taken",
        Text(f"这个地址已属于 {name}。", f"This address is {name}'s already."),
        status=409,
        place=Place("address"),
        hint=Text("先从那个账号移除它。", "Remove it there first."),
    )


def channel_of(desk: Desk, connection: str) -> str:
    """Return where addresses for a connection are kept: its own, or the phone numbers."""
    own = {one.id for one in able(desk, "sign_in")}
    return connection if connection in own else PHONE


def reach(desk: Desk, connection: str, names: Sequence[str]) -> Mapping[str, str]:
    """Return by name where a connection reaches it: an account at the address it has there.

    A record that accounts stand for is reached by these. What is neither is an address itself;
    an account without one is reached nowhere.
    """
    channel = channel_of(desk, connection)
    with desk.store.reading() as unit:
        found = {}
        for name in _standing_for(unit, names):
            user = unit.accounts.user(name)
            if user is None:
                found[name] = name
            else:
                found[name] = unit.addresses.of(name).get(channel, "") if user.active else ""
    return found


def _standing_for(unit: Unit, names: Sequence[str]) -> list[str]:
    """Return names with the active accounts that stand for a record in the place of its id."""
    standing: dict[str, list[str]] = {}
    for user in unit.accounts.users():
        if user.active and user.party_record:
            standing.setdefault(user.party_record, []).append(user.id)
    return [one for name in names for one in standing.get(name, [name])]


def known_as(desk: Desk, channel: str, who: Identity, origin: Origin) -> User | None:
    """Return the active user whom another system calls `who`, or None.

    Where nobody has that address yet but an administrator entered their phone number, and the
    other system vouches for it, the two are joined for good.
    """
    with desk.store.unit() as unit:
        person = unit.addresses.person(channel, who.id)
        if not person:
            person = _by_phone(unit, channel, who, origin)
        user = unit.accounts.user(person) if person else None
    return user if user is not None and user.active else None


def _by_phone(unit: Unit, channel: str, who: Identity, origin: Origin) -> str:
    number = bare_number(who.facts.get("mobile", ""))
    person = unit.addresses.person(PHONE, number) if number else ""
    user = unit.accounts.user(person) if person else None
    if user is None or channel in unit.addresses.of(person):
        return ""
    unit.addresses.set(Address(channel, who.id, person, clock.now(), "system"))
    itself = Actor("system", "system", ())
    note(unit, "address_set", itself, origin, user, channel=channel, given=True, by="phone")
    return person
