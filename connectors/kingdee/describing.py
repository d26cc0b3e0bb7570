"""What a company's Kingdee has, in its own words, and whether a connection is in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from seamline.connector import Context, Entity, Finding, Member, Retry, Setback
from seamline.text import Text

from .client import Client
from .entities import LINE_ID, LINE_NUMBER, Field, Form
from .setbacks import NO_RIGHT, Refusal, setback

UNKNOWN_FORM = 8
# A signature is only good for so long.
SKEW_SECONDS = 300
# What no catalogue names.
_INTERNAL = Text("内码", "Internal id")
_OF_LINES = {"FEntryID": Text("分录内码", "Id of the line"), "FSeq": Text("行号", "Row")}


class Describer:
    """Asks for the field catalogue of each form."""

    def __init__(self, client: Client, context: Context, forms: Mapping[str, Form]) -> None:
        self._client = client
        self._context = context
        self._forms = forms

    def entities(self) -> Iterator[Entity]:
        """Yield each entity whose form this user may see."""
        for form in self._forms.values():
            try:
                yield _entity(form, self._client.fields(form.id))
            except Refusal as refusal:
                if refusal.code not in (NO_RIGHT, UNKNOWN_FORM):
                    raise setback(refusal, False) from None

    def findings(self, extra: tuple[str, ...]) -> Iterator[Finding]:
        """Yield what a check found: reach and rights by form, the clock, fields asked for."""
        for form in self._forms.values():
            try:
                catalogue = self._client.fields(form.id)
            except Refusal as refusal:
                yield _wrong(form.title, setback(refusal, False))
                continue
            except Setback as failed:
                yield _wrong(Text("连接与登录", "Reach and sign-in"), failed)
                return
            yield Finding(form.title, True, Text("可以访问。", "It can be reached."))
            missing = [
                field.key
                for field in (*form.fields, *form.lines)
                if field.key.partition(".")[0].lower() not in catalogue and field != form.pk
            ]
            if missing:
                yield _missing(form, missing)
        yield from _strangers(extra, self._forms)
        yield from self._clock()

    def _clock(self) -> Iterator[Finding]:
        try:
            there = parsedate_to_datetime(self._client.date)
        except ValueError:
            return
        apart = abs((there - self._context.now()).total_seconds())
        title, hint = Text("时钟", "Clock"), Text("请校准两边的时钟。", "Set both clocks right.")
        say = Text(f"与服务器相差 {apart:.0f} 秒。", f"{apart:.0f} seconds apart from the server.")
        fine = apart <= SKEW_SECONDS
        yield Finding(title, fine, say, None if fine else hint)


def _entity(form: Form, catalogue: Mapping[str, Mapping[str, Any]]) -> Entity:
    members = [_member(field, catalogue, form) for field in form.fields]
    if form.entry:
        rows = tuple(_member(one, catalogue, form) for one in (LINE_ID, LINE_NUMBER, *form.lines))
        writes = bool(form.operations)
        title = Text("明细", "Lines")
        members.append(Member(form.entry, "rows", title, writable=writes, rows=rows))
    return Entity(
        form.entity,
        form.title,
        (form.number,),
        tuple(members),
        since=True,
        operations=form.operations,
    )


def _member(field: Field, catalogue: Mapping[str, Mapping[str, Any]], form: Form) -> Member:
    known = catalogue.get(field.key.lower(), {})
    names = [one.get("Value") for one in known.get("Name") or () if isinstance(one, Mapping)]
    usual = _INTERNAL if field.key == form.pk.key else _OF_LINES.get(field.key)
    title = Text(str(names[0]), field.key) if names and names[0] else usual or Text.same(field.key)
    writable = bool(form.operations) and field.writable and field.key != form.pk.key
    required = writable and bool(known.get("MustInput"))
    return Member(field.key, field.kind, title, required, writable)


def _wrong(title: Text, failed: Setback) -> Finding:
    usual = Text("请检查连接的设置与权限。", "Check the settings of the connection and its rights.")
    if isinstance(failed, Retry):
        usual = Text(
            "工作中会自动再试；一直如此时请找金蝶的管理员。",
            "At work it is tried again by itself; where it stays so, ask the operator of Kingdee.",
        )
    return Finding(title, False, failed.problem.say, failed.problem.hint or usual)


def _missing(form: Form, keys: list[str]) -> Finding:
    words = ", ".join(keys)
    say = Text(f"没有这些字段：{words}。", f"These fields are not there: {words}.")
    hint = Text("请改正连接里另读的字段。", "Mend the connection's fields to read.")
    return Finding(form.title, False, say, hint)


def _strangers(extra: tuple[str, ...], forms: Mapping[str, Form]) -> Iterator[Finding]:
    strange = [word for word in extra if word.partition(".")[0] not in forms]
    if strange:
        title = Text("另读的字段", "More fields to read")
        known = ", ".join(forms)
        say = Text(
            f"没有这样的实体：{', '.join(strange)}。", f"No such entity: {', '.join(strange)}."
        )
        yield Finding(title, False, say, Text(f"可用：{known}。", f"There are: {known}."))
