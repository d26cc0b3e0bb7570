"""Measure how well contracts are read, on papers with what is true of them.

The folder holds `truth.jsonl`, the files it names, and the records known (`own_company.json`,
`master_customers.csv`, `master_materials.csv`). Each paper is read as if its form were new, and
all but the first of a form once more after that first one was confirmed. Exits 1 below a bar.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from seamline.reading.labelled import known_in, papers
from seamline.reading.measuring import Report, measure
from seamline.text import Text

from . import language, report_options

STORY = 92.7  # percent of four fields, in the story
ACCEPTED = 99.5  # percent of what is taken unasked


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("folder", type=Path, metavar="DIR", help="the labelled papers")
    verb.add_argument("--bar", type=float, default=STORY, help=f"least percent right ({STORY})")
    verb.add_argument(
        "--accepted-bar", type=float, default=ACCEPTED,
        help=f"least percent right of what is accepted unasked ({ACCEPTED})",
    )  # fmt: skip
    verb.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth template")
    verb.add_argument(
        "--only", action="append", help="only this layout or degradation (repeatable)"
    )
    verb.add_argument("--cache", type=Path, metavar="FOLDER", help="keep recognised words there")
    verb.add_argument("--wrong", action="store_true", help="list every value that is wrong")
    report_options(verb)


def run(asked: argparse.Namespace) -> int:
    """Read, count, print, and compare with the bars."""
    chosen = papers(asked.folder)
    if asked.only:
        chosen = [
            one for one in chosen if {one.layout, one.degradation, one.template} & set(asked.only)
        ]
    names = list(dict.fromkeys(one.template for one in chosen))[:: max(1, asked.every)]
    chosen = [one for one in chosen if one.template in names]

    def told(name: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{name} ", end="", file=sys.stderr, flush=True)

    report = measure(chosen, known_in(asked.folder), asked.cache, told)
    tongue = asked.language or language()
    if asked.format == "json":
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _lines(report, tongue, asked.wrong):
            print(line)
    return 0 if _passes(report, asked) else 1


def _passes(report: Report, asked: argparse.Namespace) -> bool:
    stages = [stage for stage in ("first", "after") if stage in report.counts]
    return bool(stages) and all(
        report.share(stage, "four") >= asked.bar
        and report.share(f"{stage} accepted", "right") >= asked.accepted_bar
        for stage in stages
    )


def _lines(report: Report, tongue: str, wrong: bool) -> Iterator[str]:
    titles = {
        "first": Text("新版式首次读取", "each paper as the first of its form"),
        "after": Text("该版式已确认过一份之后", "after one paper of its form was confirmed"),
    }
    for stage, title in titles.items():
        if stage not in report.counts:
            continue
        yield f"== {title.in_(tongue)}"
        for section, counts in report.counts.items():
            if section.partition(" ")[0] != stage:
                continue
            yield f"  {section}"
            for name, one in sorted(counts.items()):
                yield f"    {name:<16}{one.share:7.2f} %  {one.right}/{one.of}"
    if report.seconds:
        speed = report.pages / report.seconds
        yield Text(
            f"{report.pages} 页，{speed:.2f} 页/秒",
            f"{report.pages} pages, {speed:.2f} pages a second",
        ).in_(tongue)
    yield from report.refused
    if wrong:
        yield from report.wrong
