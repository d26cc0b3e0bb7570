"""What happened to the record, oldest first, with the place of each entry in the journal."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.printing.paper import Block, Cell, Heading, Line, Table
from seamline.usecases.veiling import COMMENTS

from ...record.timeline import entry
from ...say import _
from ...session import actor
from ..cells import columns_sharing
from ..sheet import Print

_SIGNS = 16  # of a hash, enough to compare by eye


def blocks(what: Print) -> Iterator[Block]:
    """Yield one table of entries; comments between people stay out of it."""
    told = [one for one in reversed(what.told.events) if one.kind not in COMMENTS]
    rows = []
    for event in told:
        one = entry(what.model, event, what.faces, actor())
        words = [f"{c['label']}: {c['before'] or '–'} → {c['after'] or '–'}" for c in one.changes]
        place = f"{event.seq} · {event.hash[:_SIGNS]}" if event.hash else ""
        rows.append(
            Line([Cell(one.moment), Cell(one.who), Cell(one.what, one.reason),
                  Cell("；".join(words)), Cell(place)])
        )  # fmt: skip
    if rows:
        heads = (_("Time"), _("Person"), _("Act"), _("Changed"), _("In the journal"))
        yield Heading(_("What has happened"))
        yield Table(columns_sharing(heads, (0, 0, 2, 4, 2)), rows)
