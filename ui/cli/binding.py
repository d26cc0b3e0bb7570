"""Show by which scheme lines are bound to versions, or choose another one.

Without a scheme every binding is listed with the schemes there are. Choosing one edits the form's
document; what is bound already keeps its version.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import bound
from seamline.usecases.desk import open_desk

from ..leaks.proof import proof
from . import OPERATOR, ORIGIN, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("form", nargs="?", default="", help="form whose lines are bound")
    verb.add_argument("scheme", nargs="?", default="", help="scheme to bind by from now on")
    verb.add_argument("--reason", default="", help="why; kept with the change")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> None:
    """Show or choose."""
    with closing(open_desk(settings_of(asked), proof)) as desk:
        found = [one for one in bound.choices(desk) if asked.form in ("", one.form)]
        if asked.form and not found:
            none = Text(f"“{asked.form}”没有绑定。", f"Nothing is bound in '{asked.form}'.")
            raise Refused.one("no_binding", none, status=404)
        if asked.scheme:
            done = bound.choose(desk, OPERATOR, ORIGIN, found[0], asked.scheme, asked.reason)
            number = done.version.number
            say(
                Text(
                    f"{found[0].form} 现按 {asked.scheme} 绑定（第 {number} 版）。",
                    f"{found[0].form} binds by {asked.scheme} from now on (version {number}).",
                )
            )
            return
        for one in found:
            print(f"{one.form}.{one.said.field}")
            for scheme in one.said.schemes:
                mark = "*" if scheme.id == one.said.scheme else " "
                say(
                    Text(
                        f" {mark} {scheme.id}  {scheme.title.zh}",
                        f" {mark} {scheme.id}  {scheme.title.en}",
                    )
                )
