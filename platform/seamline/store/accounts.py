"""Accounts: who may sign in, and the tokens that act for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from seamline.problems import Place, Refused
from seamline.text import Text

from . import plain
from .platform_tables import TOKENS, USERS


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in; `password_hash` is empty where no password works.

    `party_record` is the id of the record that the account stands for, of the form `party_form`.
    """

    id: str
    login: str
    name: str
    password_hash: str
    roles: tuple[str, ...]
    active: bool
    language: str
    created_at: datetime
    party_form: str = ""
    party_record: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A key for programs: only its hash is kept. `scopes` of None means all its owner may do."""

    hash: str
    user: str
    name: str
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


_NAMES = select(USERS.c.id, USERS.c.name)


class Accounts:
    """Users and tokens, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_user(self, user: User) -> None:
        """Store a new user; raises Refused 409 where the login is taken."""
        try:
            self._connection.execute(insert(USERS), _user_row(user))
        except IntegrityError as error:
            raise Refused.one(
                "login_taken",
                Text(f"登录名“{user.login}”已存在。", f"The login '{user.login}' is taken."),
                status=409,
                place=Place("login"),
            ) from error

    def change_user(self, user: User) -> None:
        """Store what has changed of a user; raises LookupError for an unknown one."""
        row = _user_row(user)
        changed = self._connection.execute(update(USERS).where(USERS.c.id == row.pop("id")), row)
        if changed.rowcount != 1:
            raise LookupError(f"user {user.id} is not stored")

    def user(self, user: str) -> User | None:
        """Return a user by id."""
        return self._user(select(USERS).where(USERS.c.id == user))

    def by_login(self, login: str) -> User | None:
        """Return a user by login."""
        return self._user(select(USERS).where(USERS.c.login == login))

    def users(self) -> tuple[User, ...]:
        """Return every user by login."""
        rows = self._connection.execute(select(USERS).order_by(USERS.c.login)).mappings()
        return tuple(_user_of(dict(row)) for row in rows)

    def names(self) -> dict[str, str]:
        """Return what every user is called, by id."""
        rows = self._connection.execute(_NAMES)
        return {row.id: row.name for row in rows}

    def count(self) -> int:
        """Return how many users there are."""
        counted = select(func.count()).select_from(USERS)
        return int(self._connection.execute(counted).scalar_one())

    def _user(self, statement: Select[Any]) -> User | None:
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else _user_of(dict(row))

    def add_token(self, token: Token) -> None:
        """Store a new token."""
        row = asdict(token) | {"scopes": plain.dump(token.scopes)}
        self._connection.execute(insert(TOKENS), row)

    def token(self, hash_: str) -> Token | None:
        """Return a token by its hash, expired or not."""
        found = self._tokens(select(TOKENS).where(TOKENS.c.hash == hash_))
        return found[0] if found else None

    def tokens_of(self, user: str) -> tuple[Token, ...]:
        """Return a user's tokens, oldest first."""
        wanted = select(TOKENS).where(TOKENS.c.user == user)
        return self._tokens(wanted.order_by(TOKENS.c.created_at, TOKENS.c.hash))

    def _tokens(self, statement: Select[Any]) -> tuple[Token, ...]:
        rows = self._connection.execute(statement).mappings()
        return tuple(Token(**(dict(row) | {"scopes": _scopes(row["scopes"])})) for row in rows)

    def touch_token(self, hash_: str, at: datetime) -> None:
        """Remember when a token was last used."""
        used = update(TOKENS).where(TOKENS.c.hash == hash_).values(last_used_at=at)
        self._connection.execute(used)

    def remove_token(self, hash_: str) -> bool:
        """Revoke a token; return whether there was one."""
        gone = self._connection.execute(delete(TOKENS).where(TOKENS.c.hash == hash_))
        return gone.rowcount == 1


def _user_row(user: User) -> dict[str, Any]:
    return asdict(user) | {"roles": plain.dump(user.roles)}


def _user_of(row: dict[str, Any]) -> User:
    return User(**(row | {"roles": tuple(plain.load(row["roles"]))}))


def _scopes(stored: str) -> tuple[str, ...] | None:
    scopes = plain.load(stored)
    return None if scopes is None else tuple(scopes)
