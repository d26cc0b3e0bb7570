"""Tokens: keys by which programs act for a user, narrowed to scopes and a time."""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from seamline import clock
from seamline.access import scope_problem
from seamline.facts import Actor, Origin
from seamline.problems import Place, Problem, Problems, Refused, shorten
from seamline.store import Token, Unit, User
from seamline.text import Text

from .desk import Desk
from .passwords import TOKEN_MARK, new_token, token_hash
from .people import ADMINISTER, Known, actor_of, administers, memory, named, note, party_of

DAYS = 365
MOST_DAYS = 3_650
ID_LENGTH = 12  # of a token's hash, enough to name it; the hash gives nothing away
REMEMBERED = 5.0  # seconds a token's actor is taken from memory before it is read again
_KEPT = 1_000
_LONGEST = 100
_USED_EVERY = timedelta(hours=1)  # how exactly "last used" is kept


@dataclass(frozen=True, slots=True)
class Made:
    """A token as it was made; `word` is shown once and kept nowhere."""

    token: Token
    word: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A token in a list: its short name `id`, its owner, and what is kept of it."""

    id: str
    owner: User
    token: Token


def create_token(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    *,
    login: str,
    name: str,
    scopes: Sequence[str],
    days: int = DAYS,
) -> Made:
    """Make a token for the user `login`, for `days` days.

    Those whose role lets them make their own, an administrator anyone's. Raises Refused: 403, 404
    unknown user, 422 a wrong name, scope or number of days.
    """
    _check(desk, name, scopes, days)
    word, at = new_token(), clock.now()
    with desk.store.unit() as unit:
        owner = named(unit, login)
        _may_keep_tokens_of(desk, actor, owner)
        _may_make_own(desk, actor)
        token = Token(
            hash=token_hash(word),
            user=owner.id,
            name=name.strip(),
            scopes=tuple(sorted(set(scopes))),
            created_at=at,
            expires_at=at + timedelta(days=days),
        )
        unit.accounts.add_token(token)
        body = {"token": _id(token), "name": token.name, "scopes": list(token.scopes or ())}
        note(unit, "token_created", actor, origin, owner, **body, days=days)
    return Made(token, word)


def tokens(desk: Desk, actor: Actor, login: str = "") -> tuple[Listed, ...]:
    """Return the tokens of the user `login`, or (for an administrator) of everybody."""
    with desk.store.reading() as unit:
        if not login:
            administers(desk, actor)
            return tuple(_listed(unit))
        owner = named(unit, login)
        _may_keep_tokens_of(desk, actor, owner)
        return tuple(_of(unit, owner))


def revoke_token(desk: Desk, actor: Actor, origin: Origin, id_: str) -> Listed:
    """Revoke the token whose id starts with `id_`, at once in this process, soon in others.

    Raises Refused: 403, 404 unknown, 409 where `id_` begins several ids.
    """
    with desk.store.unit() as unit:
        found = [one for one in _listed(unit) if id_ and one.id.startswith(id_.lower())]
        if len(found) != 1:
            word, count = shorten(id_), len(found)
            raise Refused.one(
                "unknown_token",
                Text(f"“{word}”对应 {count} 个令牌。", f"'{word}' names {count} tokens."),
                status=409 if found else 404,
                hint=Text("用 seamline token list 查看。", "List them: seamline token list"),
            )
        one = found[0]
        _may_keep_tokens_of(desk, actor, one.owner)
        unit.accounts.remove_token(one.token.hash)
        note(unit, "token_revoked", actor, origin, one.owner, token=one.id, name=one.token.name)
    memory(desk).tokens.pop(one.token.hash, None)
    return one


def actor_of_token(desk: Desk, word: str) -> Actor | None:
    """Return who acts by the token `word`; None for an unknown, expired or disabled one.

    What another process changes about token, owner and roles is seen within `REMEMBERED` seconds.
    """
    if len(word) > _LONGEST or not word.startswith(TOKEN_MARK):
        return None
    hash_ = token_hash(word)
    known = memory(desk).tokens.get(hash_)
    if known is None or known.until < time.monotonic():
        known = _look_up(desk, hash_)
    if known is None or (known.expires_at is not None and known.expires_at <= clock.now()):
        return None
    return known.actor


def _look_up(desk: Desk, hash_: str) -> Known | None:
    until = time.monotonic() + REMEMBERED
    with desk.store.reading() as unit:
        token = unit.accounts.token(hash_)
        owner = unit.accounts.user(token.user) if token is not None else None
        party = None
        if owner is not None and owner.party_form:
            party = party_of(unit, desk.catalogs.current(), owner)
    kept = memory(desk).tokens
    kept.pop(hash_, None)
    if token is None or owner is None or not owner.active:
        return None
    if not hmac.compare_digest(token.hash, hash_):
        return None
    scopes = None if token.scopes is None else frozenset(token.scopes)
    known = Known(actor_of(owner, scopes, party), token.expires_at, until)
    if len(kept) >= _KEPT:
        kept.clear()
    kept[hash_] = known
    _touch(desk, token)
    return known


def _touch(desk: Desk, token: Token) -> None:
    at = clock.now()
    if token.last_used_at is not None and at - token.last_used_at < _USED_EVERY:
        return
    if token.expires_at is not None and token.expires_at <= at:
        return
    with suppress(Refused), desk.store.unit() as unit:  # a busy database is no reason to refuse
        unit.accounts.touch_token(token.hash, at)


def _may_keep_tokens_of(desk: Desk, actor: Actor, owner: User) -> None:
    if actor.id != owner.id or actor.scopes is not None:
        administers(desk, actor)


def _may_make_own(desk: Desk, actor: Actor) -> None:
    access = desk.catalogs.current().access
    if access.makes_tokens(actor) or access.may(actor, ADMINISTER, "*"):
        return
    raise Refused.one(
        "no_own_tokens",
        Text("您的角色不能自建令牌。", "Your role makes no tokens of its own."),
        status=403,
        hint=Text("请管理员为您创建。", "Ask an administrator to make one for you."),
    )


def _listed(unit: Unit) -> list[Listed]:
    return [one for owner in unit.accounts.users() for one in _of(unit, owner)]


def _of(unit: Unit, owner: User) -> list[Listed]:
    return [Listed(_id(token), owner, token) for token in unit.accounts.tokens_of(owner.id)]


def _id(token: Token) -> str:
    return token.hash[:ID_LENGTH]


def _check(desk: Desk, name: str, scopes: Sequence[str], days: int) -> None:
    problems = Problems()
    if not (0 < len(name.strip()) <= _LONGEST and name.isprintable()):
        problems.add(
            Problem(
                "token_name",
                Text(f"令牌名应为 1-{_LONGEST} 个字符。", f"A name has 1-{_LONGEST} characters."),
                Place("name"),
                Text("写明用途，如“WMS 接口”。", "Say what it is for, like 'WMS bridge'."),
            )
        )
    if not scopes:
        problems.add(
            Problem("token_scopes", Text("至少要有一个范围。", "Give a scope."), Place("scopes"))
        )
    forms = desk.catalogs.current().forms
    for scope in scopes:
        problem = scope_problem(scope, forms)
        if problem is not None:
            problems.add(problem.at(Place("scopes")))
    if not 1 <= days <= MOST_DAYS:
        span = f"1-{MOST_DAYS}"
        problems.add(
            Problem(
                "token_days", Text(f"天数应为 {span}。", f"Days must be {span}."), Place("days")
            )
        )
    problems.raise_if_any()
