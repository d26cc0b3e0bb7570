"""Prove that no restricted role sees what is hidden from it, on any surface.

Canary values are put into every field of a record within the role's reach, of one beyond it and of
what they refer to, on a throw-away workspace. Then every page, API answer, export, search, message
and file is asked for as that role. One canary that comes out fails. A publication runs the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from seamline.text import Text
from seamline.ui.leaks.removing import Wall, table, unfound, walls
from seamline.ui.leaks.report import Gap, Report, sentence_of
from seamline.ui.leaks.walking import prove, surfaces

from . import MINE, language, report_options
from .packages import others_option, source_options, sources_of


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    source_options(verb)
    verb.add_argument("--role", action="append", default=[], help="this role only; may be repeated")
    verb.add_argument(
        "--walls",
        action="store_true",
        help="remove the wall before each hidden field in turn and see the walk find that field",
    )
    report_options(verb)
    others_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Walk the surfaces, report."""
    if asked.walls:
        return _walls(asked)
    report = prove(sources_of(asked), only=asked.role)
    if asked.format == "json":
        print(json.dumps(_json(report), ensure_ascii=False, indent=2))
    else:
        for line in lines(report):
            print(line.in_(asked.language or language()))
    return 0 if report.passed else MINE


def _walls(asked: argparse.Namespace) -> int:
    """Print what came of removing each wall; a wall whose removal nothing noticed fails."""
    said = asked.language or language()
    found = list(
        walls(sources_of(asked), only=asked.role, tell=lambda far: print(
            far.in_(said), file=sys.stderr, flush=True))
    )  # fmt: skip
    missed = unfound(found)
    if asked.format == "json":
        print(json.dumps([_wall(one) for one in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(table(found, list(surfaces()))))
        print(Text(
            f"拆除 {len(found)} 道字段墙，{len(missed)} 道没有被发现。",
            f"{len(found)} walls removed, {len(missed)} of them unnoticed.",
        ).in_(said))  # fmt: skip
    return MINE if missed else 0


def _wall(one: Wall) -> dict[str, Any]:
    return {
        "role": one.role, "form": one.form, "field": one.field, "alone": sorted(one.alone),
        "together": sorted(one.together), "besides": sorted(map(list, one.besides)),
    }  # fmt: skip


def _json(report: Report) -> dict[str, Any]:
    return {
        "passed": report.passed,
        "roles": report.roles,
        "surfaces": report.surfaces,
        "canaries": report.canaries,
        "asked": report.asked,
        "leaks": [
            {
                "role": one.role, "surface": one.surface, "form": one.form, "field": one.name,
                "record": one.record, "asked": one.asked,
            }
            for one in report.leaks
        ],
        "unproven": [_gap(one) for one in report.unproven],
        "excused": [_gap(one) for one in report.excused],
    }  # fmt: skip


def _gap(one: Gap) -> dict[str, str]:
    return {
        "role": one.role, "form": one.form, "field": one.field, "zh": one.say.zh,
        "en": one.say.en,
    }  # fmt: skip


def lines(report: Report) -> Iterator[Text]:
    """Yield what came of a walk, one sentence a line."""
    for one in report.leaks:
        said = sentence_of(one)
        yield Text(f"✗ {said.zh}", f"✗ {said.en}")
    for gap in report.unproven:
        problem = gap.problem()
        hint = problem.hint or Text.same("")
        yield Text(f"? {gap.say.zh} {hint.zh}", f"? {gap.say.en} {hint.en}")
    for gap in report.excused:
        yield Text(f"- {gap.say.zh}(角色已说明原因)", f"- {gap.say.en} (the role says why)")
    roles, n, asked = len(report.roles), report.canaries, report.asked
    surfaces, leaks = len(report.surfaces), len(report.leaks)
    yield Text(
        f"{roles} 个受限角色、{surfaces} 类出口、{n} 个标记值、{asked} 次请求，泄漏 {leaks} 处。",
        f"{roles} restricted roles, {surfaces} surfaces, {n} canaries, {asked} requests, "
        f"{leaks} leaks.",
    )
