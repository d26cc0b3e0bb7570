"""What the lines are bound to: the version, how it was found, its parts as they stood then."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from seamline.printing.paper import Block, Cell, Heading, Line, Note, Table, Words
from seamline.usecases.bound import Bound, bound

from ...pages.structuring import figure
from ...record.panels.bound import how_of, state_of
from ...say import _
from ...session import actor, desk
from ..cells import columns_sharing
from ..sheet import Print


def blocks(what: Print) -> Iterator[Block]:
    """Yield one table for each bound line, with all its parts."""
    found = bound(desk(), actor(), what.record) if what.model.form.binds else ()
    if found:
        yield Heading(_("Bound versions"))
    shown: set[str] = set()
    for one in found:
        yield from _one(one, shown)


def _one(one: Bound, shown: set[str]) -> Iterator[Block]:
    digest = str(one.bound["digest"])
    yield Heading(" ".join(dict.fromkeys((one.key, one.label, str(one.bound["name"])))), 2)
    word, colour = state_of(one)
    yield Words(f"{how_of(one)} · {word} · SHA-256 {digest}", leads=True)
    if colour == "red":
        yield Note(word, "bad")
    if not one.data or digest in shown:
        return
    shown.add(digest)
    heads = (
        _("Part"),
        _("Quantity in one"),
        _("Scrap in percent"),
        _("Needed in all"),
        _("Made by"),
    )
    columns = columns_sharing(heads, (1, 0, 0, 0, 0), figures=(1, 2, 3))
    rows = [
        Line([
            Cell(part[1], part[2] if part[2] != part[1] else "", deep=part[0]),
            Cell(figure(Decimal(part[3]))), Cell(figure(Decimal(part[4]))),
            Cell(figure(Decimal(part[5]))), Cell(part[6]),
        ])
        for part in one.data["parts"]
    ]  # fmt: skip
    yield Table(columns, rows)
