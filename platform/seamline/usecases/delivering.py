"""Notices going out: gathered, worded, handed to their channel once, and followed to the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from seamline import clock
from seamline.connector import Connector, Delivery, GiveUp, Message, Retry, Sends, Setback, Skip
from seamline.facts import Actor
from seamline.metadata import Connection
from seamline.metadata.connection import Notices
from seamline.problems import Problem
from seamline.store import User
from seamline.store.deliveries import Sending
from seamline.text import Text

from . import notices
from .connected import using
from .desk import Desk
from .handing import ASLEEP, address_channel, awake, channels, quiet_of
from .people import acting, administers

LOG = logging.getLogger("seamline.notices")
LEASE = timedelta(minutes=5)  # after it another process takes up what one left lying
BACK_OFF = timedelta(seconds=20)  # doubled with each attempt
MOST_ATTEMPTS = 8
RECEIPTS = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
DAY = timedelta(days=1)
MOST_LINES = 8

_ALREADY = Text("已在系统内读过", "read in the product before")
_UNSEEN = Text("无权再看，或渠道已停用", "no longer theirs to see, or the channel is off")
_BUDGET = Text("今日条数已满，稍后再送", "the day's number is used up; it goes out later")
_MANY = Text("您有 {count} 条通知", "You have {count} notices")
_TAKEN_BACK = Text("没有回执", "no receipt came")


@dataclass(frozen=True, slots=True)
class _Case:
    """One message to one person by one channel."""

    sendings: Sequence[Sending]
    user: User
    actor: Actor
    channel: Connection
    given: Notices
    address: str


def deliver(desk: Desk, now: Callable[[], datetime] = clock.now) -> int:
    """Hand over what is due and ask for receipts; return how many messages were looked at.

    Several processes may do this at once: each message is one process's, and has one key.
    """
    with desk.store.reading() as unit:
        due = unit.deliveries.due(now())
    looked = 0
    given = {way.id: way.notices for way in channels(desk.catalogs.current())} if due else {}
    for one in due:
        way = given.get(one.channel)
        with desk.store.unit() as unit:
            urgent = way is not None and one.kind in way.urgent
            taken = unit.deliveries.take(one, now(), LEASE, alone=urgent)
        if taken:
            looked += 1
            if one.reference:
                changed = _followed(desk, taken, now())
            else:
                changed = _sent(desk, taken, now(), begun=one.state == "sending")
            with desk.store.unit() as unit:
                unit.deliveries.change(changed)
    return looked


def _sent(desk: Desk, taken: Sequence[Sending], now: datetime, *, begun: bool) -> list[Sending]:
    """Send one message; return its notices as they stand then.

    One that was `begun` may have come through: it goes on under its key, and is not put off.
    """
    case = _case(desk, taken)
    if case is None:
        return [_over(one, "skipped", _UNSEEN) for one in taken]
    later = None if begun else _put_off(desk, case, now)
    if later is not None:
        at, why = later
        return [replace(one, state="waiting", key="", due_at=at, why=why) for one in taken]
    shown = _shown(desk, case)
    dropped = [_over(one, "skipped", _ALREADY) for one in taken if one.notice not in shown]
    kept = [one for one in taken if one.notice in shown]
    if not kept:
        return dropped
    message = _message(desk, case, kept, shown)
    try:
        with using(desk, case.channel.id) as connector:
            result = _handed_over(connector, message)
    except Setback as setback:
        return [*dropped, *(_set_back(one, setback, now) for one in kept)]
    return [*dropped, *(_after(one, result, now) for one in kept)]


def _case(desk: Desk, taken: Sequence[Sending]) -> _Case | None:
    first, catalog = taken[0], desk.catalogs.current()
    channel = next((one for one in channels(catalog) if one.id == first.channel), None)
    if channel is None or channel.notices is None:
        return None
    with desk.store.reading() as unit:
        user = unit.accounts.user(first.person)
        address = unit.addresses.of(first.person).get(address_channel(channel), "")
    if user is None or not user.active or not address:
        return None
    return _Case(taken, user, acting(desk, user), channel, channel.notices, address)


def _put_off(desk: Desk, case: _Case, now: datetime) -> tuple[datetime, Text] | None:
    """Return when a person may have it and why not now: it is night, or the day's number is up.

    What was due before the quiet hours may be taken up in them, by a server that was away.
    """
    if any(one.kind in case.given.urgent for one in case.sendings):
        return None
    with desk.store.reading() as unit:
        quiet = quiet_of(case.given, unit.people.preferences(case.user.id))
        sent = unit.deliveries.sent_since(case.user.id, case.channel.id, now - DAY)
    zone = desk.catalogs.current().zone
    up = awake(now, quiet, zone)
    if up > now:
        return up, ASLEEP
    if sent >= case.given.budget:
        return awake(now + timedelta(hours=1), quiet, zone), _BUDGET
    return None


def _shown(desk: Desk, case: _Case) -> dict[str, notices.Shown]:
    """Return the notices that their reader may see still and has not read in the product."""
    with desk.store.reading() as unit:
        found = [unit.notices.get(case.user.id, one.notice) for one in case.sendings]
    unread = [one for one in found if one is not None and one.read_at is None]
    return {one.notice.id: one for one in notices.shown(desk, case.actor, unread)}


def _message(
    desk: Desk, case: _Case, kept: Sequence[Sending], shown: Mapping[str, notices.Shown]
) -> Message:
    language, public = case.user.language, desk.settings.public_url
    parts = [_words(case.given, one, shown[one.notice], language) for one in kept]
    title, text = parts[0]
    link = f"{public}/notices/{kept[0].notice}" if public else ""
    if len(parts) > 1:
        title = _MANY.fill(count=len(parts)).in_(language)
        text = "\n".join(f"· {line}" for _title, line in parts[:MOST_LINES])
        link = f"{public}/notices" if public else ""
    one = shown[kept[0].notice]
    facts = {
        "record": one.record.code if one.record is not None and one.record.code else "-",
        "say": text,
        "who": one.who.in_(language),
        "kind": notices.KINDS[one.notice.kind].in_(language),
        "count": str(len(parts)),
    }
    return Message(
        key=f"notice:{kept[0].key}", to=(case.address,), title=title, text=text, link=link,
        template=case.given.template,
        parameters={name: facts[fill] for name, fill in case.given.parameters.items()},
        options={"spread": not any(two.kind in case.given.urgent for two in kept)},
    )  # fmt: skip


def _words(given: Notices, one: Sending, shown: notices.Shown, language: str) -> tuple[str, str]:
    title, text = given.words.get(one.kind, (None, None))
    say = shown.say.in_(language)
    kind = notices.KINDS[one.kind].in_(language)
    if text is None:
        return kind, say
    record = shown.record.code if shown.record is not None else ""
    filled = text.in_(language).replace("{say}", say).replace("{record}", record)
    filled = filled.replace("{who}", shown.who.in_(language))
    return (title.in_(language) if title is not None else kind), filled


def _handed_over(connector: Connector, message: Message) -> Delivery:
    if not isinstance(connector, Sends):
        say = Text("这个连接不能发送消息。", "This connection cannot send messages.")
        raise GiveUp(Problem("cannot_send", say))
    return next(iter(connector.send(message)))


def _over(one: Sending, state: str, why: Text | None) -> Sending:
    return replace(one, state=state, due_at=None, why=why)


def _after(one: Sending, result: Delivery, now: datetime) -> Sending:
    """Return a notice after its channel answered; what was accepted is followed up."""
    follows = result.state == "accepted" and result.reference
    return replace(
        one, state=result.state, why=result.why, reference=result.reference,
        attempts=0 if follows else one.attempts + 1, sent_at=now,
        due_at=now + RECEIPTS[0] if follows else None,
    )  # fmt: skip


def _set_back(one: Sending, setback: Setback, now: datetime) -> Sending:
    attempts = one.attempts + 1
    if isinstance(setback, Retry) and attempts < MOST_ATTEMPTS:
        wait = setback.after or BACK_OFF * 2**one.attempts
        return replace(one, attempts=attempts, due_at=now + wait, why=setback.problem.say)
    LOG.warning("a notice did not go out", extra={"facts": {"code": setback.problem.code}})
    state = "skipped" if isinstance(setback, Skip) else "failed"
    return replace(_over(one, state, setback.problem.say), attempts=attempts)


def _followed(desk: Desk, taken: Sequence[Sending], now: datetime) -> list[Sending]:
    """Ask what became of an accepted message; after three looks it stays accepted."""
    first = taken[0]
    found: Sequence[Delivery] = ()
    try:
        with using(desk, first.channel) as connector:
            if isinstance(connector, Sends):
                found = connector.delivery(first.reference)
    except Setback:
        found = ()
    said = next((one for one in found if one.state in ("delivered", "failed")), None)
    if said is not None:
        return [_over(one, said.state, said.why) for one in taken]
    looks = first.attempts + 1
    if not found or looks >= len(RECEIPTS):
        why = _TAKEN_BACK if found else None
        return [_over(one, "accepted", why) for one in taken]
    return [replace(one, attempts=looks, due_at=now + RECEIPTS[looks]) for one in taken]


def newest(desk: Desk, actor: Actor, state: str = "", limit: int = 100) -> tuple[Sending, ...]:
    """Return the newest deliveries, for administrators."""
    administers(desk, actor)
    with desk.store.reading() as unit:
        return unit.deliveries.newest(limit, state)
