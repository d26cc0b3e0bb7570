"""What accounts and tokens share: who a user is, what is remembered of them, what is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin, Party
from seamline.problems import Place, Refused, shorten
from seamline.standing import party_named
from seamline.store import Store, Unit, User
from seamline.text import Text

from .attempts import Attempts
from .desk import Desk

# What administering accounts is called where rights are asked for (on the form `*`).
ADMINISTER = "accounts"


@dataclass(frozen=True, slots=True)
class Known:
    """A token's actor as it was read a moment ago; `until` counts on the monotonic clock."""

    actor: Actor
    expires_at: datetime | None
    until: float


@dataclass(frozen=True, slots=True)
class Counted:
    """How many notices somebody had not read when `asked` stood so, under one catalog."""

    catalog: Catalog
    asked: tuple[object, ...]
    count: int


@dataclass(slots=True)
class Memory:
    """What this process remembers of one workspace: wrong passwords, tokens just used, news."""

    attempts: Attempts = field(default_factory=Attempts)
    tokens: dict[str, Known] = field(default_factory=dict)
    news: dict[str, Counted] = field(default_factory=dict)


_memories: WeakKeyDictionary[Store, Memory] = WeakKeyDictionary()


def memory(desk: Desk) -> Memory:
    """Return what this process remembers of the workspace."""
    found = _memories.get(desk.store)
    return found if found is not None else _memories.setdefault(desk.store, Memory())


def actor_of(user: User, scopes: frozenset[str] | None = None, party: Party | None = None) -> Actor:
    """Return the user as one who acts; `scopes` narrow what a token may do."""
    return Actor(user.id, user.name, user.roles, scopes, user.language, party)


def acting(desk: Desk, user: User) -> Actor:
    """Return the user as one who acts, with the record that the account stands for."""
    if not user.party_form:
        return actor_of(user)
    with desk.store.reading() as unit:
        return actor_of(user, party=party_of(unit, desk.catalogs.current(), user))


def party_of(unit: Unit, catalog: Catalog, user: User) -> Party | None:
    """Return the record that an account stands for; None where it is not in use any more."""
    return party_named(unit, catalog, user.party_form, user.party_record)


def named(unit: Unit, login: str) -> User:
    """Return the user called `login`; raises Refused 404."""
    user = unit.accounts.by_login(login.strip().lower())
    if user is None:
        word = shorten(login)
        raise Refused.one(
            "unknown_user",
            Text(f"没有用户“{word}”。", f"There is no user '{word}'."),
            status=404,
            place=Place("login"),
            hint=Text("用 seamline user list 查看全部用户。", "List them: seamline user list"),
        )
    return user


def administers(desk: Desk, actor: Actor) -> None:
    """Raise Refused 403 unless `actor` is an administrator (with the scope `admin`, if a token)."""
    desk.catalogs.current().access.require(actor, ADMINISTER, "*")


def note(unit: Unit, kind: str, actor: Actor, origin: Origin, user: User, **body: object) -> None:
    """Write into the journal what was done to an account; `body` never holds a secret."""
    unit.journal.append(
        Event(
            kind=kind,
            at=clock.now(),
            actor=actor.id,
            via=origin.via,
            record=user.id,
            code=user.login,
            seen=origin.seen,
            reported=origin.reported,
            body=body,
        )
    )
