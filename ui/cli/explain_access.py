"""Say why somebody sees a record or a field of it, may take a step or export, or may not.

Every role of the person is named with its grant, its condition read aloud, and the values that the
condition compared. The exit code is 0 where it is allowed and 1 where it is not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from seamline.problems import Place, Refused
from seamline.text import Text
from seamline.usecases.desk import open_desk
from seamline.usecases.explain_access import Answer, Reason, explain_access
from seamline.usecases.explain_act import EXPORT, ActAnswer, explain_act

from . import MINE, OPERATOR, language, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("user", help="login of the person")
    verb.add_argument("form", help="the form")
    verb.add_argument(
        "record", nargs="?", default="", help="its id, code or key; an act can be asked without"
    )
    verb.add_argument("field", nargs="?", default="", help="a field; left out for the record")
    act = verb.add_mutually_exclusive_group()
    act.add_argument("--step", metavar="STEP", help="ask whether the person may take this step")
    act.add_argument("--export", action="store_true", help="ask whether the person may export")
    verb.add_argument("--format", choices=("text", "json"), default="text", help="text or json")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Print the answer and what each role says."""
    act = EXPORT if asked.export else asked.step or ""
    _complete(asked, act)
    who, form, record = asked.user, asked.form, asked.record
    found: Answer | ActAnswer
    with closing(open_desk(settings_of(asked))) as desk:
        if act:
            found = explain_act(desk, OPERATOR, who, form, act, record)
        else:
            found = explain_access(desk, OPERATOR, who, form, record, asked.field)
    if asked.format == "json":
        print(json.dumps(_data(found), ensure_ascii=False, indent=2, default=str))
    else:
        for line in _lines(found):
            print(line.in_(language()))
    return 0 if found.sees else MINE


def _complete(asked: argparse.Namespace, act: str) -> None:
    """Raise Refused where a record is missing, or a field is named beside an act."""
    if not act and not asked.record:
        say = Text("请指明记录、--step 或 --export。", "Name a record, --step or --export.")
        raise Refused.one("record_missing", say, status=400, place=Place("record"))
    if act and asked.field:
        say = Text("环节和导出不按字段询问。", "A step or an export is not asked by field.")
        raise Refused.one("field_unwanted", say, status=400, place=Place("field"))


def _lines(found: Answer | ActAnswer) -> Iterator[Text]:
    yield found.say
    if isinstance(found, ActAnswer) and found.stop is not None:
        yield Text(f"  {found.stop.say.zh}", f"  {found.stop.say.en}")
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


def _data(found: Answer | ActAnswer) -> dict[str, Any]:
    return {
        "user": found.user.login,
        "party": found.party,
        "record": (found.record.code or found.record.id) if found.record else "",
        **_asked(found),
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


def _asked(found: Answer | ActAnswer) -> dict[str, Any]:
    if isinstance(found, Answer):
        return {"field": found.field}
    stop = found.stop.say if found.stop else None
    return {"act": found.act, "stop": {"zh": stop.zh, "en": stop.en} if stop else None}
