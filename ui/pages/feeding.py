"""Where the figures of a page come from and how old they are; asked again while it is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for

from seamline.forms import FormModel
from seamline.usecases import freshness, look
from seamline.usecases.freshness import Feed

from ..say import _
from ..session import actor, catalog, desk, language, signed_in

blueprint = Blueprint("feeding", __name__)
MOST = 60  # names in an address


@dataclass(frozen=True, slots=True)
class Source:
    """One source as the page says it: its name, how old, on what it rests, which figures."""

    title: str
    age: str
    basis: str
    figures: str
    late: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """What a page says of its figures; `old` are the fields that are shown grey."""

    sources: list[Source]
    old: frozenset[str]
    address: str


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Only who is signed in is told."""


@blueprint.get("/feeds/<form_id>")
def ask(form_id: str) -> Response:
    """Answer how old figures are by now; a page whose figures turned grey or back is made anew."""
    model = look.form(desk(), actor(), form_id)
    anew = bool(request.args.get("anew"))
    found = strip(model, request.args.get("only", "").split(",")[:MOST], anew)
    if anew and request.args.get("was", "") != mark(found):
        return Response(headers={"HX-Refresh": "true"})
    return Response(render_template("feeds.html", fed=found))


def mark(found: Strip | None) -> str:
    """Return which sources are late, in one word."""
    return "".join("01"[one.late] for one in found.sources) if found else ""


def strip(model: FormModel, shown: Iterable[str], anew: bool = False) -> Strip | None:
    """Return what is to be said of figures that a page shows; None where none come from elsewhere.

    `anew` lets an open page load again when figures become old or new.
    """
    access = catalog().access
    if not access.may(actor(), "read", model.form.id):
        return None
    reach = access.scope(actor(), model.form.id)
    names = [name for name in shown if name not in reach.unseen and name in model.fields]
    found = freshness.feeds(desk(), model.form.id, names)
    if not found:
        return None
    used = sorted(frozenset().union(*(one.fields for one in found)))[:MOST]
    made = Strip([_source(model, one) for one in found], freshness.old(found), "")
    address = url_for(
        "feeding.ask",
        form_id=model.form.id,
        only=",".join(used),
        was=mark(made),
        anew="1" if anew else None,
    )
    return Strip(made.sources, made.old, address)


def _source(model: FormModel, feed: Feed) -> Source:
    words = language()
    fields = (name for name in model.fields if name in feed.fields)
    labels = dict.fromkeys(model.fields[name].field.label.in_(words) for name in fields)
    return Source(
        feed.source.in_(words),
        freshness.ago(feed.age).in_(words),
        feed.basis.in_(words) if feed.basis else "",
        _(", ").join(labels),
        feed.late,
    )
