"""Manage users.

A generated password is shown once; afterwards only its hash exists. A login is never renamed and
never reused: disable a user who leaves.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from seamline.store import User
from seamline.text import LANGUAGES, Text
from seamline.usecases import accounts
from seamline.usecases.desk import Desk, open_desk

from . import OPERATOR, ORIGIN, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add a user and show the first password")
    add.add_argument("login", help="name to sign in with: a-z, 0-9 and . _ - @ +")
    add.add_argument("--name", required=True, help="name of the person")
    add.add_argument("--role", required=True, action="append", help="role; may be repeated")
    add.add_argument(
        "--language", dest="speaks", choices=LANGUAGES, help="language (else the workspace's)"
    )
    add.add_argument(
        "--party", default="", metavar="FORM=KEY", help="the record it stands for: supplier=S003"
    )
    party = acts.add_parser("party", help="let a user stand for another record, or for none")
    party.add_argument("login", help="the user")
    party.add_argument("record", nargs="?", default="", help="FORM=KEY; left out for none")
    roles = acts.add_parser("roles", help="give a user other roles")
    roles.add_argument("login", help="the user")
    roles.add_argument("--role", required=True, action="append", help="role; may be repeated")
    for act, words in (
        ("password", "set a new generated password and show it"),
        ("disable", "let a user in no more"),
        ("enable", "let a disabled user in again"),
    ):
        acts.add_parser(act, help=words).add_argument("login", help="the user")
    acts.add_parser("list", help="list every user")
    for one in acts.choices.values():
        workspace_option(one)


def run(asked: argparse.Namespace) -> None:
    """Do what was asked."""
    with closing(open_desk(settings_of(asked))) as desk:
        _ACTS[asked.act](desk, asked)


def _add(desk: Desk, asked: argparse.Namespace) -> None:
    made = accounts.create_user(
        desk,
        OPERATOR,
        ORIGIN,
        login=asked.login,
        name=asked.name,
        roles=asked.role,
        language=asked.speaks or desk.catalogs.current().language,
        party=asked.party,
    )
    _show_password(made)


def _password(desk: Desk, asked: argparse.Namespace) -> None:
    _show_password(accounts.reset_password(desk, OPERATOR, ORIGIN, asked.login))


def _show_password(made: accounts.Created) -> None:
    login, password = made.user.login, made.password
    say(
        Text(
            f"用户 {login} 的密码(只显示这一次):{password}",
            f"Password of {login}, shown this once: {password}",
        )
    )


def _roles(desk: Desk, asked: argparse.Namespace) -> None:
    changed = accounts.set_roles(desk, OPERATOR, ORIGIN, asked.login, asked.role)
    roles = ", ".join(changed.roles)
    say(Text(f"{changed.login} 的角色：{roles}", f"Roles of {changed.login}: {roles}"))


def _party(desk: Desk, asked: argparse.Namespace) -> None:
    changed = accounts.set_party(desk, OPERATOR, ORIGIN, asked.login, asked.record)
    party = asked.record or "-"
    say(Text(f"{changed.login} 代表：{party}", f"{changed.login} stands for: {party}"))


def _disable(desk: Desk, asked: argparse.Namespace) -> None:
    changed = accounts.set_active(desk, OPERATOR, ORIGIN, asked.login, False)
    say(Text(f"用户 {changed.login} 已停用。", f"User {changed.login} is disabled."))


def _enable(desk: Desk, asked: argparse.Namespace) -> None:
    changed = accounts.set_active(desk, OPERATOR, ORIGIN, asked.login, True)
    say(Text(f"用户 {changed.login} 已启用。", f"User {changed.login} is enabled."))


def _list(desk: Desk, asked: argparse.Namespace) -> None:
    for user in accounts.users(desk):
        say(_line(user))


def _line(user: User) -> Text:
    roles = ",".join(user.roles)
    head = f"{user.login}\t{user.name}\t{roles}\t{user.language}"
    return Text(
        f"{head}\t{'启用' if user.active else '停用'}",
        f"{head}\t{'active' if user.active else 'disabled'}",
    )


_ACTS = {
    "add": _add,
    "password": _password,
    "roles": _roles,
    "party": _party,
    "disable": _disable,
    "enable": _enable,
    "list": _list,
}
