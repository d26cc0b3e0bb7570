"""Prove that every rule says the same on every way in.

For every rule a case in which it fires and one in which it does not are submitted for real: by the
page of the form, the JSON API, a CSV import, and as pipelines, PDAs and assistants call. All of it
happens on a throw-away workspace. The exit code is 1 where two ways say otherwise.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from seamline.testing.conformance.verdicts import Report
from seamline.text import Text
from seamline.ui.ways.proving import prove

from . import MINE, language, report_options
from .packages import others_option, source_options, sources_of


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    source_options(verb)
    report_options(verb)
    verb.add_argument(
        "--database", default="", metavar="URL", help="an empty database (else SQLite)"
    )
    others_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Make the cases, submit them on every way, report."""
    report = prove(sources_of(asked), asked.database)
    if asked.format == "json":
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2, default=str))
    else:
        for line in _lines(report):
            print(line.in_(asked.language or language()))
    return 0 if report.passed else MINE


def _lines(report: Report) -> Iterator[Text]:
    wide = max((len(bound.key) for bound in report.rules), default=4) + 2
    yield Text.same(" " * wide + "".join(f"{way:>10}" for way in report.ways))
    for bound in report.rules:
        cells = "".join(f"{report.cell(bound.key, way):>10}" for way in report.ways)
        yield Text.same(f"{bound.key:<{wide}}{cells}")
    for one in report.differences:
        said = one.sentence()
        yield Text(f"✗ {said.zh}", f"✗ {said.en}")
    for bound, fires in report.missing:
        yield Text(
            f"? {bound.key}：没能造出{'触发' if fires else '不触发'}的例子。",
            f"? {bound.key}: no case was found in which it {'fires' if fires else 'stays silent'}.",
        )
    n, d, m = report.verdicts, len(report.differences), len(report.missing)
    yield Text(
        f"{len(report.rules)} 条规则、{n} 次提交，{d} 处不同，{m} 个例子没能造出。",
        f"{len(report.rules)} rules, {n} submissions, {d} differences, {m} cases not found.",
    )
