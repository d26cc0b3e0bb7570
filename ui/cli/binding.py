"""Show by which scheme lines are bound to versions, or choose another one.

Without a scheme every binding is listed with the schemes there are. With one it is shown what the
newest lines would have got by it; with --reason as well it is in force from now on, by an edit of
the form's document. What is bound already keeps its version.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from seamline.text import Text
from seamline.usecases import schemes
from seamline.usecases.desk import open_desk
from seamline.usecases.schemes import Choice, Foreseen

from ..leaks.proof import proof
from . import OPERATOR, ORIGIN, say, settings_of, workspace_option

MOST = 20  # lines that are told one by one


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("form", nargs="?", default="", help="form whose lines are bound")
    verb.add_argument("scheme", nargs="?", default="", help="scheme to bind by from now on")
    verb.add_argument("--reason", default="", help="why; kept with the change")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> None:
    """Show, foresee or choose."""
    with closing(open_desk(settings_of(asked), proof)) as desk:
        found = [one for one in schemes.choices(desk) if asked.form in ("", one.form)]
        if asked.form and not found:
            raise schemes.nothing_bound(asked.form)
        if not asked.scheme:
            for one in found:
                listed(one)
            return
        tell(schemes.foresee(desk, OPERATOR, found[0], asked.scheme))
        if not asked.reason:
            say(Text("写明 --reason 才会改用。", "Give --reason to choose it."))
            return
        done = schemes.choose(desk, OPERATOR, ORIGIN, found[0], asked.scheme, asked.reason)
        chosen(found[0], asked.scheme, done.version.number)


def listed(one: Choice) -> None:
    """Print a binding with its schemes, the one in force marked."""
    print(f"{one.form}.{one.said.field}")
    for scheme in one.said.schemes:
        mark = "*" if scheme.id == one.said.scheme else " "
        say(
            Text(
                f" {mark} {scheme.id}  {scheme.title.zh}",
                f" {mark} {scheme.id}  {scheme.title.en}",
            )
        )


def tell(foreseen: Foreseen) -> None:
    """Print what another scheme would have come to."""
    say(
        Text(
            f"已绑定的行都不变。按此方案重看最近 {foreseen.looked} 行，"
            f"{len(foreseen.otherwise)} 行会不同：",
            f"What is bound stays. Of the {foreseen.looked} newest lines "
            f"{len(foreseen.otherwise)} would be otherwise:",
        )
    )
    for one in foreseen.otherwise[:MOST]:
        names = ", ".join(one.would)
        would = {
            0: Text("无适用版本，转审核", "none applies, to review"),
            1: Text.same(names),
        }.get(len(one.would), Text(f"须选定：{names}", f"to be chosen: {names}"))
        line = f"  {one.code} {one.line}  {one.thing}  {one.was} -> "
        say(Text(line + would.zh, line + would.en))
    if len(foreseen.otherwise) > MOST:
        rest = len(foreseen.otherwise) - MOST
        say(Text(f"  ……另有 {rest} 行", f"  ... and {rest} more"))


def chosen(one: Choice, scheme: str, number: int = 0) -> None:
    """Print that a scheme is in force from now on, and by which version, where it is one."""
    version = Text(f"（第 {number} 版）", f" (version {number})") if number else Text("", "")
    say(
        Text(
            f"{one.form} 现按 {scheme} 绑定{version.zh}。",
            f"{one.form} binds by {scheme} from now on{version.en}.",
        )
    )
