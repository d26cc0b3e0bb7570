"""Show what publishing a package would change.

Nothing is written: tables, columns and indexes are named in words and in SQL, with the rows
they touch.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from seamline.publish import Plan
from seamline.text import Text
from seamline.usecases import install
from seamline.usecases.desk import open_desk

from . import language, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("path", type=Path, help="package: a folder or a .zip file")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> None:
    """Show the plan."""
    desk = open_desk(settings_of(asked))
    try:
        show(install.plan(desk, asked.path))
    finally:
        desk.close()


def show(plan: Plan) -> None:
    """Print a plan in words and SQL."""
    if not plan.changes:
        say(Text("数据库无需改动。", "Nothing changes in the database."))
    for change in plan.changes:
        print(f"- {change.words.in_(language())}")
        for line in change.sql.splitlines():
            print(f"    {line}")
