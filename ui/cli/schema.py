"""Write the JSON Schemas of the language.

Without an option they are printed as one JSON object, by document kind. Editors with
JSON-Schema support use the files that --write makes; --check says whether they are current.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from seamline.schema import assembled, stale, write
from seamline.text import Text

from . import MINE, say


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    way = verb.add_mutually_exclusive_group()
    way.add_argument("--write", type=Path, metavar="DIR", help="write the files into DIR")
    way.add_argument("--check", type=Path, metavar="DIR", help="fail where a file of DIR is stale")


def run(asked: argparse.Namespace) -> int:
    """Write, check or print."""
    if asked.write is not None:
        for path in write(asked.write):
            print(path)
        return 0
    if asked.check is None:
        print(json.dumps(assembled(), ensure_ascii=False, indent=2))
        return 0
    old = stale(asked.check)
    for name in old:
        say(Text(f"已过期：{asked.check / name}", f"stale: {asked.check / name}"))
    if old:
        say(
            Text(
                f"请运行 seamline schema --write {asked.check}",
                f"Run: seamline schema --write {asked.check}",
            )
        )
    return MINE if old else 0
