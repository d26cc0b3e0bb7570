"""Notices: telling people what happened, and what each of them has not read yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Record
from seamline.problems import Refused
from seamline.store import Notice, Unit, User
from seamline.text import Text

from . import handing
from .desk import Desk
from .people import Counted, actor_of, memory
from .seeing import by_form, counted, seen

# What people are told of, each of them one choice in their settings.
KINDS: Mapping[str, Text] = {
    "mention": Text("有人提到我", "Somebody mentions me"),
    "review": Text("交给我的复核和提问", "Reviews and questions put to me"),
    "decided": Text("我提交内容的复核结果", "Verdicts on what I submitted"),
    "upstream": Text("上游修订", "What mine follows from was revised"),
    "followed": Text("我关注的记录有变化", "News of records I follow"),
    "trouble": Text("上报的异常", "Trouble that was reported"),
    "clash": Text("需要处理的冲突", "Clashes to be settled"),
    "pipeline": Text("管道发来的通知", "Notices from pipelines"),
    "systems": Text("管道停下、外部系统异常", "Stopped pipelines, other systems in trouble"),
}
MUTED = "mute:"  # the preference by which a person does without a kind
MOST_COUNTED = 100
_LEFT_OUT = Text("一条记录", "a record")
_SYSTEM = Text("系统", "The system")
_ROUNDS = 5  # pages read at most to fill one page with what its reader may see


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as its reader may see it: its sentence filled, its record, and who did it."""

    notice: Notice
    say: Text
    record: Record | None
    who: Text


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some notices, newest first; `next` names where the following ones begin, empty at the end."""

    items: tuple[Shown, ...]
    next: str


def tell(
    unit: Unit,
    catalog: Catalog,
    event: Event,
    kind: str,
    say: Text,
    *,
    people: Collection[str] = (),
    roles: Collection[str] = (),
    pools: Collection[str] = (),
    act: str = "",
    but: Collection[str] = (),
    link: str = "",
) -> tuple[str, ...]:
    """Give notice of an appended event to people, everyone of some roles, everyone of some pools,
    everyone who may do `act` on the workspace, `but` to some.

    Call it in the transaction of what it tells of. `say` may hold `{who}` and `{record}`, which
    are filled when a reader sees them. Nobody hears of what they did themselves, of a kind they
    do without, or of a record whose form they may not read. Returns the ids of who was told.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind}: no kind of notice")
    users = [*_addressed(unit, catalog, people, roles, pools, act)]
    told = {
        user.id
        for user in users
        if user.active
        and user.id != event.actor
        and user.id not in but
        and (not event.form or catalog.access.may(actor_of(user), "read", event.form))
    }
    if told:
        told -= unit.people.who_prefers(MUTED + kind, sorted(told))
    notice = Notice(
        id="", person="", kind=kind, say=say, form=event.form, record=event.record, link=link,
        event=event.seq, actor=event.actor, at=event.at,
    )  # fmt: skip
    handing.plan(unit, catalog, kind, unit.notices.add(notice, sorted(told)), event.at)
    return tuple(sorted(told))


def _addressed(
    unit: Unit,
    catalog: Catalog,
    people: Collection[str],
    roles: Collection[str],
    pools: Collection[str],
    act: str,
) -> Iterator[User]:
    for person in people:
        user = unit.accounts.user(person)
        if user is not None:
            yield user
    if roles or pools or act:
        for user in unit.accounts.users():
            decides = pools and not catalog.access.pools(actor_of(user)).isdisjoint(pools)
            acts = act and catalog.access.may(actor_of(user), act, "*")
            if decides or acts or not set(user.roles).isdisjoint(roles):
                yield user


def unread(desk: Desk, actor: Actor) -> int:
    """Return how many of the newest notices are unread; 100 stands for that and more."""
    catalog, minute = desk.catalogs.current(), clock.now().replace(second=0, microsecond=0)
    with desk.store.reading() as unit:
        pairs = unit.notices.unread(actor.id, MOST_COUNTED)
        if not pairs:
            return 0
        # Every page shows it: what they may see is looked up where something may have changed it.
        asked = (actor, pairs, unit.journal.head(), minute)
    news = memory(desk).news
    kept = news.get(actor.id)
    if kept is None or kept.catalog is not catalog or kept.asked != asked:
        kept = news[actor.id] = Counted(catalog, asked, counted(desk, actor, pairs))
    return kept.count


def inbox(
    desk: Desk,
    actor: Actor,
    *,
    unread: bool = False,
    kind: str = "",
    before: str = "",
    limit: int = 50,
) -> Shelf:
    """Return the actor's own notices of what they may see now, newest first."""
    found: list[Shown] = []
    for _ in range(_ROUNDS):
        with desk.store.reading() as unit:
            part = unit.notices.page(
                actor.id, unread=unread, kind=kind, before=before, limit=limit + 1
            )
        found += shown(desk, actor, part[:limit])
        before = part[limit - 1].id if len(part) > limit else ""
        if len(found) >= limit or not before:
            break
    if len(found) > limit:
        before = found[limit - 1].notice.id
    return Shelf(tuple(found[:limit]), before)


def shown(desk: Desk, actor: Actor, notices: Collection[Notice]) -> list[Shown]:
    """Return those of some notices whose record the actor may see, their sentences filled."""
    records = seen(desk, actor, by_form((one.form, one.record) for one in notices))
    names = _names(desk, {one.actor for one in notices})
    found = []
    for one in notices:
        if not one.form or one.record in records:
            record, who = records.get(one.record), _who(one, names)
            found.append(Shown(one, _filled(desk, one, record, who), record, who))
    return found


def take(desk: Desk, actor: Actor, notice: str) -> Shown:
    """Return one of the actor's own notices and mark it as read; raises Refused 404."""
    with desk.store.reading() as unit:
        found = unit.notices.get(actor.id, notice)
    seen_now = shown(desk, actor, [found]) if found is not None else []
    if not seen_now:
        raise Refused.one(
            "unknown_notice", Text("没有这条通知。", "There is no such notice."), status=404
        )
    read(desk, actor, (notice,))
    return seen_now[0]


def read(desk: Desk, actor: Actor, notices: Collection[str] | None = None) -> int:
    """Mark the actor's own notices as read, all where none is named; return how many were not."""
    with desk.store.unit() as unit:
        named = None if notices is None else sorted(notices)
        return unit.notices.read(actor.id, clock.now(), named)


def _names(desk: Desk, people: Collection[str]) -> Mapping[str, str]:
    with desk.store.reading() as unit:
        users = [unit.accounts.user(person) for person in people]
    return {user.id: user.name for user in users if user is not None}


def _who(notice: Notice, names: Mapping[str, str]) -> Text:
    """Return what people call who did it."""
    if notice.actor in ("", "system"):
        return _SYSTEM
    return Text.same(names.get(notice.actor, notice.actor))


def _filled(desk: Desk, notice: Notice, record: Record | None, who: Text) -> Text:
    what = _LEFT_OUT if record is None else _name_of(desk, record)
    return Text(
        notice.say.zh.replace("{who}", who.zh).replace("{record}", what.zh),
        notice.say.en.replace("{who}", who.en).replace("{record}", what.en),
    )


def _name_of(desk: Desk, record: Record) -> Text:
    """Return what a record is called: its code, else its key, else the end of its id."""
    form = desk.catalogs.current().forms[record.form].form
    key = record.values.get(form.key) if form.key else None
    name = record.code or ("" if key is None else str(key)) or f"…{record.id[-6:]}"
    return Text(f"{form.title.zh} {name}", f"{form.title.en} {name}")
