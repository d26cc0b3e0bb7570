"""Check versions and what things are made of, take a thing apart, or show where it is used.

Without an option every finding is listed: days with two versions of a thing or none, circles,
versions that are not approved, rows that end early. The exit code is 1 where circles, gaps or
versions that end before they begin are found. `--of` takes a thing apart on a day, `--used` shows
what it is part of.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import date
from decimal import Decimal, InvalidOperation

from seamline.problems import Place, Refused, shorten
from seamline.text import Text
from seamline.usecases import structure
from seamline.usecases.desk import Desk, open_desk
from seamline.versioning import Fault, Node, Span

from . import MINE, OPERATOR, say, settings_of, workspace_option

GRAVE = frozenset({"cycle", "gap", "reversed"})
KINDS = {
    "cycle": Text("循环", "circle"),
    "gap": Text("断档", "gap"),
    "overlap": Text("重叠", "overlap"),
    "unreleased": Text("未审核", "not approved"),
    "reversed": Text("失效早于生效", "ends before it begins"),
    "row_never": Text("行从不生效", "row never counts"),
    "row_ends": Text("行提前失效", "row ends early"),
}
DOUBTS = {
    "none": Text("无有效版本", "no version in force"),
    "several": Text("多个有效版本", "several in force"),
    "circle": Text("用到自身", "part of itself"),
    "deep": Text("不再展开", "not followed any further"),
}


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("form", nargs="?", default="", help="form of the versions (else every one)")
    verb.add_argument("--of", default="", metavar="KEY", help="take this thing apart")
    verb.add_argument("--used", default="", metavar="KEY", help="show what this thing is part of")
    verb.add_argument("--on", default="", metavar="DATE", help="on that day (else today)")
    verb.add_argument("--group", default="", help="for that group (else any)")
    verb.add_argument("--amount", default="1", help="how many (1)")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> int:
    """Answer."""
    with closing(open_desk(settings_of(asked))) as desk:
        forms = [model.form.id for model in structure.forms_with(desk, OPERATOR)]
        if asked.form:
            forms = [asked.form]
        if asked.of:
            return max(_apart(desk, form, asked) for form in forms) if forms else MINE
        if asked.used:
            for form in forms:
                _used(desk, form, asked)
            return 0
        return max((_checked(desk, form) for form in forms), default=0)


def _checked(desk: Desk, form: str) -> int:
    found = structure.checked(desk, OPERATOR, form)
    title = desk.catalogs.current().forms[form].form.title
    say(
        Text(
            f"{title.zh}：{found.versions} 个版本，{found.things} 个物料，"
            f"{len(found.faults)} 处发现。",
            f"{title.en}: {found.versions} versions of {found.things} things, "
            f"{len(found.faults)} findings.",
        )
    )
    for one in found.faults:
        say(_told(one))
    return MINE if any(one.kind in GRAVE for one in found.faults) else 0


def _told(one: Fault) -> Text:
    kind, about = KINDS[one.kind], " ".join(version.name for version in one.versions)
    rows = " ".join(part.thing for part in one.parts)
    way = " > ".join(one.way)
    groups = " ".join(one.groups)
    words = [word for word in (one.thing, about, rows, way, _days(one.span), groups) if word]
    return Text(f"  {kind.zh}  {'  '.join(words)}", f"  {kind.en}  {'  '.join(words)}")


def _apart(desk: Desk, form: str, asked: argparse.Namespace) -> int:
    found = structure.exploded(
        desk, OPERATOR, form, asked.of, _day(asked.on), asked.group or None, "",
        _amount(asked.amount),
    )  # fmt: skip
    if found.top is None:
        say(
            Text(
                f"{asked.of}：{found.day} 没有有效版本。",
                f"{asked.of}: no version in force on {found.day}.",
            )
        )
        return MINE
    print(f"{asked.of} {found.top.name} {found.day}")
    for node in found.nodes:
        say(_line(node, found.labels.get(node.part.thing, "")))
    return 0


def _line(node: Node, label: str) -> Text:
    amount = format(node.amount.normalize(), "f")
    version = node.version.name if node.version is not None else ""
    doubt = DOUBTS.get(node.doubt, Text.same(""))
    start = f"{'  ' * node.level}{node.part.thing}  {label}  × {amount}  {version}"
    return Text(f"{start} {doubt.zh}".rstrip(), f"{start} {doubt.en}".rstrip())


def _used(desk: Desk, form: str, asked: argparse.Namespace) -> None:
    found = structure.used(desk, OPERATOR, form, asked.used, _day(asked.on))
    for use in found.uses:
        label = found.labels.get(use.version.thing, "")
        print(f"{'  ' * use.level}{use.version.thing}  {label}  {use.version.name}")


def _days(span: Span) -> str:
    return f"{span.start or ''}..{span.end or ''}"


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        raise _bad("on", word, "日期写成 2026-12-24。", "Write a date as 2026-12-24.") from None


def _amount(word: str) -> Decimal:
    try:
        amount = Decimal(word)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise _bad("amount", word, "数量应大于零。", "The amount must be more than nothing.")
    return amount


def _bad(place: str, got: str, zh: str, en: str) -> Refused:
    return Refused.one(
        "bad_option", Text(zh, en), place=Place(f"{place}: {shorten(got)}"), status=400
    )
