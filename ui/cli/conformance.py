"""Prove that every rule says the same on every way in.

For every rule a case in which it fires and one in which it does not are submitted for real: by the
page of the form, the JSON API, a CSV import, and as pipelines, PDAs and assistants call. All of it
happens on a throw-away workspace. The exit code is 1 where two ways say otherwise.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from seamline.metadata import Package
from seamline.testing.conformance.verdicts import Report
from seamline.text import Text
from seamline.ui.ways.proving import installed_in, prove

from . import MINE, language
from .check import with_folder


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("path", type=Path, nargs="?", help="package folder or .zip archive")
    verb.add_argument(
        "--workspace", type=Path, metavar="FOLDER", help="the packages installed in a workspace"
    )
    verb.add_argument("--format", choices=("text", "json"), default="text", help="text or json")
    verb.add_argument("--language", choices=("zh", "en"), help="language of the sentences")
    verb.add_argument(
        "--database", default="", metavar="URL", help="an empty database (else SQLite)"
    )
    verb.add_argument(
        "--with",
        dest="others",
        type=Path,
        action="append",
        default=[],
        metavar="PACKAGE",
        help="another package that this one refers to (may be given again)",
    )


def run(asked: argparse.Namespace) -> int:
    """Make the cases, submit them on every way, report."""
    if asked.workspace is not None:
        packages = list(installed_in(asked.workspace))
    else:
        packages = []
        for path in (*asked.others, asked.path or Path()):
            packages.append(_read(path, packages))
    report = prove(packages, asked.database)
    if asked.format == "json":
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2, default=str))
    else:
        for line in _lines(report):
            print(line.in_(asked.language or language()))
    return 0 if report.passed else MINE


def _read(path: Path, packages: list[Package]) -> Package:
    return with_folder(path, packages)


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
            f"? {bound.key}:没能造出{'触发' if fires else '不触发'}的例子。",
            f"? {bound.key}: no case was found in which it {'fires' if fires else 'stays silent'}.",
        )
    n, d, m = report.verdicts, len(report.differences), len(report.missing)
    yield Text(
        f"{len(report.rules)} 条规则、{n} 次提交,{d} 处不同,{m} 个例子没能造出。",
        f"{len(report.rules)} rules, {n} submissions, {d} differences, {m} cases not found.",
    )
