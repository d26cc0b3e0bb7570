"""Progress links: what the page of a record shows to those who hold its secret address."""

from __future__ import annotations

import re

from seamline.facts import Origin
from seamline.usecases import links

from ...ways.visitor import OPERATOR
from ..canaries import MINE
from ..visit import Guest


def visit(guest: Guest) -> None:
    """Make a link for each page that shows records as this reader's role, and open all of it."""
    for page in guest.catalog.pages.values():
        if page.kind != "progress" or page.settings.role not in guest.actor.roles:
            continue
        record = guest.records.get((page.settings.form, MINE))
        if record is None:
            continue
        link = links.make(guest.desk, OPERATOR, Origin("cli"), page.id, record)
        word = links.token(guest.desk, link)
        said = [guest.get(f"/t/{word}"), guest.get(f"/t/{word}/now")]
        for one in said:
            for address in re.findall(rf'(?:href|src)="(/t/{word}[^"#]*)"', one.text):
                guest.get(address)
        for canary in guest.hidden:
            for file in [one for one in canary.shown if re.fullmatch("[0-9a-f]{64}", one)]:
                guest.get(f"/t/{word}/files/{canary.form}/{record}/{file}")
