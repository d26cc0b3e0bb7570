"""Accounts: users with their passwords and roles, and the tokens that act for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.facts import Actor, Origin
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.store import Unit, User
from seamline.text import LANGUAGES, Text

from .attempts import TooMany as TooMany
from .desk import Desk
from .parties import Wanted, set_party as set_party, wanted_party
from .passwords import fits, hashed, new_password, outdated, password_problem
from .people import acting as acting, actor_of as actor_of, administers, memory, named, note
from .tokens import (
    Listed as Listed,
    Made as Made,
    actor_of_token as actor_of_token,
    create_token as create_token,
    revoke_token as revoke_token,
    tokens as tokens,
)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,59}", re.ASCII)
_LONGEST_NAME = 100
# Names under which the journal keeps what no account did.
RESERVED = ("operator", "system")


@dataclass(frozen=True, slots=True)
class Created:
    """A new user; `password` is the generated one, to be shown once, else empty."""

    user: User
    password: str


def create_user(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    *,
    login: str,
    name: str,
    roles: Sequence[str],
    language: str = "zh",
    password: str | None = None,
    party: str = "",
) -> Created:
    """Make a user; without `password` one is generated. A login is for life and never reused.

    `party` names the record that the account stands for: `supplier=S003`.

    Raises Refused: 403, 409 the login is taken, 422 whatever does not fit, all at once.
    """
    administers(desk, actor)
    login = login.strip().lower()
    stands = wanted_party(desk, party, roles)
    _check_user(desk, login, name, roles, language, password, stands)
    first = new_password() if password is None else ""
    user = User(
        id=login,
        login=login,
        name=name.strip(),
        password_hash=hashed(first or password or ""),
        roles=tuple(dict.fromkeys(roles)),
        active=True,
        language=language,
        created_at=clock.now(),
        party_form=stands.form,
        party_record=stands.record,
    )
    more = {"party": party} if party else {}
    with desk.store.unit() as unit:
        unit.accounts.add_user(user)
        note(
            unit, "user_created", actor, origin, user,
            name=user.name, roles=list(user.roles), **more,
        )  # fmt: skip
    return Created(user, first)


def users(desk: Desk) -> tuple[User, ...]:
    """Return every user by login, disabled ones too."""
    with desk.store.reading() as unit:
        return unit.accounts.users()


def names(desk: Desk) -> dict[str, str]:
    """Return what every user is called, by id."""
    with desk.store.reading() as unit:
        return unit.accounts.names()


def user(desk: Desk, user_id: str) -> User | None:
    """Return the user with that id (an `Actor.id`), or None."""
    with desk.store.reading() as unit:
        return unit.accounts.user(user_id)


def check_password(desk: Desk, login: str, password: str, address: str = "") -> User:
    """Return the active user whom login and password name.

    Costs the same whether or not the login exists. Raises Refused 401, or `TooMany` (429) after
    too many wrong passwords for this login or from this `address`.
    """
    login = login.strip().lower()
    attempts = memory(desk).attempts
    attempts.begin(login, address)
    with desk.store.reading() as unit:
        found = unit.accounts.by_login(login) if _LOGIN.fullmatch(login) else None
    kept = found.password_hash or None if found is not None else None
    if not fits(password, kept) or found is None:
        raise Refused.one(
            "wrong_password",
            Text("登录名或密码不对。", "Login or password is wrong."),
            status=401,
            hint=Text("忘记密码请找管理员重置。", "An administrator can set a new password."),
        )
    attempts.succeeded(login, address)
    if not found.active:
        raise Refused.one(
            "account_disabled",
            Text("此账号已停用。", "This account is disabled."),
            status=401,
            hint=Text("请联系管理员。", "Ask an administrator."),
        )
    return _rehashed(desk, found, password) if outdated(found.password_hash) else found


def _rehashed(desk: Desk, user: User, password: str) -> User:
    fresh = replace(user, password_hash=hashed(password))
    with desk.store.unit() as unit:
        if unit.accounts.user(user.id) == user:  # else somebody has changed it meanwhile
            unit.accounts.change_user(fresh)
            return fresh
    return user


def change_password(
    desk: Desk, actor: Actor, present: str, wanted: str, origin: Origin | None = None
) -> User:
    """Let a person change their own password; wrong guesses at the present one count and slow.

    Raises Refused: 403 (a token may not), 422 with the place `present` or `password`, 429.
    """
    mine = user(desk, actor.id)
    if mine is None or actor.scopes is not None:
        raise Refused.one(
            "not_allowed",
            Text("只能登录后修改自己的密码。", "Sign in to change your own password."),
            status=403,
        )
    problems = Problems()
    attempts = memory(desk).attempts
    attempts.begin(mine.login, "")
    if fits(present, mine.password_hash or None):
        attempts.succeeded(mine.login, "")
    else:
        say = Text("当前密码不对。", "The present password is wrong.")
        problems.add(Problem("wrong_password", say, Place("present")))
    problem = password_problem(wanted, mine.login)
    if problem is not None:
        problems.add(problem)
    problems.raise_if_any()
    return _with_password(desk, actor, origin or Origin("form"), mine.login, wanted)


def reset_password(
    desk: Desk, actor: Actor, origin: Origin, login: str, password: str | None = None
) -> Created:
    """Let an administrator give a user a new password, generated where none is given."""
    administers(desk, actor)
    problem = None if password is None else password_problem(password, login.strip().lower())
    if problem is not None:
        raise Refused((problem,))
    word = new_password() if password is None else password
    changed = _with_password(desk, actor, origin, login, word)
    return Created(changed, word if password is None else "")


def _with_password(desk: Desk, actor: Actor, origin: Origin, login: str, word: str) -> User:
    hash_ = hashed(word)  # before the transaction: it takes its time
    with desk.store.unit() as unit:
        changed = replace(named(unit, login), password_hash=hash_)
        unit.accounts.change_user(changed)
        unit.sessions.end_all(changed.id)
        note(unit, "password_changed", actor, origin, changed, own=actor.id == changed.id)
    return changed


def set_roles(desk: Desk, actor: Actor, origin: Origin, login: str, roles: Sequence[str]) -> User:
    """Give a user other roles; raises Refused 403, 404, 409 (the last administrator), 422."""
    administers(desk, actor)
    Problems(_role_problems(desk, roles)).raise_if_any()
    with desk.store.unit() as unit:
        before = named(unit, login)
        after = replace(before, roles=tuple(dict.fromkeys(roles)))
        _keep_an_administrator(unit, before, after)
        unit.accounts.change_user(after)
        body = {"before": list(before.roles), "roles": list(after.roles)}
        note(unit, "user_changed", actor, origin, after, **body)
    memory(desk).tokens.clear()
    return after


def set_active(desk: Desk, actor: Actor, origin: Origin, login: str, active: bool) -> User:
    """Disable a user (sessions and tokens end) or let them in again; 403, 404, 409."""
    administers(desk, actor)
    with desk.store.unit() as unit:
        before = named(unit, login)
        after = replace(before, active=active)
        _keep_an_administrator(unit, before, after)
        if after != before:
            unit.accounts.change_user(after)
            unit.sessions.end_all(after.id)
            note(unit, "user_enabled" if active else "user_disabled", actor, origin, after)
    memory(desk).tokens.clear()
    return after


def _keep_an_administrator(unit: Unit, before: User, after: User) -> None:
    def rules(user: User) -> bool:
        return user.active and ADMINISTRATOR in user.roles

    if not rules(before) or rules(after):
        return
    if any(rules(other) for other in unit.accounts.users() if other.id != before.id):
        return
    raise Refused.one(
        "last_administrator",
        Text(
            f"“{before.login}”是最后一位管理员。",
            f"'{before.login}' is the last administrator.",
        ),
        status=409,
        hint=Text("请先指定另一位管理员。", "Make somebody else an administrator first."),
    )


def _check_user(
    desk: Desk,
    login: str,
    name: str,
    roles: Sequence[str],
    language: str,
    password: str | None,
    stands: Wanted,
) -> None:
    problems = Problems(list(stands.problems))
    if not _LOGIN.fullmatch(login) or login in RESERVED:
        problems.add(
            Problem(
                "login",
                Text(f"“{shorten(login)}”不能作登录名。", f"'{shorten(login)}' is no login."),
                Place("login"),
                Text(
                    "用 1-60 个小写字母、数字和 . _ - @ +,以字母或数字开头。",
                    "Use 1-60 of a-z, 0-9 and . _ - @ +, beginning with a letter or digit.",
                ),
            )
        )
    if not (0 < len(name.strip()) <= _LONGEST_NAME and name.isprintable()):
        say = Text(f"姓名应为 1-{_LONGEST_NAME} 个字符。", f"A name has 1-{_LONGEST_NAME} signs.")
        problems.add(Problem("name", say, Place("name")))
    if language not in LANGUAGES:
        say = Text("语言应为 zh 或 en。", "The language is zh or en.")
        problems.add(Problem("language", say, Place("language"), got=shorten(language)))
    problems.extend(_role_problems(desk, roles))
    problem = None if password is None else password_problem(password, login)
    if problem is not None:
        problems.add(problem)
    problems.raise_if_any()


def _role_problems(desk: Desk, roles: Sequence[str]) -> list[Problem]:
    known = desk.catalogs.current().access.known_roles()
    listed = ", ".join(known)
    if not roles:
        say = Text("至少要有一个角色。", "A user needs a role.")
        return [Problem("roles", say, Place("roles"), Text(f"可选：{listed}", f"One of {listed}"))]
    return [
        Problem(
            "unknown_role",
            Text(f"没有角色“{shorten(role)}”。", f"There is no role '{shorten(role)}'."),
            Place("roles"),
            did_you_mean(role[:60], known) or Text(f"可选：{listed}", f"One of {listed}"),
            shorten(role),
        )
        for role in roles
        if role not in known
    ]
