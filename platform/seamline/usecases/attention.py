"""Attention: what waits for those who look after other systems and pipelines is put before them.

A page that leads to what waits is told of once, until its reader has read that: what stops a
hundred times for one reason is one notice.
"""

from __future__ import annotations

from seamline.catalog import Catalog
from seamline.facts import Event
from seamline.store import Unit
from seamline.text import Text

from . import notices
from .people import actor_of

KIND = "systems"


def ask(unit: Unit, catalog: Catalog, event: Event, act: str, say: Text, link: str) -> None:
    """Put an event that has been appended before everybody who may do `act` on the workspace."""
    told = unit.notices.unread_with(link)
    people = [
        user.id
        for user in unit.accounts.users()
        if user.id not in told and catalog.access.may(actor_of(user), act, "*")
    ]
    notices.tell(unit, catalog, event, KIND, say, people=people, link=link)
