"""Sweep correlated rules, or show what stands.

A sweep compares every match there is with those that stand, raises what is missing and ends what
has vanished. `status` lists each correlation with the number of its standing matches; with a
name it lists the matches themselves.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from seamline.problems import Refused, did_you_mean, shorten
from seamline.text import Text
from seamline.usecases import correlate
from seamline.usecases.desk import Desk, open_desk

from . import MINE, language, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("what", choices=("sweep", "status"), help="what to do")
    verb.add_argument("name", nargs="?", help="one correlation (else all)")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Sweep or show."""
    with closing(open_desk(settings_of(asked))) as desk:
        if asked.name is not None:
            _check(desk, asked.name)
        if asked.what == "sweep":
            return _sweep(desk, asked.name)
        if asked.name is None:
            _all(desk)
        else:
            _one(desk, asked.name)
    return 0


def _check(desk: Desk, name: str) -> None:
    known = desk.catalogs.current().correlations
    if name not in known:
        none = Text("没有叫“{name}”的关联规则。", "There is no correlation '{name}'.")
        raise Refused.one(
            "unknown_correlation",
            none.fill(name=shorten(name)),
            status=404,
            hint=did_you_mean(name, known),
        )


def _sweep(desk: Desk, name: str | None) -> int:
    done = correlate.sweep(desk, None if name is None else (name,))
    say(
        Text(
            f"新成立 {done.raised} 处，已结束 {done.ended} 处。",
            f"{done.raised} matches raised, {done.ended} ended.",
        )
    )
    for rule in done.overfull:
        most = correlate.MOST_MATCHES
        say(
            Text(
                f"“{rule}”成立超过 {most} 处，没有处理：请收紧它的条件。",
                f"'{rule}' has more than {most} matches; left alone: narrow its conditions.",
            )
        )
    return MINE if done.overfull else 0


def _all(desk: Desk) -> None:
    for one in correlate.status(desk):
        title = one.model.correlation.title
        off = Text("", "") if one.on else Text("(已停用)", " (off)")
        say(
            Text(
                f"{one.model.id}：{title.zh}{off.zh}，{one.matches} 处",
                f"{one.model.id}: {title.en}{off.en}, {one.matches} standing",
            )
        )


def _one(desk: Desk, name: str) -> None:
    for match in correlate.standing(desk, name):
        since = match.since.astimezone(desk.catalogs.current().zone)
        print(f"{since:%Y-%m-%d %H:%M}  {match.facts['say'][language()]}")
