"""Look at the connections to other systems, check them, turn them on and off."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from seamline.connector import Entity, Member
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import connections, drift, freshness, sync
from seamline.usecases.desk import Desk, open_desk

from . import OPERATOR, ORIGIN, language, say, settings_of, workspace_option

TRIES, PAUSE = 20, 1.0  # how often, and seconds between, what another process reads is waited for


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="list every connection and how it fares")
    acts.add_parser("check", help="look at one: reach, rights, versions")
    describe = acts.add_parser("describe", help="list what the other system has")
    mirror = acts.add_parser(
        "sync", help="read its mirrors now, without waiting until they are due"
    )
    mirror.add_argument("--compare", action="store_true", help="compare everything")
    acts.add_parser(
        "drift", help="what stands otherwise here than over there, and what was refused"
    )
    acts.add_parser("on", help="turn one on")
    acts.add_parser("off", help="turn one off")
    for act in ("check", "describe", "sync", "drift", "on", "off"):
        acts.choices[act].add_argument("connection", help="its id")
    describe.add_argument("entity", nargs="?", help="the members of this entity only")
    for one in acts.choices.values():
        workspace_option(one)


def run(asked: argparse.Namespace) -> int:
    """Do what was asked; 1 where a check found something wrong."""
    acts = {"list": _list, "check": _check, "describe": _describe, "on": _turn, "off": _turn}
    acts |= {"sync": _sync, "drift": _drift}
    with closing(open_desk(settings_of(asked))) as desk:
        return acts[asked.act](desk, asked)


def _list(desk: Desk, _asked: argparse.Namespace) -> int:
    words = language()
    on, off = Text("启用", "on").in_(words), Text("停用", "off").in_(words)
    for one in connections.listed(desk, OPERATOR):
        connection, state = one.connection, one.state
        read = f"{state.read_at:%Y-%m-%d %H:%M}" if state.read_at else "-"
        problem = state.problem["message"][words] if state.problem else ""
        wrong = "; ".join(found.line(words) for found in one.problems)
        head = (connection.id, on if connection.on else off, connection.connector)
        print("\t".join((*head, connection.title.in_(words), read, problem or wrong)))
    return 0


def _check(desk: Desk, asked: argparse.Namespace) -> int:
    words = language()
    findings = connections.check(desk, OPERATOR, asked.connection)
    for one in findings:
        mark = "+" if one.ok else "!"
        hint = f" {one.hint.in_(words)}" if one.hint and not one.ok else ""
        print(f"{mark} {one.title.in_(words)}: {one.say.in_(words)}{hint}")
    return 0 if all(one.ok for one in findings) else 1


def _sync(desk: Desk, asked: argparse.Namespace) -> int:
    done = _synced(desk, asked)
    for one in done:
        say(
            Text(
                f"{one.mirror}：读 {one.read}，新增 {one.created}，更新 {one.changed}，"
                f"对方已删 {one.gone}，核销 {one.settled}，未能接收 {one.refused}",
                f"{one.mirror}: {one.read} read, {one.created} created, {one.changed} changed, "
                f"{one.gone} gone, {one.settled} settled, {one.refused} refused",
            )
        )
    return 1 if any(one.refused for one in done) else 0


def _synced(desk: Desk, asked: argparse.Namespace) -> Sequence[sync.Synced]:
    """Read now; a server that is reading at the moment is waited for."""
    for _ in range(TRIES):
        try:
            return sync.sync(desk, asked.connection, asked.compare)
        except Refused as refused:
            if refused.problems[0].code != "being_read":
                raise
            time.sleep(PAUSE)
    return sync.sync(desk, asked.connection, asked.compare)


def _drift(desk: Desk, asked: argparse.Namespace) -> int:
    words = language()
    refused = False
    for one in drift.standings(desk, OPERATOR, asked.connection):
        sums, read = one.drift, freshness.since(one.read_at)
        say(
            Text(
                f"{one.mirror.id}:{read.zh}读取；比对 {sums.compared}，缺 {sums.missing}，"
                f"不同 {sums.different}，对方已删 {sums.gone}",
                f"{one.mirror.id}: read {read.en}; {sums.compared} compared, {sums.missing} missing"
                f", {sums.different} different, {sums.gone} gone",
            )
        )
        for row in sums.rows:
            print("\t".join(("=", *row)))
        for own in one.unposted:
            print(f"+\t{own.code}\t{own.field}\t{own.amount:f}\t{own.since:%Y-%m-%d %H:%M}")
        for key, problems in one.refused.items():
            refused = True
            for problem in problems:
                print(f"!\t{key}\t{problem.get('path', '')}\t{problem['message'][words]}")
    return 1 if refused else 0


def _describe(desk: Desk, asked: argparse.Namespace) -> int:
    words = language()
    for entity in connections.describe(desk, OPERATOR, asked.connection):
        if asked.entity in (None, entity.name):
            print(f"{entity.name}\t{entity.title.in_(words)}\t{_abilities(entity)}")
            if entity.wrong:
                print(f"!\t{entity.wrong.sentence(words)}")
        if asked.entity == entity.name:
            print("\n".join(_members(entity.members, words)))
    return 0


def _abilities(entity: Entity) -> str:
    reads = ["read"] if entity.readable else []
    return ",".join([*reads, *(["since"] if entity.since else []), *entity.operations])


def _members(members: tuple[Member, ...], words: str, depth: int = 1) -> Iterator[str]:
    for one in members:
        yield f"{'  ' * depth}{one.name}\t{one.kind}\t{one.title.in_(words)}"
        yield from _members(one.rows, words, depth + 1)


def _turn(desk: Desk, asked: argparse.Namespace) -> int:
    local = connections.shown(desk, OPERATOR, asked.connection).local
    done = connections.configure(desk, OPERATOR, ORIGIN, replace(local, position=asked.act))
    title, on = done.connection.title, done.connection.on
    say(
        Text(f"{title.zh}已{'启用' if on else '停用'}。", f"{title.en} is {'on' if on else 'off'}.")
    )
    return 0
