"""Comments on a record's story: written by who reads it, naming people, never changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin, Record
from seamline.problems import Place, Problem, Refused
from seamline.store import Unit, User
from seamline.text import Text

from . import look, notices
from .desk import Desk
from .people import acting, actor_of
from .seeing import seen
from .submitting.admit import stored
from .veiling import COMMENTED, REMOVED

MOST_SIGNS = 4000
MOST_MENTIONS = 20
MENTIONED = Text("{who} 在{record} 中提到了您", "{who} mentions you on {record}")
NEWS = Text("{who} 评论了{record}", "{who} commented on {record}")
# A name may hold anything but blanks and the signs that end a sentence.
_MENTION = re.compile(r"(?<![\w.])@([^\s@,,。;;::!!??()()]{1,100})")


@dataclass(frozen=True, slots=True)
class Mentionable:
    """Somebody who may read the record; `outside` for an account of another company."""

    id: str
    name: str
    outside: bool


def comment(desk: Desk, actor: Actor, origin: Origin, form: str, word: str, text: str) -> Event:
    """Write a comment into the record's story; who writes one follows the record from then on.

    `@login` or `@name` mentions somebody who may read the record: they get a notice. Raises
    Refused: 403 or 404 as reading the record does, 403 a token without `write`, 422 no words.
    """
    _need_write(actor, form)
    words = _words(text)
    record = look.record(desk, actor, form, word)
    mentioned = _mentioned(words, mentionable(desk, actor, record)) if "@" in words else ()
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        whole = stored(unit, catalog, record)
        event = unit.journal.append(
            Event.on(
                whole,
                COMMENTED,
                clock.now(),
                actor.id,
                origin,
                body={"text": words, "mentions": [*mentioned]},
            )
        )
        unit.people.follow(actor.id, record.form, record.id, event.at)
        _tell(unit, catalog, event, mentioned)
    return event


def _tell(unit: Unit, catalog: Catalog, event: Event, mentioned: Collection[str]) -> None:
    told = notices.tell(unit, catalog, event, "mention", MENTIONED, people=mentioned)
    others = set(unit.people.followers(event.record)) - set(told) - set(mentioned)
    inside = [person for person in sorted(others) if not _outside(unit, catalog, person)]
    notices.tell(unit, catalog, event, "followed", NEWS, people=inside)


def _outside(unit: Unit, catalog: Catalog, person: str) -> bool:
    """Return whether a person is of another company: they hear of what names them only."""
    user = unit.accounts.user(person)
    return user is None or catalog.access.outside(actor_of(user))


def remove(desk: Desk, actor: Actor, origin: Origin, form: str, word: str, seq: int) -> Event:
    """Take a comment's words from everybody's sight but administrators'; the entry stays.

    Its author may, and an administrator. Raises Refused: 403, 404 no such comment.
    """
    _need_write(actor, form)
    record = look.record(desk, actor, form, word)
    with desk.store.unit() as unit:
        found = unit.journal.at(seq)
        if found is None or found.kind != COMMENTED or found.record != record.id:
            raise Refused.one(
                "unknown_comment", Text("没有这条评论。", "There is no such comment."), status=404
            )
        if found.actor != actor.id and ADMINISTRATOR not in actor.roles:
            raise Refused.one(
                "not_allowed",
                Text("只有作者和管理员可以删除评论。", "Only its author and administrators may."),
                status=403,
            )
        known = unit.journal.of_record(record.form, record.id, 1_000)
        gone = next((e for e in known if e.kind == REMOVED and e.body.get("of") == seq), None)
        if gone is not None:
            return gone
        whole = stored(unit, desk.catalogs.current(), record)
        return unit.journal.append(
            Event.on(whole, REMOVED, clock.now(), actor.id, origin, body={"of": seq})
        )


def people(desk: Desk, actor: Actor, form: str, word: str, words: str) -> tuple[Mentionable, ...]:
    """Return whom a comment on the record may mention and who is called like `words`."""
    record = look.record(desk, actor, form, word)
    asked = words.strip().casefold()
    found = [
        one
        for one in mentionable(desk, actor, record)
        if asked in one.id.casefold() or asked in one.name.casefold()
    ]
    found.sort(key=lambda one: (not one.name.casefold().startswith(asked), one.outside, one.id))
    return tuple(found)


def mentionable(desk: Desk, actor: Actor, record: Record) -> list[Mentionable]:
    """Return who else may read the record; nobody to somebody of another company."""
    access = desk.catalogs.current().access
    if access.outside(actor):
        return []
    with desk.store.reading() as unit:
        users = unit.accounts.users()
    return [
        Mentionable(user.id, user.name, access.outside(actor_of(user)))
        for user in users
        if user.active and user.id != actor.id and _reads(desk, user, record)
    ]


def _reads(desk: Desk, user: User, record: Record) -> bool:
    access, who = desk.catalogs.current().access, acting(desk, user)
    if not access.may(who, "read", record.form):
        return False
    if access.scope(who, record.form).where is None:
        return True
    return record.id in seen(desk, who, {record.form: {record.id}})


def _mentioned(words: str, people: Iterable[Mentionable]) -> tuple[str, ...]:
    """Return whom the words name: by login, or by a name that only one of them has."""
    by_word: dict[str, set[str]] = {}
    for one in people:
        by_word.setdefault(one.id.casefold(), set()).add(one.id)
        by_word.setdefault(one.name.casefold(), set()).add(one.id)
    named = dict.fromkeys(
        person
        for word in mentions(words)
        for person in sorted(by_word.get(word.casefold(), ()))
        if len(by_word[word.casefold()]) == 1
    )
    return tuple(named)[:MOST_MENTIONS]


def mentions(words: str) -> Iterator[str]:
    """Yield what stands behind each @ of a comment."""
    for found in _MENTION.finditer(words):
        yield found[1].rstrip(".")


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    kept = "".join(sign for sign in words if sign.isprintable() or sign in "\n\t")
    if kept and len(kept) <= MOST_SIGNS:
        return kept
    say = Text(f"评论应有 1-{MOST_SIGNS} 个字符。", f"A comment has 1-{MOST_SIGNS} characters.")
    raise Refused((Problem("comment_length", say, Place("text"), got=str(len(kept))),))


def _need_write(actor: Actor, form: str) -> None:
    scopes = actor.scopes
    if scopes is not None and scopes.isdisjoint({"write", "admin", f"{form}:write"}):
        raise Refused.one(
            "token_scope",
            Text("此令牌不能写评论。", "This token may not write comments."),
            status=403,
        )


def follow(desk: Desk, actor: Actor, form: str, word: str, wanted: bool) -> bool:
    """Let the actor follow a record, or no longer; return whether that changed anything."""
    record = look.record(desk, actor, form, word)
    with desk.store.unit() as unit:
        if wanted:
            return unit.people.follow(actor.id, record.form, record.id, clock.now())
        return unit.people.unfollow(actor.id, record.id)


def follows(desk: Desk, actor: Actor, record: Record) -> bool:
    """Return whether the actor follows a record."""
    with desk.store.reading() as unit:
        return bool(unit.people.followed(actor.id, (record.id,)))
