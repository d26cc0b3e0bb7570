"""Switch rules on and off, put them on trial, and see beforehand what a switch does.

A rule is named RULESET.RULE. A switch takes effect in every running process within two seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from seamline import clock
from seamline.facts import Event
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import preview, switch
from seamline.usecases.desk import Desk, open_desk

from . import OPERATOR, ORIGIN, language, say, settings_of, workspace_option

MOVES = ("on", "off", "shadow")
_SHOWN = 20


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="list every rule and where its switch stands")
    for move, words in zip(MOVES, ("switch a rule on", "switch it off", "try it"), strict=True):
        one = acts.add_parser(move, help=words)
        one.add_argument("key", help="RULESET.RULE")
        one.add_argument("--reason", required=True, help="why; kept in the journal")
        if move == "shadow":
            days = f"days until the trial ends (default {switch.TRIAL_DAYS})"
            one.add_argument("--days", type=int, default=switch.TRIAL_DAYS, help=days)
    for act, words in (("undo", "undo a move"), ("confirm", "confirm a proposed move"),
                       ("decline", "turn a proposed move down")):  # fmt: skip
        one = acts.add_parser(act, help=words)
        one.add_argument("event", type=int, help="its number in the journal")
        one.add_argument("--reason", required=act != "confirm", default="", help="why")
    for act, words in (("history", "list the moves of a switch"), ("trial", "report on a trial")):
        acts.add_parser(act, help=words).add_argument("key", help="RULESET.RULE")
    ahead = acts.add_parser("preview", help="what a switch would have done to the last days")
    ahead.add_argument("key", help="RULESET.RULE")
    ahead.add_argument("to", choices=("on", "off"), help="where to")
    edit = acts.add_parser("edit", help="what an edited rule set would have done")
    edit.add_argument("file", type=Path, help="the document as it would be")
    for one in (ahead, edit):
        one.add_argument("--days", type=int, default=preview.DAYS, help="days to look back (30)")
    for one in acts.choices.values():
        workspace_option(one)


def run(asked: argparse.Namespace) -> None:
    """Do what was asked."""
    with closing(open_desk(settings_of(asked))) as desk:
        _ACTS[asked.act](desk, asked)


def _list(desk: Desk, _asked: argparse.Namespace) -> None:
    for state in switch.rules(desk, OPERATOR):
        word = switch.WORDS[state.stand.position].in_(language())
        until = f" {state.stand.until:%Y-%m-%d}" if state.stand.until else ""
        moved = f"\t{state.at:%Y-%m-%d} {state.actor}: {state.reason}" if state.at else ""
        title = state.title.in_(language())
        print(f"{state.key}\t{state.rule_class}\t{word}{until}\t{title}{moved}")


def _flip(desk: Desk, asked: argparse.Namespace) -> None:
    until = None
    if asked.act == "shadow":
        until = clock.now() + timedelta(days=min(asked.days, 10 * switch.MOST_TRIAL_DAYS))
    _told(switch.flip(desk, OPERATOR, ORIGIN, asked.key, asked.act, asked.reason, until))


def _undo(desk: Desk, asked: argparse.Namespace) -> None:
    _told(switch.undo(desk, OPERATOR, ORIGIN, asked.event, asked.reason))


def _confirm(desk: Desk, asked: argparse.Namespace) -> None:
    _told(switch.confirm(desk, OPERATOR, ORIGIN, asked.event, asked.reason))


def _decline(desk: Desk, asked: argparse.Namespace) -> None:
    told = switch.decline(desk, OPERATOR, ORIGIN, asked.event, asked.reason)
    say(Text(f"已拒绝 {told.record} 的提议。", f"The proposal for {told.record} is declined."))


def _told(done: switch.Flipped) -> None:
    word, seq = switch.WORDS[done.after.position], done.event.seq
    if done.waiting:
        say(
            Text(
                f"已提议把 {done.key} 设为{word.zh}，待第二人确认：seamline switch confirm {seq}",
                f"{done.key} is proposed to be {word.en}; a second person confirms it: "
                f"seamline switch confirm {seq}",
            )
        )
        return
    say(
        Text(
            f"{done.key} 已{word.zh}。撤销:seamline switch undo {seq}",
            f"{done.key} is {word.en}. To undo: seamline switch undo {seq}",
        )
    )


def _history(desk: Desk, asked: argparse.Namespace) -> None:
    for event in switch.history(desk, OPERATOR, asked.key):
        print(_line(event))


def _line(event: Event) -> str:
    move = f"{event.body.get('from')} -> {event.body.get('to')}"
    return f"{event.seq}\t{event.at:%Y-%m-%d %H:%M}\t{event.kind}\t{move}\t{event.actor}\t" + (
        event.reason
    )


def _preview(desk: Desk, asked: argparse.Namespace) -> None:
    on = asked.to == "on"
    _shown(preview.of_flip(desk, OPERATOR, asked.key, on, asked.days))
    for result in preview.examples(desk, OPERATOR, asked.key, on):
        title = result.title
        say(Text(f"场景不再成立：{title.zh}", f"This example would not hold: {title.en}"))


def _edit(desk: Desk, asked: argparse.Namespace) -> None:
    try:
        text = asked.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused.one(
            "unreadable",
            Text(f"无法读取 {asked.file}。", f"{asked.file} cannot be read."),
            status=400,
        ) from error
    _shown(preview.of_edit(desk, OPERATOR, text, asked.days))


def _shown(seen: preview.Preview) -> None:
    n = seen.changed
    say(
        Text(
            f"最近 {seen.days} 天 {seen.step} 共 {seen.total} 次判定：将多拦截 {n['stopped']}、"
            f"多转审 {n['held']}、多提醒 {n['reminded']}、放行 {n['released']}。",
            f"Of {seen.total} decisions on {seen.step} in the last {seen.days} days: "
            f"{n['stopped']} stopped, {n['held']} held, {n['reminded']} reminded, "
            f"{n['released']} released.",
        )
    )
    if seen.prompts_per_day is not None:
        before, after = seen.prompts_per_day.before, seen.prompts_per_day.after
        say(
            Text(
                f"每天提醒 {before:.1f} → {after:.1f} 次，{seen.persons} 人。",
                f"Reminders a day {before:.1f} -> {after:.1f}, among {seen.persons} people.",
            )
        )
    for name in seen.missing:
        say(Text(f"旧判定中没有 {name}。", f"Past decisions do not hold {name}."))
    for one in seen.records[:_SHOWN]:
        print(f"{one.at:%Y-%m-%d}\t{one.code or '-'}\t{one.before} -> {one.after}")


def _trial(desk: Desk, asked: argparse.Namespace) -> None:
    report = preview.of_shadow(desk, OPERATOR, asked.key)
    say(
        Text(
            f"{report.since:%Y-%m-%d} 至 {report.until:%Y-%m-%d}:{report.total} 次判定中触发 "
            f"{report.spoke} 次；其中 {report.returned} 条记录后来被退回。",
            f"{report.since:%Y-%m-%d} to {report.until:%Y-%m-%d}: it spoke in {report.spoke} of "
            f"{report.total} decisions; reviewers returned {report.returned} of these records.",
        )
    )
    for (happened, would), count in sorted(report.would.items()):
        print(f"{count}\t{happened} -> {would}")


_ACTS: Mapping[str, Callable[[Desk, argparse.Namespace], None]] = {
    "list": _list,
    **dict.fromkeys(MOVES, _flip),
    "undo": _undo,
    "confirm": _confirm,
    "decline": _decline,
    "history": _history,
    "preview": _preview,
    "edit": _edit,
    "trial": _trial,
}
