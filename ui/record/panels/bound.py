"""What the lines of a record are bound to, as it stood when they were bound."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import render_template, url_for
from markupsafe import Markup

from seamline.facts import Record
from seamline.forms import FormModel
from seamline.usecases.bound import Bound, bound

from ...pages.structuring import DEEPEST_SHOWN, figure
from ...say import _
from ...session import actor, catalog, desk, language
from ...shown import badge
from ..slots import Panel

SHOWN_DIGEST = 16
MOST_PARTS = 200  # shown of one version; all of them are in its dossier


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a kept version."""

    level: int
    indent: int
    key: str
    label: str
    quantity: str
    amount: str
    version: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One bound line as the page shows it."""

    thing: str
    label: str
    version: str
    address: str
    how: str
    digest: str
    state: Markup
    parts: list[Part]
    more: int


def panel(model: FormModel, record: Record) -> Panel | None:
    """Return what the lines are bound to; nothing where none is."""
    found = bound(desk(), actor(), record) if model.form.binds else ()
    if not found:
        return None
    html = render_template("record/bound.html", shown=[_shown(one) for one in found])
    return Panel(_("Bound versions"), Markup(html), wide=True)


def _shown(one: Bound) -> Shown:
    parts = one.data.get("parts", [])
    address = ""
    if one.kept is not None:
        address = url_for("records.show", form_id=one.kept.form, word=one.kept.record)
    return Shown(
        thing=one.key,
        label=one.label,
        version=str(one.bound["name"]),
        address=address,
        how=how_of(one),
        digest=str(one.bound["digest"])[:SHOWN_DIGEST],
        state=_state(one),
        parts=[
            Part(
                part[0], min(part[0], DEEPEST_SHOWN), part[1], part[2],
                figure(Decimal(part[3])), figure(Decimal(part[5])), part[6],
            )
            for part in parts[:MOST_PARTS]
        ],
        more=max(0, len(parts) - MOST_PARTS),
    )  # fmt: skip


def how_of(one: Bound) -> str:
    """Return in words how the version was found."""
    binds = (said for model in catalog().forms.values() for said in model.form.binds)
    schemes = (known for said in binds for known in said.schemes)
    titles = (known.title for known in schemes if known.id == one.bound.get("scheme"))
    title = next((text.in_(language()) for text in titles), "")
    how = {
        "only": _("the only one that applies"),
        "chosen": _("chosen among %(n)s that apply", n=one.bound.get("offered", "")),
        "same": _("as in an earlier order"),
        "followed": _("taken over from the order"),
    }
    words = (title, str(one.bound.get("day", "")), how.get(str(one.bound.get("how", "")), ""))
    return " · ".join(word for word in words if word)


def state_of(one: Bound) -> tuple[str, str]:
    """Return in a word how what was kept stands to the version of today, and its colour."""
    if one.kept is not None and not one.kept.intact:
        return _("Not as it was kept"), "red"
    if one.bound.get("how") == "other":
        return _("Another version than applies"), "red"
    if one.moved:
        return _("Changed since; this keeps what it had"), "amber"
    return _("Sealed"), "green"


ICONS = {"red": "octagon-x", "amber": "history", "green": "lock"}


def _state(one: Bound) -> Markup:
    word, colour = state_of(one)
    return badge(word, colour, ICONS[colour])
