"""Attention: what waits for those who look after other systems and pipelines is put before them.

A page that leads to what waits is told of once, until its reader has read that: what stops a
hundred times for one reason is one notice. What comes a day later is told again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from seamline.catalog import Catalog
from seamline.facts import Event
from seamline.store import Unit
from seamline.text import Text

from . import notices

KIND = "systems"
AGAIN = timedelta(days=1)


def ask(unit: Unit, catalog: Catalog, event: Event, act: str, say: Text, link: str) -> None:
    """Put an event that has been appended before everybody who may do `act` on the workspace.

    They look after the page that it leads to, whether or not they may see the event's record.
    """
    told = unit.notices.unread_with(link, event.at - AGAIN)
    about = replace(event, form="", record="")
    notices.tell(unit, catalog, about, KIND, say, act=act, but=told, link=link)
