"""Say who changed a record, when and why, or how it stood at a moment.

Without --at every change is listed, newest first; with it the values of that moment, and the
change that had made them so. A moment without an offset is of the workspace's zone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from seamline.fields.kind import Invalid
from seamline.fields.moments import read_moment
from seamline.problems import Place, Refused
from seamline.usecases import history
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.history import Change

from . import OPERATOR, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("form", help="its form")
    verb.add_argument("record", help="its id, code or key")
    verb.add_argument("--field", default="", help="only changes of this field")
    verb.add_argument("--at", metavar="MOMENT", help="how it stood then (2026-11-26T14:30)")
    verb.add_argument("--since", metavar="MOMENT", help="only changes from then on")
    verb.add_argument("--until", metavar="MOMENT", help="only changes until then")
    verb.add_argument("--json", action="store_true", help="print data instead of sentences")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Print what was asked for."""
    with closing(open_desk(settings_of(asked))) as desk:
        if asked.at:
            _stood(desk, asked)
        else:
            _changes(desk, asked)
    return 0


def _moment(desk: Desk, name: str, word: str | None) -> datetime | None:
    if word is None:
        return None
    try:
        return read_moment(word, desk.catalogs.current().zone)
    except Invalid as error:
        raise Refused((error.problem.at(Place(f"--{name}")),), 400) from None


def _stood(desk: Desk, asked: argparse.Namespace) -> None:
    at = _moment(desk, "at", asked.at)
    assert at is not None
    found = history.stood(desk, OPERATOR, asked.form, asked.record, at, asked.field)
    if asked.json:
        change = history.as_json(found.change) if found.change else None
        print(json.dumps({"values": found.values, "change": change}, ensure_ascii=False))
        return
    for name, value in (found.values or {}).items():
        if value not in (None, "", []) and asked.field in ("", name):
            print(f"{name}\t{_word(value)}")
    if found.change is not None:
        print("\n".join(_lines(desk, found.change, asked.field)))


def _changes(desk: Desk, asked: argparse.Namespace) -> None:
    found = history.changes(
        desk, OPERATOR, asked.form, asked.record, field=asked.field,
        since=_moment(desk, "since", asked.since), until=_moment(desk, "until", asked.until),
    )  # fmt: skip
    for change in found:
        if asked.json:
            print(json.dumps(history.as_json(change), ensure_ascii=False))
        else:
            print("\n".join(_lines(desk, change, asked.field)))


def _lines(desk: Desk, change: Change, field: str) -> Iterator[str]:
    event = change.event
    at = event.at.astimezone(desk.catalogs.current().zone)
    device = " ".join(word for word in (event.seen, event.reported) if word)
    why = [str(change.by.get(name) or "") for name in ("act", "code", "document")]
    words = [f"{at:%Y-%m-%d %H:%M:%S}", event.actor, event.kind, event.via, device]
    yield "\t".join([*words, " ".join(word for word in (*why, event.reason) if word)])
    for name, (before, after) in _asked(change.pairs, field).items():
        yield f"\t{name}: {_word(before)} -> {_word(after)}"


def _asked(pairs: Mapping[str, tuple[Any, Any]], field: str) -> Mapping[str, tuple[Any, Any]]:
    return {field: pairs[field]} if field in pairs else pairs


def _word(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or "-"
    return json.dumps(value, ensure_ascii=False)
