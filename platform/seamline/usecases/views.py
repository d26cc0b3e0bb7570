"""Saving views of lists: of one's own, or shared with a role one holds. A view grants nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from seamline import clock
from seamline.access import ADMINISTRATOR
from seamline.catalog import Catalog
from seamline.facts import Actor
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.store import Unit
from seamline.store.views import Pairs, View
from seamline.text import Text

from .desk import Desk
from .submitting.admit import form_named

LONGEST_TITLE = 60
LONGEST_WORD = 1_000
MOST_PAIRS = 100
MOST_VIEWS = 50  # of one person and form


def views(desk: Desk, actor: Actor, form: str) -> tuple[View, ...]:
    """Return the views of a form that somebody may use: their own, those of their roles.

    What a view asks of fields that they do not see is left out, names and words.
    """
    catalog = desk.catalogs.current()
    form_named(catalog, form)
    catalog.access.require(actor, "read", form)
    unseen = catalog.access.scope(actor, form).unseen
    with desk.store.reading() as unit:
        found = unit.views.of(form, actor.id, _roles(actor))
    return tuple(_narrowed(view, unseen) for view in found) if unseen else found


def _narrowed(view: View, unseen: frozenset[str]) -> View:
    return replace(view, query=tuple(_seen_pairs(view.query, unseen)))


def _seen_pairs(query: Pairs, unseen: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name, value in query:
        if name in unseen or name.rpartition(".")[0] in unseen:
            continue
        words = value.split(",")  # of `sort` and `columns` these are names
        left = [word for word in words if word.lstrip("-+") not in unseen]
        if left or not value:
            yield name, ",".join(left)


def save(
    desk: Desk, actor: Actor, form: str, title: str, query: Iterable[tuple[str, str]], role: str
) -> View:
    """Save a view of a form under a title; with `role` for everybody who holds it.

    Raises Refused: 403, 404, 409 too many, 422 whatever does not fit, all at once.
    """
    catalog = desk.catalogs.current()
    form_named(catalog, form)
    catalog.access.require(actor, "read", form)
    view = _checked(
        catalog, actor, View("", form, title, tuple(query), actor.id, role, clock.now())
    )
    with desk.store.unit() as unit:
        if unit.views.count(form, actor.id) >= MOST_VIEWS:
            raise Refused.one(
                "too_many_views",
                Text(
                    f"每个表单最多保存 {MOST_VIEWS} 个视图。",
                    f"At most {MOST_VIEWS} views can be saved for a form.",
                ),
                status=409,
                hint=Text("请先删除不用的视图。", "Remove one that is not used first."),
            )
        return unit.views.keep(view)


def change(
    desk: Desk,
    actor: Actor,
    id_: str,
    *,
    title: str | None = None,
    query: Iterable[tuple[str, str]] | None = None,
    role: str | None = None,
) -> View:
    """Change what is given of a view of one's own; raises Refused as `save`, 404 for others'."""
    catalog = desk.catalogs.current()
    with desk.store.unit() as unit:
        view = _own(unit, actor, id_)
        after = replace(
            view,
            title=view.title if title is None else title,
            query=view.query if query is None else tuple(query),
            role=view.role if role is None else role,
            changed_at=clock.now(),
        )
        return unit.views.keep(_checked(catalog, actor, after))


def remove(desk: Desk, actor: Actor, id_: str) -> View:
    """Remove a view of one's own; an administrator removes any."""
    with desk.store.unit() as unit:
        view = _own(unit, actor, id_)
        unit.views.remove(id_)
        return view


def _own(unit: Unit, actor: Actor, id_: str) -> View:
    view = unit.views.get(id_)
    known = view is not None and (view.owner == actor.id or view.role in _held(actor, view.role))
    if view is None or not known:
        raise Refused.one(
            "unknown_view",
            Text(f"没有视图“{shorten(id_)}”。", f"There is no view '{shorten(id_)}'."),
            status=404,
        )
    if view.owner != actor.id and ADMINISTRATOR not in actor.roles:
        raise Refused.one(
            "not_your_view",
            Text("这个视图是别人的。", "This view is somebody else's."),
            status=403,
            hint=Text("请另存为自己的视图。", "Save it as a view of your own."),
        )
    return view


def _roles(actor: Actor) -> tuple[str, ...] | None:
    return None if ADMINISTRATOR in actor.roles else actor.roles


def _held(actor: Actor, role: str) -> tuple[str, ...]:
    roles = _roles(actor)
    return ((role,) if role else ()) if roles is None else roles


def _checked(catalog: Catalog, actor: Actor, view: View) -> View:
    """Return a view with its title trimmed; raises Refused with everything that does not fit."""
    title = " ".join(view.title.split())
    problems = Problems()
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        say = Text(
            f"名称应为 1–{LONGEST_TITLE} 个字。", f"A title has 1-{LONGEST_TITLE} characters."
        )
        problems.add(Problem("bad_title", say, Place("title"), got=shorten(title)))
    if not _fits(view.query):
        say = Text(
            f"视图最多 {MOST_PAIRS} 个条件，每个不超过 {LONGEST_WORD} 字。",
            f"A view holds at most {MOST_PAIRS} parameters of up to {LONGEST_WORD} characters.",
        )
        problems.add(Problem("bad_query", say, Place("query")))
    if view.role and view.role not in _shareable(catalog, actor):
        problems.add(_no_role(catalog, actor, view.role))
    if problems:
        raise Refused(problems.sorted(), 422)
    return replace(view, title=title)


def _fits(query: Pairs) -> bool:
    return len(query) <= MOST_PAIRS and all(
        0 < len(name) <= LONGEST_WORD
        and len(value) <= LONGEST_WORD
        and (name + value).isprintable()
        for name, value in query
    )


def _shareable(catalog: Catalog, actor: Actor) -> tuple[str, ...]:
    """Return the roles somebody may share with: their own, for an administrator all."""
    known = catalog.access.known_roles()
    return known if ADMINISTRATOR in actor.roles else actor.roles


def _no_role(catalog: Catalog, actor: Actor, role: str) -> Problem:
    word, own = shorten(role), _shareable(catalog, actor)
    return Problem(
        "not_your_role",
        Text(
            f"您没有角色“{word}”，不能共享给它。",
            f"You do not hold the role '{word}' and cannot share with it.",
        ),
        Place("role"),
        did_you_mean(role, own) or Text(f"可选：{', '.join(own)}", f"Yours: {', '.join(own)}"),
        word,
    )
