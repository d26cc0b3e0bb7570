"""Manage API tokens.

A token is shown once; afterwards only its hash exists. It does what its owner's roles allow,
narrowed to its scopes: read, write, import, export, admin, FORM:read, FORM:write.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from seamline.text import Text
from seamline.usecases import accounts
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.tokens import DAYS

from . import OPERATOR, ORIGIN, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    create = acts.add_parser("create", help="make a token and show it")
    create.add_argument("login", help="the user it acts for")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", required=True, action="append", help="scope; may be repeated")
    create.add_argument(
        "--days", type=int, default=DAYS, help=f"days until it ends (default {DAYS})"
    )
    listed = acts.add_parser("list", help="list tokens")
    listed.add_argument("login", nargs="?", default="", help="only this user's")
    revoke = acts.add_parser("revoke", help="end a token at once")
    revoke.add_argument("id", help="the token's id, or its beginning")
    for one in acts.choices.values():
        workspace_option(one)


def run(asked: argparse.Namespace) -> None:
    """Do what was asked."""
    with closing(open_desk(settings_of(asked))) as desk:
        _ACTS[asked.act](desk, asked)


def _create(desk: Desk, asked: argparse.Namespace) -> None:
    made = accounts.create_token(
        desk,
        OPERATOR,
        ORIGIN,
        login=asked.login,
        name=asked.name,
        scopes=asked.scope,
        days=asked.days,
    )
    say(Text(f"令牌(只显示这一次):{made.word}", f"Token, shown this once: {made.word}"))


def _list(desk: Desk, asked: argparse.Namespace) -> None:
    never = Text("从未使用", "never used")
    for one in accounts.tokens(desk, OPERATOR, asked.login):
        token = one.token
        head = f"{one.id}\t{one.owner.login}\t{token.name}\t{','.join(token.scopes or ('*',))}"
        until = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "-"
        used = f"{token.last_used_at:%Y-%m-%d %H:00}" if token.last_used_at else ""
        say(
            Text(
                f"{head}\t至 {until}\t{used or never.zh}",
                f"{head}\tuntil {until}\t{used or never.en}",
            )
        )


def _revoke(desk: Desk, asked: argparse.Namespace) -> None:
    one = accounts.revoke_token(desk, OPERATOR, ORIGIN, asked.id)
    say(
        Text(
            f"{one.owner.login} 的令牌“{one.token.name}”已吊销。",
            f"Token '{one.token.name}' of {one.owner.login} is revoked.",
        )
    )


_ACTS = {"create": _create, "list": _list, "revoke": _revoke}
