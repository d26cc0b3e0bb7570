"""Show what is locked, or lift a lock.

A lock closes an act (`order_taking`) on one record. It ends by itself when the rule that put it
no longer holds; lifting it by hand needs a reason, and both are kept in the record's journal.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from seamline.text import Text
from seamline.usecases import locks
from seamline.usecases.desk import Desk, open_desk

from . import OPERATOR, ORIGIN, language, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    acts = verb.add_subparsers(dest="act", required=True, metavar="ACT")
    listed = acts.add_parser("list", help="list the locks that stand, newest first")
    listed.add_argument("form", nargs="?", default="", help="only on records of this form")
    listed.add_argument("record", nargs="?", default="", help="only on this one (id, code or key)")
    listed.add_argument("--ended", action="store_true", help="those of the past too")
    lift = acts.add_parser("lift", help="lift one lock")
    lift.add_argument("lock", help="the id that `lock list` shows")
    lift.add_argument("--reason", required=True, help="why; kept in the journal")
    for one in acts.choices.values():
        workspace_option(one)


def run(asked: argparse.Namespace) -> None:
    """Do what was asked."""
    with closing(open_desk(settings_of(asked))) as desk:
        _ACTS[asked.act](desk, asked)


def _list(desk: Desk, asked: argparse.Namespace) -> None:
    cursor: str | None = ""
    while cursor is not None:
        shelf = locks.listing(
            desk, OPERATOR, form=asked.form, record=asked.record, ended=asked.ended,
            before=cursor, limit=locks.MOST,
        )  # fmt: skip
        for one in shelf.items:
            say(_line(one))
        cursor = shelf.next


def _line(one: locks.Shown) -> Text:
    lock = one.lock
    head = f"{lock.id}\t{lock.form}/{one.record.key}\t{lock.act}\t{lock.since:%Y-%m-%d %H:%M}"
    if lock.ended_at is not None:
        by = lock.ended_by or {"zh": "自动", "en": "by itself"}[language()]
        head += f"\t> {lock.ended_at:%Y-%m-%d %H:%M} {by}"
    return Text(f"{head}\t{lock.reason.zh}", f"{head}\t{lock.reason.en}")


def _lift(desk: Desk, asked: argparse.Namespace) -> None:
    lock = locks.lift(desk, OPERATOR, ORIGIN, asked.lock, asked.reason)
    say(Text(f"已解锁：{lock.form} {lock.act}", f"Lifted: {lock.form} {lock.act}"))


_ACTS = {"list": _list, "lift": _lift}
