"""Sessions: the browsers in which a person is signed in; each can be ended from any other."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from seamline import clock
from seamline.facts import Actor, Origin
from seamline.problems import Problem, Refused
from seamline.store import Session, Unit, User
from seamline.text import Text

from .desk import Desk
from .people import note

UNUSED = timedelta(hours=12)  # after so long without use a session is over
USED_EVERY = timedelta(minutes=5)  # how exactly "last used" is kept
MOST_REPORTED = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """Who is signed in by a word, and the session it opens."""

    user: User
    session: Session


def begin(desk: Desk, user: User, origin: Origin) -> str:
    """Open a session for somebody who has shown the password; return its word, kept nowhere."""
    word, at = secrets.token_urlsafe(32), clock.now()
    session = Session(
        _id(word), user.id, origin.seen, origin.reported[:MOST_REPORTED], opened_at=at, used_at=at
    )
    with desk.store.unit() as unit:
        unit.sessions.end_all(user.id, before=at - UNUSED)
        unit.sessions.add(session)
    return word


def holder(desk: Desk, word: str) -> Opened | None:
    """Return who is signed in by a word; None where the session was ended, is over or unknown."""
    with desk.store.reading() as unit:
        session = unit.sessions.get(_id(word))
        if session is None or session.used_at < clock.now() - UNUSED:
            return None
        user = unit.accounts.user(session.person)
    return Opened(user, session) if user is not None and user.active else None


def use(desk: Desk, session: Session, address: str) -> None:
    """Remember that a session was used just now, as exactly as `USED_EVERY`."""
    at = clock.now()
    if at - session.used_at < USED_EVERY:
        return
    with suppress(Refused), desk.store.unit() as unit:  # a busy database is no reason to refuse
        unit.sessions.touch(session.id, at, address)


def of(desk: Desk, actor: Actor) -> tuple[Session, ...]:
    """Return the sessions of one's own that stand, the one used last first."""
    with desk.store.reading() as unit:
        found = unit.sessions.of_person(actor.id)
    return tuple(one for one in found if one.used_at >= clock.now() - UNUSED)


def end(desk: Desk, actor: Actor, origin: Origin, session: str) -> None:
    """End one of one's own sessions, at once; raises Refused 404 where it is not there."""
    with desk.store.unit() as unit:
        found = unit.sessions.get(session)
        if found is None or found.person != actor.id:
            say = Text("没有这个登录。", "There is no such session.")
            hint = Text("它可能已经退出。", "It may have ended already.")
            raise Refused((Problem("unknown_session", say, hint=hint),), 404)
        unit.sessions.end(found.id)
        _note(unit, actor, origin, 1)


def end_others(desk: Desk, actor: Actor, origin: Origin, but: str) -> int:
    """End all of one's own sessions but one; return how many that were."""
    with desk.store.unit() as unit:
        ended = unit.sessions.end_all(actor.id, but)
        if ended:
            _note(unit, actor, origin, ended)
    return ended


def leave(desk: Desk, session: str) -> None:
    """End the session that somebody signs out of."""
    with desk.store.unit() as unit:
        unit.sessions.end(session)


def _note(unit: Unit, actor: Actor, origin: Origin, count: int) -> None:
    user = unit.accounts.user(actor.id)
    if user is not None:
        note(unit, "sessions_ended", actor, origin, user, count=count)


def _id(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()
