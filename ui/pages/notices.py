"""The inbox: what a person should hear of, unread first, each leading to where it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from seamline import clock
from seamline.fields.moments import show_moment
from seamline.usecases import notices
from seamline.usecases.notices import KINDS, Shown

from ..say import _, ngettext
from ..session import actor, desk, language, reading, signed_in

blueprint = Blueprint("notices", __name__)
PAGE_SIZE = 30
MARKS = {
    "mention": ("at-sign", "teal"),
    "review": ("hand", "violet"),
    "decided": ("circle-check", "green"),
    "upstream": ("git-branch", "amber"),
    "followed": ("bell", "blue"),
    "trouble": ("triangle-alert", "red"),
    "clash": ("git-compare", "red"),
    "pipeline": ("workflow", "blue"),
    "systems": ("network", "red"),
}
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as the inbox shows it."""

    id: str
    icon: str
    colour: str
    kind: str
    say: str
    at: str
    iso: str
    ago: str
    unread: bool
    address: str


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/notices")
def inbox() -> str:
    """Show the notices, unread ones or all, of one kind or all."""
    everything = request.args.get("show") == "all"
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    shelf = notices.inbox(
        desk(),
        actor(),
        unread=not everything,
        kind=kind,
        before=request.args.get("before", "")[:26],
        limit=PAGE_SIZE,
    )
    return render_template(
        "pages/notices.html",
        here=":notices",
        lines=[line(one) for one in shelf.items],
        following=shelf.next,
        everything=everything,
        kind=kind,
        kinds=[(name, title.in_(language())) for name, title in KINDS.items()],
        paged=bool(request.args.get("before")),
    )


def line(one: Shown) -> Line:
    """Return a notice as a line of a list."""
    notice = one.notice
    sign, colour = MARKS[notice.kind]
    return Line(
        id=notice.id,
        icon=sign,
        colour=colour,
        kind=KINDS[notice.kind].in_(language()),
        say=one.say.in_(language()),
        at=show_moment(notice.at, reading()),
        iso=notice.at.isoformat(),
        ago=ago(notice.at),
        unread=notice.read_at is None,
        address=url_for("notices.take", notice_id=notice.id),
    )


def ago(at: datetime) -> str:
    """Return how long ago a moment was, in the roughest words that say it."""
    minutes = max(0, int((clock.now() - at).total_seconds() // 60))
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if minutes < 24 * 60:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60)
    return ngettext("%(num)s day ago", "%(num)s days ago", minutes // (24 * 60))


@blueprint.get("/notices/<notice_id>")
def take(notice_id: str) -> Response:
    """Mark one notice as read and go where it leads."""
    one = notices.take(desk(), actor(), notice_id)
    return redirect(_address(one), 303)


def _address(one: Shown) -> str:
    notice = one.notice
    if notice.link.startswith("/") and not notice.link.startswith(("//", "/\\")):
        return notice.link
    if one.record is None:
        return url_for("notices.inbox", show="all")
    record = url_for("records.show", form_id=notice.form, word=notice.record)
    return f"{record}#e-{notice.event}"


@blueprint.post("/notices/read")
def read() -> Any:
    """Mark some notices as read, or all of them."""
    named = request.form.getlist("notice")[:MOST_NAMED]
    done = notices.read(desk(), actor(), None if "all" in request.form else named)
    if "all" in request.form:
        flash(ngettext("%(num)s notice marked as read.", "%(num)s notices marked as read.", done))
    show = "all" if request.form.get("show") == "all" else None
    return redirect(url_for("notices.inbox", show=show, kind=request.form.get("kind") or None), 303)
