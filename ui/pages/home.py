"""The first page: what waits for this person, what of theirs is due, what they should hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from seamline import clock
from seamline.usecases import notices

from ..lists import work
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, signed_in
from .menu import groups
from .notices import Line, line

blueprint = Blueprint("home", __name__)
MORNING, EVENING = 11, 18
NOTICES = 5


@dataclass(frozen=True, slots=True)
class Reminders:
    """The newest unread notices, and how many there are."""

    lines: list[Line]
    total: int


@blueprint.get("/")
@signed_in
def index() -> Any:
    """Show what waits, what is due and what is new, then the forms by their menu groups.

    People of other companies begin with the page of their role.
    """
    who, access = actor(), catalog().access
    if access.outside(who) and access.home(who):
        return redirect(url_for("generated.show", page_id=access.home(who)))
    part = request.headers.get("HX-Target", "").endswith("#work")
    reviews, steps, due = work.reviews(), work.steps(), work.due()
    return render_template(
        "lists/work.html" if part else "pages/home.html",
        here="home",
        greeting=_greeting(who.name),
        summary=_summary(reviews, steps, due),
        reviews=reviews,
        steps=steps,
        due=due,
        drafts=work.begun(),
        reminders=_reminders(),
        groups=groups(catalog(), who, language()),
        part=part,
    )


@blueprint.post("/read")
@signed_in
def read() -> Response:
    """Mark every notice as read and stay on the first page."""
    notices.read(desk(), actor())
    return redirect(url_for("home.index"), 303)


def _reminders() -> Reminders:
    shelf = notices.inbox(desk(), actor(), unread=True, limit=NOTICES)
    total = notices.unread(desk(), actor()) if len(shelf.items) == NOTICES else len(shelf.items)
    return Reminders([line(one) for one in shelf.items], total)


def _greeting(name: str) -> str:
    hour = clock.now().astimezone(catalog().zone).hour
    if hour < MORNING:
        return _("Good morning, %(name)s", name=name)
    if hour < EVENING:
        return _("Good day, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _summary(reviews: work.Part, steps: work.Part, due: work.Part) -> str:
    """Return in one line how much waits."""
    said = []
    if reviews.total:
        said.append(ngettext("%(num)s review", "%(num)s reviews", reviews.total))
    if steps.total:
        said.append(ngettext("%(num)s step to take", "%(num)s steps to take", steps.total))
    if due.total:
        said.append(ngettext("%(num)s of yours is due", "%(num)s of yours are due", due.total))
    if reviews.tasks:
        said.append(_("the most urgent: %(left)s", left=reviews.tasks[0].badge.striptags()))
    return " · ".join(said) or _("Nothing waits for you.")
