"""What somebody sees at all, who sees one record, and why a page is open to somebody or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamline.access import ADMINISTRATOR, EVERYTHING, Reach, plain
from seamline.access.viewing import Granted
from seamline.catalog import Catalog
from seamline.conditions.node import names
from seamline.conditions.words import Vocabulary, in_words
from seamline.facts import Actor, Record
from seamline.forms import FormModel
from seamline.pages import PAGE_KINDS
from seamline.problems import Refused, did_you_mean, shorten
from seamline.store import User
from seamline.text import Text

from . import accounts
from .desk import Desk
from .explain import vocabulary_of
from .explain_access import Reason, account_words, check_field, require_asking
from .people import acting, named
from .submitting.admit import form_named, record_named


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees of one form: `reads` are the conditions of their roles, read aloud.

    `hidden` are the labels of the fields they see on no record.
    """

    form: str
    title: Text
    icon: str
    sees: bool
    whole: bool
    reads: tuple[Text, ...]
    hidden: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything one person sees: their forms and the pages that are open to them."""

    user: User
    party: str
    forms: tuple[Sight, ...]
    pages: tuple[tuple[str, Text, bool], ...]


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """Whether a page is open to a person, and what each of their roles says."""

    user: User
    page: str
    sees: bool
    say: Text
    reasons: tuple[Reason, ...]


def overview(desk: Desk, actor: Actor, login: str) -> Overview:
    """Return what `login` sees of every form, and which pages; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    require_asking(catalog, actor)
    with desk.store.reading() as unit:
        user = named(unit, login)
    who = acting(desk, user)
    sights = [_sight(catalog, who, model) for model in catalog.forms.values()]
    forms = tuple(sorted(sights, key=lambda one: not one.sees))
    pages = tuple(
        (page.id, page.title, catalog.access.opens(who, page.id))
        for page in catalog.pages.values()
        if not PAGE_KINDS[page.kind].public
    )
    return Overview(user, who.party.key if who.party else "", forms, pages)


def _sight(catalog: Catalog, who: Actor, model: FormModel) -> Sight:
    form, access = model.form, catalog.access
    sees, reach = access.may(who, "read", form.id), access.scope(who, form.id)
    reads: tuple[Text, ...] = ()
    hidden: tuple[Text, ...] = ()
    if sees and not reach.whole:
        hidden = tuple(one.label for path, one in form.every_field() if not reach.sees(path))
        if reach.where is not None:
            granted = access.granted(who.roles, form.id)
            reads = tuple(dict.fromkeys(_read_aloud(catalog, who, model, granted)))
    return Sight(form.id, form.title, form.icon, sees, sees and reach.whole, reads, hidden)


def _read_aloud(
    catalog: Catalog, who: Actor, model: FormModel, granted: tuple[Granted, ...]
) -> Iterator[Text]:
    words = vocabulary_of(model.form, {name: one.form for name, one in catalog.forms.items()})
    known = {**words.labels, **dict(account_words(catalog, who))}
    for one in granted:
        if one.where is not None:
            plainly = {name: Text.same(name) for name in names(one.where)}
            yield in_words(one.where, Vocabulary({**plainly, **known}, words.options))


def who_sees(
    desk: Desk, actor: Actor, form: str, word: str, field: str = ""
) -> tuple[Record, tuple[tuple[User, bool], ...]]:
    """Return one record and every account in use, each with whether it sees it (or one field).

    Raises Refused: 403 who may not ask, 404 no such form, record or field.
    """
    catalog = desk.catalogs.current()
    require_asking(catalog, actor)
    model = form_named(catalog, form)
    check_field(model, field)
    with desk.store.reading() as unit:
        record = record_named(unit, model, word)
    users = [user for user in accounts.users(desk) if user.active]
    reaches = [_reach(desk, catalog, user, form) for user in users]
    seen: dict[Reach, bool] = {}
    with desk.store.reading() as unit:
        for reach in {one for one in reaches if one is not None}:
            met = unit.records.meeting(model.tables, [record.id], reach.conditions())
            unseen = reach.hidden(met.get(record.id, (False,) * len(reach.views)))
            seen[reach] = unseen is not None and plain(field) not in unseen
    found = zip(users, reaches, strict=True)
    return record, tuple((user, reach is not None and seen[reach]) for user, reach in found)


def _reach(desk: Desk, catalog: Catalog, user: User, form: str) -> Reach | None:
    who = acting(desk, user)
    return catalog.access.scope(who, form) if catalog.access.may(who, "read", form) else None


def explain_page(desk: Desk, actor: Actor, login: str, page: str) -> PageAnswer:
    """Return why a page is open to `login` or not; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    require_asking(catalog, actor)
    found = catalog.pages.get(page)
    if found is None:
        word = shorten(page)
        say = Text(f"没有页面“{word}”。", f"There is no page '{word}'.")
        hint = did_you_mean(word, sorted(catalog.pages))
        raise Refused.one("unknown_page", say, status=404, hint=hint)
    with desk.store.reading() as unit:
        user = named(unit, login)
    who, title = acting(desk, user), found.title
    sees = catalog.access.opens(who, page)
    say = (
        Text(f"{user.login} 能打开页面“{title.zh}”。", f"{user.login} can open '{title.en}'.")
        if sees
        else Text(
            f"{user.login} 打不开页面“{title.zh}”。", f"{user.login} cannot open '{title.en}'."
        )
    )
    return PageAnswer(user, page, sees, say, tuple(_of_page(catalog, who, page)))


def _of_page(catalog: Catalog, who: Actor, page: str) -> Iterator[Reason]:
    none = Text.same("")
    for id_ in who.roles:
        role = catalog.access.roles.get(id_)
        if id_ == ADMINISTRATOR or role is None:
            admin = id_ == ADMINISTRATOR
            title = Text("管理员", "Administrator") if admin else Text.same(id_)
            why = (
                Text("管理员能打开一切页面。", "It opens every page.")
                if admin
                else Text("没有这个角色了。", "There is no such role any more.")
            )
            yield Reason(id_, title, "*" if admin else "", none, (), admin, None, why)
            continue
        word = next((one for one in (page, EVERYTHING) if one in role.pages), "")
        listed = "、".join(role.pages) or "无", ", ".join(role.pages) or "none"
        why = (
            Text("该角色列出了此页面。", "The role lists the page.")
            if word
            else Text(f"该角色只列出：{listed[0]}。", f"The role lists only: {listed[1]}.")
        )
        yield Reason(id_, role.title, word, none, (), bool(word), None, why)
