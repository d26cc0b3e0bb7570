"""The first page: what waits for this person, and the forms they work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup

from seamline import clock
from seamline.conditions.parse import parse
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Query, Review
from seamline.usecases import look
from seamline.usecases.review import waiting

from ..record.verdicts import due_badge
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, signed_in
from .menu import Entry, groups

blueprint = Blueprint("home", __name__)
MORNING, EVENING = 11, 18


@dataclass(frozen=True, slots=True)
class Tile:
    """One form with how much is open in it, or one page of a package."""

    id: str
    title: str
    icon: str
    meta: str
    address: str


@dataclass(frozen=True, slots=True)
class TileGroup:
    """A titled group of tiles."""

    title: str
    tiles: list[Tile]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held record that this person may decide."""

    id: str
    title: str
    form: str
    code: str
    address: str
    due: Markup


@blueprint.get("/")
@signed_in
def index() -> Any:
    """Show reviews to decide, then the forms by their menu groups.

    People of other companies begin with the page of their role.
    """
    who, access = actor(), catalog().access
    if access.outside(who) and access.home(who):
        return redirect(url_for("generated.show", page_id=access.home(who)))
    menu = groups(catalog(), who, language())
    return render_template(
        "pages/home.html",
        here="home",
        greeting=_greeting(who.name),
        reviews=[_waiting(review) for review in waiting(desk(), who)],
        groups=[
            TileGroup(
                group.title,
                [_tile(one) for one in group.entries],
            )
            for group in menu
        ],
    )


def _greeting(name: str) -> str:
    hour = clock.now().astimezone(catalog().zone).hour
    if hour < MORNING:
        return _("Good morning, %(name)s", name=name)
    if hour < EVENING:
        return _("Good day, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _tile(entry: Entry) -> Tile:
    """Return an entry of the menu as a tile: of a form with its figures, of a page as it is."""
    meta = _meta(entry.id) if entry.id in catalog().forms else ""
    return Tile(entry.id, entry.title, entry.icon, meta, entry.address)


def _meta(form_id: str) -> str:
    """Return how many records are open, and how many of them this person made."""
    model = look.form(desk(), actor(), form_id)
    if not model.form.states:
        total = _count(model, [])
        return ngettext("%(num)s record", "%(num)s records", total)
    open_states = [state.id for state in model.form.states if not state.final]
    still_open = {"in": [{"var": "_state"}, open_states]}
    total = _count(model, [still_open])
    mine = 0
    if "_created_by" not in model.unseen:
        mine = _count(model, [still_open, {"==": [{"var": "_created_by"}, actor().id]}])
    said = _("%(num)s open", num=total)
    own = _("%(num)s by me", num=mine)
    return f"{said} · {own}" if mine else said


def _count(model: FormModel, parts: list[dict[str, Any]]) -> int:
    where = parse({"and": parts}, model.scope) if parts else None
    query = Query(where=where, limit=1, total=True)
    return look.page(desk(), actor(), model.form.id, query).total or 0


def _waiting(review: Review) -> Waiting:
    model = catalog().forms[review.form]
    rules = catalog().rules.get(review.step)
    title = rules.ruleset.review.title if rules else model.form.title
    try:
        code = look.record(desk(), actor(), review.form, review.record).code
    except Refused:  # who decides need not read the form
        code = "…"
    return Waiting(
        id=review.id,
        title=title.in_(language()),
        form=model.form.title.in_(language()),
        code=code,
        address=url_for("records.show", form_id=review.form, word=review.record),
        due=due_badge(review.due_at),
    )
