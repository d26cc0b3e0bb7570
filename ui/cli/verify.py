"""Verify the journal.

Checks every entry of a workspace and the decisions behind them, or an exported journal, order
story or sealed dossier (PDF), which needs no workspace. The first entry that does not hold is
named, and the exit code is 1. Note the head that is shown: only a head noted earlier (--head)
proves that nothing was written anew.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from seamline.text import Text
from seamline.usecases import verify
from seamline.usecases.desk import open_desk

from . import MINE, OPERATOR, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("file", type=Path, nargs="?", help="an exported journal, story or dossier")
    verb.add_argument("--head", metavar="HASH", help="the head that the chain must have")
    verb.add_argument("--export", type=Path, metavar="FILE", help="write the journal to a new file")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Verify, and export where asked to."""
    if asked.file is not None:
        verdict = verify.file(asked.file)
    else:
        with closing(open_desk(settings_of(asked))) as desk:
            verdict = verify.workspace(desk, OPERATOR)
            if asked.export is not None:
                with asked.export.open("x", encoding="utf-8") as out:
                    verify.export(desk, OPERATOR, out)
    say(verdict.say)
    if not verdict.sound:
        return MINE
    say(Text(f"链首：{verdict.head}", f"Head: {verdict.head}"))
    if asked.head is not None and asked.head.lower() != verdict.head:
        say(Text(f"应为：{asked.head}", f"Expected: {asked.head}"))
        return MINE
    return 0
