"""Edit a document of an installed package, or go back to an earlier version of it.

An edit is checked with the whole package, its tables are changed where it needs that, and every
scenario has to hold; then it serves, as the next version of the document. PATH is the document's
path inside its package, such as rulesets/order_create.yaml.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from seamline.documents import decode
from seamline.text import Text
from seamline.usecases import edit
from seamline.usecases.desk import Desk, open_desk

from ..leaks.proof import proof
from . import OPERATOR, ORIGIN, language, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    for act, sentence in ACTS.items():
        one = acts.add_parser(act, help=sentence.in_(language()))
        if act == "scenario":
            one.add_argument("form", help="form of the record")
            one.add_argument("record", help="its id, code or key")
        else:
            one.add_argument("package", help="id of the installed package")
            one.add_argument("path", help="path of the document in its package")
        if act == "put":
            one.add_argument("file", type=Path, help="file with the new text; an empty one removes")
        if act in ("show", "diff"):
            one.add_argument("number", type=int, nargs="?", help="version (the newest)")
        if act == "roll-back":
            one.add_argument("number", type=int, help="version to go back to; 0: the package's")
        if act in ("put", "roll-back"):
            one.add_argument("--reason", required=True, help="why; kept with the version")
        workspace_option(one)


ACTS = {
    "show": Text("显示文档的一版", "show a version of a document"),
    "put": Text("放入修改后的文档", "put a changed document"),
    "history": Text("列出各版", "list its versions"),
    "diff": Text("一版相对前一版改了什么", "say what a version changed"),
    "roll-back": Text("恢复到早先一版", "go back to an earlier version"),
    "scenario": Text("把一次真实判定写成脱敏场景", "make a masked scenario of a verdict"),
}


def run(asked: argparse.Namespace) -> None:
    """Do one act."""
    with closing(open_desk(settings_of(asked), proof)) as desk:
        match asked.act:
            case "put":
                text = decode(asked.file.read_bytes(), asked.file.name)
                _told(edit.edit(
                    desk, OPERATOR, ORIGIN, asked.package, asked.path, text, asked.reason
                ))  # fmt: skip
            case "roll-back":
                _told(edit.roll_back(
                    desk, OPERATOR, ORIGIN, asked.package, asked.path, asked.number, asked.reason
                ))  # fmt: skip
            case "scenario":
                print(edit.scenario_of(desk, OPERATOR, asked.form, asked.record), end="")
            case _:
                _read(desk, asked)


def _read(desk: Desk, asked: argparse.Namespace) -> None:
    """Show versions: a list of them, the text of one, or what one changed."""
    versions = edit.history(desk, OPERATOR, asked.package, asked.path)
    if asked.act == "history":
        for version in versions:
            mark = "*" if version.newest else " "
            at = f"{version.at:%Y-%m-%d %H:%M} UTC"
            print(f"{mark} {version.number}  {version.package_version}  {at}  "
                  f"{version.actor}  {version.reason}".rstrip())  # fmt: skip
        return
    version = edit.numbered(versions, asked.number)
    if asked.act == "show":
        print(version.text, end="")
        return
    for line in edit.changes_of(desk, asked.path, versions, version):
        print(f"- {line.in_(language())}")


def _told(edited: edit.Edited) -> None:
    for change in edited.plan.changes:
        print(f"- {change.words.in_(language())}")
    for line in edited.diff:
        print(f"- {line.in_(language())}")
    number = edited.version.number
    say(Text(f"第 {number} 版已生效。", f"Version {number} serves."))
