"""Check a package and list every problem at once.

PATH is a package folder, a .zip archive, or one document (of which only the shape is checked).
Exit code 0 means no problem, 1 that there are some.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from seamline import schema
from seamline.documents import decode, read
from seamline.metadata import Package
from seamline.problems import Problem, Refused
from seamline.text import Text

from . import MINE, language, report_options
from .packages import others_option, read_all, with_folder

DOCUMENTS = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("path", type=Path, help="package folder, .zip archive or one document")
    report_options(verb)
    others_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Check and report."""
    words = asked.language or language()
    problems: list[Problem] = []
    found: Package | None = None
    try:
        others = read_all(asked.others)
        if asked.path.suffix in DOCUMENTS and asked.path.is_file():
            problems = _of_document(asked.path)
        else:
            found = with_folder(asked.path, others)
    except Refused as refused:
        problems = list(refused.problems)
    if asked.format == "json":
        report = {"ok": not problems, "problems": [problem.as_json() for problem in problems]}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in _lines(problems, found, words):
            print(line)
    return MINE if problems else 0


def _of_document(path: Path) -> list[Problem]:
    with path.open("rb") as stream:
        text = decode(stream.read(1_000_001), str(path))
    return schema.check(read(text, str(path)))


def _lines(problems: list[Problem], found: Package | None, words: str) -> Iterable[str]:
    yield from (problem.line(words) for problem in problems)
    if problems:
        say = Text("{count} 个问题。", "{count} problem(s).").fill(count=len(problems))
    elif found is not None:
        say = Text(
            "{id} {version}:{forms} 个表单、{rulesets} 个规则集、{roles} 个角色、"
            "{imports} 个导入映射，没有问题。",
            "{id} {version}: {forms} form(s), {rulesets} rule set(s), {roles} role(s), "
            "{imports} import map(s), no problems.",
        ).fill(
            id=found.head.id,
            version=found.head.version,
            forms=len(found.forms),
            rulesets=len(found.rulesets),
            roles=len(found.roles),
            imports=len(found.imports),
        )
    else:
        say = Text("没有问题。", "No problems.")
    yield say.in_(words)
