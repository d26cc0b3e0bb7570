"""Lists: sorted, filtered and searched by every hidden field, on the page and through the API."""

from __future__ import annotations

from urllib.parse import quote

from ..canaries import FOREIGN, MINE, Canary
from ..visit import Guest


def visit(guest: Guest) -> None:
    """Ask for lists in every order and by every word that may not lead anywhere."""
    for form in guest.catalog.forms:
        guest.get(f"/api/v1/views?form={form}")
    for form in guest.forms:
        for base in (f"/api/v1/{form}?", f"/r/{form}?all=1&"):
            guest.get(f"{base}archived=1" if base.startswith("/r/") else f"{base}archived=true")
        own = [one for one in guest.hidden if one.form == form and one.record in (MINE, FOREIGN)]
        for one in {one.name: one for one in own}.values():
            _ordered(guest, form, one)
        for one in {(one.name, one.record): one for one in own}.values():
            _searched(guest, form, one)


def _ordered(guest: Guest, form: str, one: Canary) -> None:
    """Ask for order, column and filter of a hidden field: the API has to refuse them."""
    if not guest.access.scope(guest.actor, form).sees(one.name):
        name, word = one.name, min(one.shown)
        for query in (f"sort={name}", f"fields={name}", f"{name}={quote(word)}"):
            said = guest.get(f"/api/v1/{form}?{query}")
            if said.status == 200:
                guest.tell(said.asked, [one])
        # The page leaves out what it may not sort by or show, and shows the rest.
        for query in (f"sort={name}&columns={name}", f"{name}={quote(word)}"):
            guest.get(f"/r/{form}?all=1&{query}")


def _searched(guest: Guest, form: str, one: Canary) -> None:
    """Search for a hidden value: that has to find what a word finds that stands nowhere."""
    guest.alike(lambda asked: f"/api/v1/{form}?total=true&q={quote(asked)}", one)
    if one.record == MINE:
        guest.alike(lambda asked: f"/r/{form}?all=1&q={quote(asked)}", one)
