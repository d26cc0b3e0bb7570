"""Show the measures of a workspace, or freeze a baseline.

Without a name every measure is listed with its baseline, the achieved figure and the target; with
one its periods follow. --freeze keeps what it was in a past period as its baseline.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

from seamline.metadata import Measure
from seamline.text import Text
from seamline.usecases.desk import open_desk
from seamline.usecases.measure import PERIODS, Measured, each, freeze, measured
from seamline.usecases.measuring.showing import as_json

from . import OPERATOR, ORIGIN, language, report_options, say, settings_of, workspace_option

_HEADS = (
    Text("基线", "baseline"), Text("达成", "achieved"), Text("目标", "target"),
    Text("单位", "unit"), Text("样本", "cases"),
)  # fmt: skip


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("measure", nargs="?", help="its id (else every measure)")
    verb.add_argument("--periods", type=int, default=PERIODS, help=f"how many ({PERIODS})")
    verb.add_argument("--freeze", metavar="PERIOD", help="keep this period as its baseline")
    verb.add_argument("--reason", default="", help="why, with --freeze")
    report_options(verb)
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Reckon and print, or freeze."""
    tongue = asked.language or language()
    with closing(open_desk(settings_of(asked))) as desk:
        if asked.freeze and asked.measure:
            kept = freeze(desk, OPERATOR, ORIGIN, asked.measure, asked.freeze, asked.reason)
            done = Text("{m} 的基线已冻结：{p} = {v}", "Baseline of {m} frozen: {p} = {v}")
            say(done.fill(m=kept.measure, p=kept.period, v=format(kept.value, "f")))
            return 0
        if asked.measure:
            found = [measured(desk, OPERATOR, asked.measure, asked.periods)]
        else:
            found = list(each(desk, OPERATOR, asked.periods))
    if asked.format == "json":
        print(json.dumps([as_json(one) for one in found], ensure_ascii=False, indent=2))
        return 0
    lines = _one(found[0], tongue) if asked.measure else _all(found, tongue)
    for line in lines:
        print(line)
    return 0


def _all(found: list[Measured], tongue: str) -> Iterator[str]:
    wide = max((len(one.measure.id) for one in found), default=4) + 2
    yield " " * wide + "".join(f"{head.in_(tongue):>12}" for head in _HEADS)
    for one in found:
        achieved = one.achieved.sample if one.achieved else None
        target = one.measure.target
        cells = (
            _figure(one.baseline, one.measure),
            _figure(achieved.value if achieved else None, one.measure),
            _figure(target.value if target else None, one.measure),
            one.measure.unit.in_(tongue),
            str(achieved.count) if achieved else "–",
        )
        yield f"{one.measure.id:<{wide}}" + "".join(f"{cell:>12}" for cell in cells)


def _one(found: Measured, tongue: str) -> Iterator[str]:
    measure = found.measure
    yield f"{measure.title.in_(tongue)} ({measure.unit.in_(tongue)})"
    yield found.method.in_(tongue)
    for point in found.points:
        sample = point.sample
        missing = Text(f",{sample.missing} 条无法计量", f", {sample.missing} not measured")
        running = Text(" (进行中)", " (running)").in_(tongue) if point.running else ""
        cases = Text(f"{sample.count} 条", f"{sample.count} cases").in_(tongue)
        more = missing.in_(tongue) if sample.missing else ""
        yield f"{point.period:>12} {_figure(sample.value, measure):>12}  {cases}{more}{running}"


def _figure(value: Decimal | None, measure: Measure) -> str:
    return "–" if value is None else f"{value:.{measure.scale}f}"
