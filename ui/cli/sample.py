"""Make sample records of a form, or take them away again.

They are drawn from the form's metadata by a seed, pass the one door like any other record, and are
marked; what they refer to and is not there is made with them. `remove` archives a batch as a set.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from seamline.text import Text
from seamline.usecases import samples
from seamline.usecases.desk import open_desk

from . import MINE, OPERATOR, ORIGIN, language, say, settings_of, workspace_option

ACTS = {
    "make": Text("生成样例记录", "make sample records"),
    "list": Text("列出各批样例", "list the batches"),
    "remove": Text("整批归档", "archive a batch"),
}


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    for act, sentence in ACTS.items():
        one = acts.add_parser(act, help=sentence.in_(language()))
        if act == "make":
            one.add_argument("form", help="the form")
            one.add_argument("--count", type=int, default=10, help="how many (10)")
            one.add_argument("--seed", type=int, default=1, help="the same seed, the same records")
        if act == "remove":
            one.add_argument("batch", help="the batch, as `list` shows it")
        workspace_option(one)


def run(asked: argparse.Namespace) -> int:
    """Do one act."""
    with closing(open_desk(settings_of(asked))) as desk:
        if asked.act == "list":
            for one in samples.batches(desk, OPERATOR):
                print(f"{one.batch}  {one.form:20} {one.count:5}  seed {one.seed}  {one.at:%F %R}")
            return 0
        if asked.act == "remove":
            gone = samples.remove(desk, OPERATOR, ORIGIN, asked.batch)
            say(Text(f"已归档 {gone.gone} 条。", f"{gone.gone} records archived."))
            problems = gone.problems
        else:
            made = samples.make(desk, OPERATOR, ORIGIN, asked.form, asked.count, asked.seed)
            say(Text(
                f"已生成 {made.made} 条，批次 {made.batch}。",
                f"{made.made} records made, batch {made.batch}.",
            ))  # fmt: skip
            problems = made.problems
    for problem in problems:
        print(problem.line(language()), file=sys.stderr)
    return MINE if problems else 0
