"""Who decided what and why: what the rules found at each step, who reviewed it, with what words."""

from __future__ import annotations

from collections.abc import Iterator

from seamline.facts import Event
from seamline.printing.paper import Block, Cell, Heading, Line, Table
from seamline.usecases.review import REVIEWING

from ...record.timeline import entry
from ...record.verdicts import verdicts
from ...say import _
from ...session import actor
from ..cells import TONES, columns_sharing
from ..sheet import Print


def blocks(what: Print) -> Iterator[Block]:
    """Yield one table: a row for each step that was judged, and for each act of a review."""
    rows = [line for event in reversed(what.told.events) for line in _rows(what, event)]
    if rows:
        heads = (_("Time"), _("Person"), _("Act"), _("Result"), _("Reason"))
        yield Heading(_("Who decided what, and why"))
        yield Table(columns_sharing(heads, (0, 0, 2, 0, 4)), rows)


def _rows(what: Print, event: Event) -> Iterator[Line]:
    decision = what.told.decisions.get(event.decision)
    judged = decision is not None and event.kind not in REVIEWING
    if not judged and event.kind not in (*REVIEWING, "dismissed"):
        return
    told = entry(what.model, event, what.faces, actor())
    head = [Cell(told.moment), Cell(told.who), Cell(told.what, strong=True)]
    reason = told.reason
    for one in verdicts(decision) if judged and decision is not None else ():
        said = Cell(one.word, tone=TONES.get(one.colour, "plain"))
        why = " · ".join(word for word in (one.say, reason) if word)
        yield Line([*head, said, Cell(why)])
        head, reason = [Cell("")] * 3, ""
    if head[0].text:
        yield Line([*head, Cell(_("nothing to object") if judged else ""), Cell(reason)])
