"""Say why somebody sees a record or a field of it, or does not.

Every role of the person is named with its grant, its condition read aloud, and the values that the
condition compared. The exit code is 0 where it is seen and 1 where it is not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from seamline.text import Text
from seamline.usecases.desk import open_desk
from seamline.usecases.explain_access import Answer, Reason, explain_access

from . import MINE, OPERATOR, language, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("user", help="login of the person")
    verb.add_argument("form", help="the form")
    verb.add_argument("record", help="the record: its id, code or key")
    verb.add_argument("field", nargs="?", default="", help="a field; left out for the record")
    verb.add_argument("--format", choices=("text", "json"), default="text", help="text or json")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Print the answer and what each role says."""
    with closing(open_desk(settings_of(asked))) as desk:
        found = explain_access(desk, OPERATOR, asked.user, asked.form, asked.record, asked.field)
    if asked.format == "json":
        print(json.dumps(_data(found), ensure_ascii=False, indent=2, default=str))
    else:
        for line in _lines(found):
            print(line.in_(language()))
    return 0 if found.sees else MINE


def _lines(found: Answer) -> Iterator[Text]:
    yield found.say
    if found.party:
        yield Text(f"  账号代表：{found.party}", f"  The account stands for: {found.party}")
    for one in found.reasons:
        yield from _reason(one)


def _reason(one: Reason) -> Iterator[Text]:
    mark = "✓" if one.within and one.sees is not False else "✗"
    grant = (
        Text(f"授权 {one.grant}", f"grant {one.grant}") if one.grant else Text("无授权", "no grant")
    )
    yield Text(f"{mark} {one.title.zh} ({one.role}): {grant.zh}",
               f"{mark} {one.title.en} ({one.role}): {grant.en}")  # fmt: skip
    if one.reads.en:
        met = Text("符合", "met") if one.within else Text("不符合", "not met")
        yield Text(f"    只限：{one.reads.zh} —— {met.zh}",
                   f"    only where {one.reads.en}: {met.en}")  # fmt: skip
    for clause in one.clauses:
        yield Text.same(f"      {clause.path} {clause.operator}: {clause.left} | {clause.right}")
    yield Text(f"    {one.why.zh}", f"    {one.why.en}")


def _data(found: Answer) -> dict[str, Any]:
    return {
        "user": found.user.login,
        "party": found.party,
        "record": found.record.code or found.record.id,
        "field": found.field,
        "sees": found.sees,
        "roles": [
            {
                "role": one.role, "grant": one.grant, "within": one.within, "sees": one.sees,
                "condition": {"zh": one.reads.zh, "en": one.reads.en},
                "why": {"zh": one.why.zh, "en": one.why.en},
                "clauses": [
                    {"path": c.path, "operator": c.operator, "left": c.left, "right": c.right,
                     "result": c.result}
                    for c in one.clauses
                ],
            }
            for one in found.reasons
        ],
    }  # fmt: skip
