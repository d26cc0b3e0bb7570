"""Show what pipelines did, go on with what stopped, or try one.

`list` shows the newest runs (`stopped` ones wait for somebody), `show` one run with the data of
every step. `resume` goes on where a run stopped, `replay` does it all anew, `cancel` ends it.
`try` runs a pipeline on a real record and leaves nothing behind, `start` presses its button.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from seamline.jobs.engine import Engine
from seamline.jobs.run import STATES, Run
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases import runs
from seamline.usecases.desk import Desk, open_desk

from . import MINE, OPERATOR, ORIGIN, language, report_options, say, settings_of, workspace_option

STATE_WORDS: Mapping[str, Text] = {
    "stopped": Text("已停下", "stopped"),
    "running": Text("进行中", "running"),
    "waiting": Text("等待中", "waiting"),
    "done": Text("已完成", "done"),
    "cancelled": Text("已取消", "cancelled"),
}


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    whats = ("list", "show", "resume", "replay", "cancel", "try", "start")
    verb.add_argument("what", choices=whats, help="what to do")
    verb.add_argument("name", nargs="?", help="the run; of try and start the pipeline")
    verb.add_argument("record", nargs="?", help="of try and start: the record")
    verb.add_argument("--state", choices=STATES, help="of list: runs in this state")
    verb.add_argument("--pipeline", default="", help="of list: runs of this pipeline")
    verb.add_argument("--newest", action="store_true", help="by the pipeline as it stands now")
    verb.add_argument("--skip", action="store_true", help="of resume: leave the failed step out")
    verb.add_argument("--data", type=Path, metavar="FILE", help="of try: JSON {given, pinned}")
    report_options(verb)
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Show or do it."""
    if asked.name is None and asked.what != "list":
        say(Text("请写明是哪一个。", "Say which one."))
        return MINE
    acts: Mapping[str, Callable[[Desk, Engine, argparse.Namespace], int]] = {
        "list": _list, "show": _show, "resume": _resume, "replay": _replay, "cancel": _cancel,
        "try": _try, "start": _start,
    }  # fmt: skip
    settings = settings_of(asked)
    with closing(open_desk(settings)) as desk:
        return acts[asked.what](desk, desk.runs, asked)


def _list(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    found = runs.listed(desk, engine, OPERATOR, state=asked.state, pipeline=asked.pipeline)
    if asked.format == "json":
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        return 0
    zone = desk.catalogs.current().zone
    words = asked.language or language()
    for one in found:
        about = one.about.get("code") or one.about.get("record") or ""
        line = f"{one.at.astimezone(zone):%m-%d %H:%M:%S}  {STATE_WORDS[one.state].in_(words)}"
        until = f"  → {one.due.astimezone(zone):%m-%d %H:%M:%S}" if one.due else ""
        print(f"{line}  {one.id}  {about}{until}")
        for why in one.about.get("why", ()) if one.state == "stopped" else ():
            print(f"    {why[words]}")
    return 0


def _plain(one: Run) -> dict[str, Any]:
    return {
        "run": one.id, "state": one.state, "at": one.at.isoformat(),
        "ended": one.ended.isoformat() if one.ended else None,
        "due": one.due.isoformat() if one.due else None,
        "about": {key: one.about.get(key) for key in ("form", "record", "code", "why", "at")},
    }  # fmt: skip


def _show(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    story = runs.told(desk, engine, OPERATOR, asked.name)
    if asked.format == "json":
        print(json.dumps({**_plain(story.run), "steps": _steps(story.steps)}, ensure_ascii=False))
        return 0
    words = asked.language or language()
    say(STATE_WORDS[story.run.state])
    _print(story.steps, words)
    return 0


def _steps(steps: tuple[runs.StepTaken, ...]) -> list[dict[str, Any]]:
    return [
        {"step": one.place, "part": one.part, "result": one.result, "why": list(one.why)}
        for one in steps
    ]


def _print(steps: tuple[runs.StepTaken, ...], words: str) -> None:
    for one in steps:
        mark = "✗" if one.why else "✓"
        shown = "" if one.why else json.dumps(one.result, ensure_ascii=False)[:200]
        print(f"{mark} {one.place}  {shown}")
        for why in one.why:
            print(f"    {why[words]} {why.get('hint', {}).get(words, '')}".rstrip())


def _resume(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    runs.resume(desk, engine, OPERATOR, ORIGIN, asked.name, newest=asked.newest, skip=asked.skip)
    say(Text("将继续运行。", "It will go on."))
    return 0


def _replay(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    made = runs.replay(desk, engine, OPERATOR, ORIGIN, asked.name, newest=asked.newest)
    say(Text(f"新的运行：{made}", f"The new run: {made}"))
    return 0


def _cancel(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    runs.cancel(desk, engine, OPERATOR, ORIGIN, asked.name)
    say(Text("已取消。", "Cancelled."))
    return 0


def _try(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    data = _data(asked.data) if asked.data else {}
    steps = runs.tried(
        desk, OPERATOR, asked.name, record=asked.record or "",
        given=data.get("given"), pinned=data.get("pinned"),
    )  # fmt: skip
    if asked.format == "json":
        print(json.dumps(_steps(steps), ensure_ascii=False))
    else:
        _print(steps, asked.language or language())
    return MINE if any(one.why for one in steps) else 0


def _data(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not isinstance(data, dict):
        raise _unreadable(path)
    return data


def _unreadable(path: Path) -> Refused:
    return Refused.one(
        "json_syntax",
        Text(f"{path} 不是 JSON 对象。", f"{path} is no JSON object."),
        hint=Text('写 {"given": {…}, "pinned": {…}}。', 'Write {"given": {…}, "pinned": {…}}.'),
    )


def _start(desk: Desk, engine: Engine, asked: argparse.Namespace) -> int:
    runs.press(desk, OPERATOR, ORIGIN, asked.name, asked.record or "")
    say(Text("已请求运行。", "Asked for."))
    return 0
