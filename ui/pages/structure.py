"""The library of things that are made of others: versions, explosion, uses, and the check."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, render_template, request

from seamline import clock
from seamline.forms import FormModel
from seamline.usecases import look, structure
from seamline.usecases.structure import Exploded

from ..session import actor, catalog, desk, signed_in
from . import faulting, structuring

blueprint = Blueprint("structure", __name__)
HITS = 20
MOST_WORDS = 100
MOST = Decimal(10**9)


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/structure/<form_id>")
def library(form_id: str) -> Any:
    """Show the versions of one thing, what it is made of and where it is used."""
    model = _model(form_id)
    asked = " ".join(request.args.get("q", "").split())[:MOST_WORDS]
    day = _day(request.args.get("on", ""))
    group = request.args.get("group", "")[:40] or None
    amount = _amount(request.args.get("amount", ""))
    hits = structuring.hits(model, asked, HITS)
    thing = request.args.get("of", "")[:MOST_WORDS] or structuring.only(asked, hits)
    shown = None
    if thing:
        version = request.args.get("version", "")[:40]
        found = structure.exploded(desk(), actor(), form_id, thing, day, group, version, amount)
        uses = structure.used(desk(), actor(), form_id, thing, day)
        against = request.args.get("against", "")[:40] or _before(found)
        other = None
        if any(one.id == against for one in found.family):
            other = structure.exploded(desk(), actor(), form_id, thing, day, group, against, amount)
        shown = structuring.shown(found, uses, other)
    return render_template(
        "pages/structure.html",
        here=f"structure:{form_id}",
        form=model.form,
        asked_for=thing or asked,
        thing=thing,
        day=day.isoformat(),
        group=group or "",
        amount=structuring.figure(amount),
        groups=structuring.groups(model),
        hits=hits if not thing else [],
        recent=structuring.recent(model) if not thing and not asked else [],
        one=shown,
    )


@blueprint.get("/structure/<form_id>/check")
def check(form_id: str) -> Any:
    """Show what is wrong with the versions of a form."""
    model = _model(form_id)
    found = structure.checked(desk(), actor(), form_id)
    return render_template(
        "pages/structure_check.html",
        here=f"structure:{form_id}",
        form=model.form,
        found=found,
        kinds=faulting.faults(model, found),
        at=clock.now(),
    )


def _model(form_id: str) -> FormModel:
    """Return the form; one that says nothing of what things are made of has no library."""
    model = look.form(desk(), actor(), form_id)
    catalog().access.require(actor(), "read", form_id)
    structure.require(desk(), actor(), form_id)
    return model


def _before(found: Exploded) -> str:
    """Return the id of the version before the one that is shown, empty where it is the first."""
    ids = [one.id for one in found.family]
    place = ids.index(found.top.id) if found.top is not None and found.top.id in ids else 0
    return ids[place - 1] if place else ""


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return clock.today(catalog().zone)


def _amount(word: str) -> Decimal:
    try:
        amount = Decimal(word)
    except InvalidOperation:
        return Decimal(1)
    return amount if amount.is_finite() and 0 < amount <= MOST else Decimal(1)
