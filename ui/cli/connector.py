"""List the connectors that are installed, or start one.

One that is started is a distribution of its own, in a folder of its name: it passes the contract
test as it is, and is found once it is installed (`pip install -e`).
"""

from __future__ import annotations

import argparse
import re
from importlib.resources import files
from pathlib import Path
from string import Template

from seamline.connecting import CAPABILITIES, discovered
from seamline.problems import Refused, shorten
from seamline.text import Text

from . import language, say

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Each file of a scaffold, and where it goes.
_FILES = {
    "setup.txt": "setup.cfg",
    "pyproject.txt": "pyproject.toml",
    "connector.json": "$name/connector.json",
    "init.txt": "$name/__init__.py",
    "test.txt": "tests/test_$name.py",
}


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="list the connectors, and what is wrong with the broken ones")
    new = acts.add_parser("new", help="start a connector")
    new.add_argument("name", help="its name: lower-case letters, digits and _")
    new.add_argument("--in", dest="folder", type=Path, default=Path(), metavar="DIR",
                     help="where its folder is made")  # fmt: skip


def run(asked: argparse.Namespace) -> int:
    """Do what was asked; 1 where a connector is broken."""
    return _list() if asked.act == "list" else _new(asked.folder, asked.name)


def _list() -> int:
    words, found, broken = language(), discovered(), list(discovered().problems)
    for name, kind in found.kinds.items():
        try:
            kind.connect()
        except Refused as refused:
            broken += refused.problems
            continue
        able = ", ".join(CAPABILITIES[one].in_(words) for one in kind.manifest.capabilities)
        print(f"{name}\t{kind.manifest.title.in_(words)}\t{able}")
    for problem in broken:
        print(problem.line(words))
    return 1 if broken else 0


def _new(folder: Path, name: str) -> int:
    if not _ID.fullmatch(name) or name in discovered().kinds:
        say_ = Text(
            f"“{shorten(name)}”不能作连接器名：小写字母开头，只用小写字母、数字和下划线，且未被占用。",
            f"'{shorten(name)}' cannot be the name of a connector: a-z, 0-9 and _ only, beginning "
            "with a letter, and not taken.",
        )
        raise Refused.one("bad_id", say_)
    place = folder / name
    if place.exists():
        raise Refused.one(
            "exists", Text(f"{place} 已存在。", f"{place} exists already."), status=409
        )
    texts = files(__package__).joinpath("scaffolds", "connector")
    for source, target in _FILES.items():
        text = Template(texts.joinpath(source).read_text("utf-8")).safe_substitute(
            name=name, cls=name.title().replace("_", ""), title=name.replace("_", " ").capitalize()
        )
        path = place / Template(target).substitute(name=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    say(
        Text(
            f"已生成 {place}。下一步:pip install -e {place}，再运行 pytest {place}",
            f"{place} is there. Next: pip install -e {place}, then: pytest {place}",
        )
    )
    return 0
