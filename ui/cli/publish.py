"""Show the plan of a package, then publish it.

Writers keep working meanwhile; a publication that fails leaves the old version serving.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from seamline.metadata import Package
from seamline.text import Text
from seamline.usecases import install
from seamline.usecases.desk import open_desk

from ..leaks.proof import proof
from . import MINE, OPERATOR, ORIGIN, language, say, settings_of, workspace_option
from .plan import show


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("path", type=Path, help="package: a folder or a .zip file")
    verb.add_argument("--yes", action="store_true", help="publish without asking")
    verb.add_argument(
        "--skip-scenarios",
        action="store_true",
        help="publish although scenarios fail; the journal says so",
    )
    verb.add_argument(
        "--skip-leaktest",
        action="store_true",
        help="publish without walking the surfaces as restricted roles",
    )
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Show the plan, ask, publish."""
    desk = open_desk(settings_of(asked), _proven if not asked.skip_leaktest else None)
    try:
        show(install.plan(desk, asked.path))
        if not (asked.yes or agreed()):
            say(Text("未发布。", "Not published."))
            return MINE
        published = install.publish(
            desk, OPERATOR, ORIGIN, asked.path, skip_scenarios=asked.skip_scenarios
        )
    finally:
        desk.close()
    for warning in published.problems:
        print(warning.line(language()))
    say(Text("已发布。", "Published."))
    return 0


def _proven(packages: Sequence[Package], tell: Callable[[Text], None]) -> Mapping[str, object]:
    """Run the leak test, and say on the side how far it is: it takes its time."""

    def said(what: Text) -> None:
        print(what.in_(language()), file=sys.stderr, flush=True)
        tell(what)

    return proof(packages, said)


def agreed() -> bool:
    """Ask the person at the terminal; without one the answer is no."""
    question = Text("发布?[y/N] ", "Publish? [y/N] ").in_(language())
    return sys.stdin.isatty() and input(question).strip().lower() in ("y", "yes", "是")
