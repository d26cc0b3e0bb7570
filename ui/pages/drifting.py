"""Mirrors as a page: how they stand, what comparing found, and what was not taken over and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from seamline.problems import Refused
from seamline.usecases import connections, drift, freshness, sync
from seamline.usecases.drift import Standing

from ..record.moments import short
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, reading, signed_in

blueprint = Blueprint("drifting", __name__)


@dataclass(frozen=True, slots=True)
class Missed:
    """A row that was not taken over: its key, and why, with the field that each problem is of."""

    key: str
    why: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Moved:
    """Something a comparison found: which field, what stood here, what stands there, since when."""

    key: str
    field: str
    here: str
    there: str
    at: str


@dataclass(frozen=True, slots=True)
class Own:
    """A record that holds moves of this side: by how much, since when."""

    address: str
    code: str
    field: str
    amount: str
    since: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One mirror as the page shows it."""

    id: str
    title: str
    read: str
    compared: str
    failures: int
    standing: Standing
    missed: list[Missed]
    moved: list[Moved]
    own: list[Own]


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Only who is signed in is told."""


@blueprint.get("/connections/<connection_id>/drift")
def show(connection_id: str) -> str:
    """Show how the mirrors of a connection stand."""
    standing = connections.shown(desk(), actor(), connection_id)
    found = drift.standings(desk(), actor(), connection_id)
    return render_template(
        "connections/drift.html",
        here=":connections",
        connection=standing.connection,
        mirrors=[_shown(one) for one in found],
        most_own=drift.MOST,
    )


@blueprint.post("/connections/<connection_id>/drift/compare")
def compare(connection_id: str) -> Answer:
    """Compare everything now, and take over what stands otherwise."""
    connections.shown(desk(), actor(), connection_id)
    try:
        done = sync.sync(desk(), connection_id, compare=True)
    except Refused as refused:
        if refused.status not in (409, 502):
            raise
        flash(refused.problems[0].sentence(language()))
    else:
        count = sum(one.read for one in done)
        flash(ngettext("%(num)s row compared.", "%(num)s rows compared.", count))
    return redirect(url_for("drifting.show", connection_id=connection_id), 303)


@blueprint.post("/connections/<connection_id>/drift/resume")
def resume(connection_id: str) -> Answer:
    """Take one refused row over now, after somebody has mended what was wrong."""
    mirror, key = request.form.get("mirror", ""), request.form.get("key", "")
    try:
        done = drift.resume(desk(), actor(), connection_id, mirror, key)
    except Refused as refused:
        if refused.status not in (409, 422, 502):
            raise
        flash(refused.problems[0].sentence(language()))
    else:
        words = _("%(key)s was taken over.") if done else _("%(key)s is still refused.")
        flash(words % {"key": key})
    return redirect(url_for("drifting.show", connection_id=connection_id), 303)


def _shown(one: Standing) -> Shown:
    mirror = one.mirror
    model = catalog().forms.get(mirror.form)
    title = model.form.title.in_(language()) if model else mirror.form
    ago = freshness.since(one.read_at).in_(language())
    return Shown(
        mirror.id,
        f"{title} · {mirror.entity}",
        ago,
        short(one.compared_at, reading()) if one.compared_at else "",
        one.failures,
        one,
        list(_missed(mirror.form, one.refused)),
        [
            Moved(key, _label(mirror.form, name), here, there, _when(at))
            for key, name, here, there, at in reversed(one.drift.rows)
        ],
        list(_own(mirror.form, one)),
    )


def _missed(form: str, refused: Mapping[str, Any]) -> Iterator[Missed]:
    for key, problems in refused.items():
        yield Missed(
            key,
            [(_label(form, str(one.get("path", ""))), _said(one)) for one in problems],
        )


def _said(problem: Mapping[str, Any]) -> str:
    words = language()
    hint = (problem.get("hint") or {}).get(words, "")
    return f"{problem['message'][words]} {hint}".strip()


def _own(form: str, one: Standing) -> Iterator[Own]:
    for unposted in one.unposted:
        yield Own(
            url_for("records.show", form_id=form, word=unposted.record),
            unposted.code,
            _label(form, unposted.field),
            f"{unposted.amount.normalize():+f}",
            short(unposted.since, reading()),
        )


def _label(form: str, path: str) -> str:
    model = catalog().forms.get(form)
    known = model.fields.get(path) if model else None
    return known.field.label.in_(language()) if known else path


def _when(at: str) -> str:
    return short(datetime.fromisoformat(at), reading())
