"""List what is installed, look into a package that comes, or pack one to pass on.

`look` says what a package may do, what it changes here and what it asks for; `publish` installs
it. `export` packs a package as it serves, edits of this workspace among it, into a zip archive
that any workspace installs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from seamline.text import Text
from seamline.usecases import packages
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.packaging import arriving, packing

from . import OPERATOR, language, say, settings_of, workspace_option

ACTS = {
    "list": Text("列出已安装的配置包", "list the packages that are installed"),
    "look": Text("查看一个配置包文件会带来什么", "say what a package file would bring"),
    "export": Text("打包成文件", "pack a package into a file"),
}


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    for act, sentence in ACTS.items():
        one = acts.add_parser(act, help=sentence.in_(language()))
        if act == "look":
            one.add_argument("path", type=Path, help="package: a folder or a .zip file")
        if act == "export":
            one.add_argument("package", help="id of the installed package")
            one.add_argument("-o", "--output", type=Path, required=True, help="the .zip file")
            one.add_argument("--version", help="version to write into it (the one that serves)")
            one.add_argument(
                "--data", action="append", default=[], metavar="FORM",
                help="with the records of a form (may be given again)",
            )  # fmt: skip
            one.add_argument(
                "--words", action="store_true", help="with every word in both languages"
            )
        workspace_option(one)


def run(asked: argparse.Namespace) -> None:
    """Do one act."""
    with closing(open_desk(settings_of(asked))) as desk:
        if asked.act == "list":
            for line in _listed(desk):
                say(line)
        elif asked.act == "look":
            for line in _seen(arriving.of_path(desk, OPERATOR, asked.path)):
                say(line)
        else:
            _export(desk, asked)


def _export(desk: Desk, asked: argparse.Namespace) -> None:
    serving = {one.head.id: one.head.version for one in packages.listed(desk, OPERATOR)}
    version = asked.version or serving.get(asked.package, "0.0.0")
    wanted = packing.Wanted(version, None, tuple(asked.data), asked.words)
    content = packing.packed(desk, OPERATOR, asked.package, wanted)
    asked.output.write_bytes(content)
    size = max(1, round(len(content) / 1024))
    say(Text(f"已写入 {asked.output}({size} kB)", f"Written: {asked.output} ({size} kB)"))


def _listed(desk: Desk) -> Iterator[Text]:
    for one in packages.listed(desk, OPERATOR):
        count = sum(one.documents.values())
        title = one.head.title
        line = f"{one.head.id:20} {one.head.version:10}"
        yield Text(
            f"{line} {title.zh}，{count} 个文档，{one.at:%Y-%m-%d}，{one.actor or '未知'}",
            f"{line} {title.en}, {count} documents, {one.at:%Y-%m-%d}, {one.actor or 'unknown'}",
        )


def _seen(arrival: arriving.Arrival) -> Iterator[Text]:
    head = arrival.package.head
    was = f"{arrival.before} → " if arrival.before else ""
    yield Text.same(f"{head.id} {was}{head.version}")
    yield Text("它可以：", "It may:")
    for power in arrival.powers:
        mark = "*" if power.fresh else "!" if power.weight == "watch" else "-"
        yield Text(f"  {mark} {power.say.zh}", f"  {mark} {power.say.en}")
    yield Text("改动：", "What changes:")
    for row in arrival.rows:
        yield Text.same(f"  {SIGNS[row.sign]} {row.path}")
        for said in row.said:
            yield Text(f"      {said.zh}", f"      {said.en}")
    for need in arrival.needs:
        mark = "✓" if need.met else "✗"
        yield Text(f"  {mark} {need.say.zh} {need.have}", f"  {mark} {need.say.en} {need.have}")


SIGNS = {"added": "+", "changed": "~", "removed": "-"}
