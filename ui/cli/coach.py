"""Show each rule's scorecard and what the figures propose.

The figures are of the last 90 days: how often a rule was judged, fired, stopped and held, how many
prompts that made, what people made of them, and what reviewers decided. Nothing is changed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing

from seamline.text import Text
from seamline.usecases.coach import DAYS, Coaching, Scorecard, coach
from seamline.usecases.desk import open_desk

from . import OPERATOR, language, report_options, settings_of, workspace_option

_COLUMNS = (
    Text("判断", "judged"), Text("触发", "fired"), Text("拦截", "stopped"), Text("转审", "held"),
    Text("弹出", "prompts"), Text("每人", "each"), Text("划掉", "waved"), Text("照办", "heeded"),
    Text("放行", "approved"), Text("小时", "hours"), Text("漏检", "missed"),
)  # fmt: skip


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("--days", type=int, default=DAYS, help=f"over how many days ({DAYS})")
    report_options(verb)
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Count, and print cards and proposals."""
    with closing(open_desk(settings_of(asked))) as desk:
        found = coach(desk, OPERATOR, asked.days)
    if asked.format == "json":
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _lines(found, asked.language or language()):
            print(line)
    return 0


def _lines(found: Coaching, tongue: str) -> Iterator[str]:
    wide = max((len(card.key) for card in found.cards), default=4) + 4
    heads = "".join(f"{head.in_(tongue):>9}" for head in _COLUMNS)
    yield " " * wide + heads
    for card in found.cards:
        mark = "●" if card.on else "○"
        yield f"{mark} {card.key:<{wide - 2}}" + "".join(f"{cell:>9}" for cell in _cells(card))
    yield Text(
        f"启用率 {_part(found.enabled)}，提醒照办率 {_part(found.adopted)},"
        f"漏检率 {_part(found.missed)}(最近 {found.days} 天)。",
        f"{_part(found.enabled)} of the rules are on, {_part(found.adopted)} of the reminders were "
        f"heeded, {_part(found.missed)} of the known cases were missed (last {found.days} days).",
    ).in_(tongue)
    for one in found.proposals:
        yield f"→ {one.key}: {one.say.in_(tongue)}"


def _cells(card: Scorecard) -> Iterator[str]:
    tally, each = card.tally, card.prompts_per_person
    for number in (card.judged, tally.fired, tally.stopped, tally.held, tally.shown):
        yield str(number)
    yield "–" if each is None else f"{each:.1f}"
    for number in (tally.dismissed, tally.heeded, tally.approved):
        yield str(number)
    yield "–" if tally.hours is None else f"{tally.hours:.1f}"
    yield str(tally.missed)


def _part(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
