"""Post a month of orders through the API and account for every one.

A new workspace with the auto-parts package is made in a temporary folder, or in an empty
PostgreSQL database, and served on loopback by a process of its own. Exit code 1 says that an
order was lost, doubled, half written or refused, never that it was slow.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from seamline.text import Text

from . import MINE, say


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("--orders", type=int, default=11_700, help="orders to post (11700)")
    verb.add_argument("--connections", type=int, default=8, help="keep-alive connections (8)")
    verb.add_argument("--kill", type=int, default=0, metavar="N", help="kill the server N times")
    verb.add_argument("--database", default="", metavar="URL", help="an empty PostgreSQL database")
    verb.add_argument("--seconds", type=float, default=None, help="stop posting after so long")
    verb.add_argument("--seed", type=int, default=1, help="makes other orders and other kills")
    verb.add_argument("--keep", type=Path, metavar="FOLDER", help="make the workspace here")


def run(asked: argparse.Namespace) -> int:
    """Run the surge and print its report."""
    from ..surge.course import Asked, surge
    from ..surge.report import lines

    limit = float("inf") if asked.seconds is None else asked.seconds
    wanted = Asked(asked.orders, asked.connections, asked.kill, limit, asked.database, asked.seed)
    with tempfile.TemporaryDirectory(prefix="seamline-surge-") as temporary:
        folder = asked.keep or Path(temporary) / "workspace"
        ran = surge(wanted, folder, Progress().tell)
    for line in lines(ran):
        say(line)
    return 0 if ran.sound else MINE


class Progress:
    """Shows how far a long work is: one line redrawn on a terminal, else a line per tenth."""

    def __init__(self) -> None:
        self._tenth = -1

    def tell(self, done: int, whole: int) -> None:
        """Show `done` of `whole`."""
        tenth = done * 10 // max(whole, 1)
        if sys.stderr.isatty():
            end = "\n" if done >= whole and tenth != self._tenth else ""
            print(f"\r{done} / {whole} ", end=end, file=sys.stderr, flush=True)
        elif tenth != self._tenth:
            print(Text(f"{done} / {whole}", f"{done} of {whole}").en, file=sys.stderr, flush=True)
        self._tenth = tenth
