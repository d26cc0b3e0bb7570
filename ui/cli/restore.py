"""Restore a workspace.

Makes a new workspace out of a backup; every hash and the journal are verified, and nothing that
is there is overwritten. PostgreSQL needs pg_restore and an empty database in SEAMLINE_DATABASE.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from seamline import settings as settings_
from seamline.text import Text
from seamline.usecases.backup import restore

from . import say, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("file", type=Path, help="the .zip that `seamline backup` wrote")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> None:
    """Restore and say what came back."""
    made, verdict = restore(asked.file, settings_.folder(asked.workspace))
    say(Text(f"已恢复到 {made.workspace}。", f"Restored to {made.workspace}."))
    say(verdict.say)
