"""Run the scenarios of a package.

PATH is a package folder or a .zip archive; each scenario is played on a workspace of its own that
is removed afterwards. Exit code 0 means that everything came as the scenarios say, 1 that
something did not.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from seamline.text import Text
from seamline.usecases import scenarios

from . import MINE, language, report_options
from .packages import others_option, read_all


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument(
        "path",
        type=Path,
        nargs="?",
        default=Path(),
        help="package folder or .zip archive (this folder)",
    )
    report_options(verb)
    others_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Read, play, report."""
    packages = read_all((*asked.others, asked.path))
    begun = time.monotonic()
    results = scenarios.run(packages)
    seconds = time.monotonic() - begun
    passed = all(result.passed for result in results)
    if asked.format == "json":
        report = {"ok": passed, "seconds": round(seconds, 2),
                  "scenarios": [result.as_json() for result in results]}  # fmt: skip
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for line in _lines(results, seconds):
            print(line.in_(asked.language or language()))
    return 0 if passed else MINE


def _lines(results: Sequence[scenarios.Result], seconds: float) -> Iterator[Text]:
    for result in results:
        mark = "✓" if result.passed else "✗"
        name, title = f"{result.package}.{result.scenario}", result.title
        yield Text(f"{mark} {name}  {title.zh}", f"{mark} {name}  {title.en}")
        for one in result.sentences():
            yield Text(f"    {one.zh}", f"    {one.en}")
    failed = sum(not result.passed for result in results)
    steps = sum(len(result.steps) for result in results)
    yield Text(
        f"{len(results)} 个场景、{steps} 步，{failed} 个不成立，用时 {seconds:.1f} 秒。",
        f"{len(results)} scenario(s), {steps} step(s), {failed} failing, in {seconds:.1f} s.",
    )
