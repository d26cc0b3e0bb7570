"""What is known of the photos that are proof, and what speaks against them, on a record's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from seamline.facts import Record
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.proofs.signs import SIGNS
from seamline.store import Proof
from seamline.usecases import proofs
from seamline.usecases.proofs import Known

from ...pages.people import name_of_person
from ...say import _, ngettext
from ...session import actor, desk, language, reading
from ...shown import badge, name_of
from ..slots import Panel


@dataclass(frozen=True, slots=True)
class Shown:
    """One photo as it is shown."""

    step: str
    picture: str
    facts: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]
    live: bool
    like: tuple[tuple[str, str, str], ...]
    others: str


def panel(model: FormModel, record: Record) -> Panel | None:
    """Return the photos of a record, the newest first; nothing where there is none to be seen."""
    if not any("proof" in one.settings for one in model.form.fields):
        return None
    known = proofs.of_record(desk(), actor(), record)
    if not known:
        return None
    shown = [_shown(model, one) for one in known]
    doubts = sum(bool(one.doubts) for one in shown)
    told = ngettext("%(num)s photo in doubt", "%(num)s photos in doubt", doubts)
    sign = (
        badge(told, "amber", "triangle-alert")
        if doubts
        else badge(_("No doubt"), "green", "circle-check")
    )
    html = Markup(render_template("record/proofs.html", photos=shown))
    return Panel(_("Photos as proof"), html, sign)


def _shown(model: FormModel, one: Known) -> Shown:
    proof = one.proof
    step = model.steps.get(proof.step.partition(".")[2])
    others = (
        ngettext("and %(num)s you do not see", "and %(num)s you do not see", one.others)
        if one.others
        else ""
    )
    return Shown(
        step=step.title.in_(language()) if step else proof.step,
        picture=_address(proof),
        facts=tuple((label, value) for label, value in _facts(proof) if value),
        doubts=tuple(SIGNS[sign].in_(language()) for sign in proof.signs if sign in SIGNS),
        live=bool(proof.facts.get("live")),
        like=tuple((_name(record), _record_address(record), _address(other))
                   for other, record in one.like),
        others=others,
    )  # fmt: skip


def _facts(proof: Proof) -> tuple[tuple[str, str], ...]:
    place = proof.facts.get("place")
    return (
        (_("Server time"), show_moment(proof.at, reading())),
        (_("Taken by"), name_of_person(proof.actor)),
        (_("Position"), _where(place, str(proof.facts.get("place_from", "")))),
        (_("Device number"), proof.device),
        (_("Camera"), str(proof.facts.get("camera", ""))),
        (_("Address seen"), proof.seen),
    )


def _where(place: Any, source: str) -> str:
    if not place:
        return ""
    point = f"{place['latitude']:.5f}, {place['longitude']:.5f}"
    about = f" ±{place['accuracy']:.0f} m" if place.get("accuracy") else ""
    return f"{point}{about}" + (f" ({_('from the picture')})" if source == "picture" else "")


def _address(proof: Proof) -> str:
    return url_for("records.file", form_id=proof.form, word=proof.record, sha256=proof.sha256)


def _record_address(record: Record) -> str:
    return url_for("records.show", form_id=record.form, word=record.id)


def _name(record: Record) -> str:
    return name_of(record, desk().catalogs.current().forms[record.form])
