"""Keep the secrets that connections refer to.

A secret is typed without being shown, or read from a pipe. It is sealed with the workspace's key;
what it says is never shown again.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from contextlib import closing

from seamline.text import Text
from seamline.usecases import secret_store
from seamline.usecases.desk import Desk, open_desk

from . import OPERATOR, ORIGIN, language, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("set", help="keep a secret, or another one in its place")
    acts.add_parser("list", help="list which secrets there are")
    acts.add_parser("remove", help="remove a secret")
    for act in ("set", "remove"):
        acts.choices[act].add_argument("name", help="its name: connections say store:NAME")
    for one in acts.choices.values():
        workspace_option(one)


def run(asked: argparse.Namespace) -> None:
    """Do what was asked."""
    with closing(open_desk(settings_of(asked))) as desk:
        {"set": _set, "list": _list, "remove": _remove}[asked.act](desk, asked)


def _set(desk: Desk, asked: argparse.Namespace) -> None:
    prompt = Text("密钥(不显示)：", "Secret (not shown): ").in_(language())
    typed = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.read()
    secret_store.keep(desk, OPERATOR, ORIGIN, asked.name, typed.strip("\r\n"))
    say(
        Text(
            f"已封存。连接里写 store:{asked.name}。",
            f"Sealed. Connections refer to it as store:{asked.name}.",
        )
    )


def _list(desk: Desk, _asked: argparse.Namespace) -> None:
    for head in secret_store.listed(desk, OPERATOR):
        print(f"{head.name}\t{head.at:%Y-%m-%d %H:%M}\t{head.actor}")


def _remove(desk: Desk, asked: argparse.Namespace) -> None:
    secret_store.remove(desk, OPERATOR, ORIGIN, asked.name)
    say(Text(f"密钥 {asked.name} 已删除。", f"The secret {asked.name} is removed."))
