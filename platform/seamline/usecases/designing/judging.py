"""A rule of a draft tried on a record that is there: every clause with what it saw and says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from seamline.access import plain
from seamline.conditions.evaluate import TRUTH, compiled
from seamline.conditions.node import And, Node, Not, Or, Rows, Truth as Bare
from seamline.facts import Actor, Clause, Truth
from seamline.forms import FormModel
from seamline.scope import MOMENT

from .. import look
from ..desk import Desk
from ..referred import facts_of, found_of, found_seen

MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """One piece of a condition on one record: what it says, and what it is made of.

    `clause` is what a leaf saw. `row` numbers the piece that was asked of one row, `word` is
    what joins the parts or says how many rows; `left` counts the rows that are not shown.
    """

    result: Truth
    word: str = ""
    name: str = ""
    clause: Clause | None = None
    parts: tuple[Judged, ...] = ()
    row: int = 0
    left: int = 0


def seen(desk: Desk, actor: Actor, model: FormModel, word: str) -> dict[str, object]:
    """Return a record's facts as rules of a draft would see them, without what is hidden.

    `model` is the form as the draft has it, with the names that the rule looks at. Raises Refused
    403 or 404.
    """
    catalog = desk.catalogs.current()
    record = look.record(desk, actor, model.form.id, word)
    served = catalog.forms[model.form.id].fields
    # What is hidden of the record is known for where its references lead as they are published:
    # a reference that the draft points elsewhere shows what the actor may read there himself.
    same = [
        use for use in model.references
        if use.path in served and served[use.path].field.settings.get("to") == use.target
        and use.target in catalog.forms
    ]  # fmt: skip
    found = found_seen(
        desk, actor, [use for use in model.references if use not in same], record.values
    )
    with desk.store.reading() as unit:
        found |= found_of(unit, catalog, same, record.values)
        facts = facts_of(unit, model, record, found)
    return {name: _shown(name, value, record.unseen) for name, value in facts.items()
            if plain(name) not in record.unseen}  # fmt: skip


def _shown(name: str, value: Any, unseen: frozenset[str]) -> Any:
    if not isinstance(value, tuple) or not all(isinstance(row, dict) for row in value):
        return value
    return tuple(
        {column: cell for column, cell in row.items() if f"{name}.{column}" not in unseen}
        for row in value
    )


Facts: TypeAlias = Mapping[str, Any]
Piece: TypeAlias = Callable[[Facts, int], Judged]  # what one piece comes to, in which row


def judged(node: Node, facts: Facts) -> Judged:
    """Return what a condition says of facts, every piece of it, deciding or not."""
    return _piece(node)(facts, 0)


def _piece(node: Node) -> Piece:
    match node:
        case And(parts) | Or(parts):
            return _group(node, "and" if isinstance(node, And) else "or", parts)
        case Not(part) if not isinstance(part, Bare):  # "is missing" is one question, no group
            return _group(node, "!", (part,))
        case Rows():
            return _rows(node)
    check = compiled(node)

    def leaf(facts: Facts, row: int) -> Judged:
        trace: list[Clause] = []
        result = check(facts, trace)
        return Judged(TRUTH[result], clause=trace[0] if trace else None, row=row)

    return leaf


def _group(node: Node, word: str, parts: tuple[Node, ...]) -> Piece:
    check, pieces = compiled(node), [_piece(part) for part in parts]

    def group(facts: Facts, row: int) -> Judged:
        told = tuple(piece(facts, 0) for piece in pieces)
        return Judged(TRUTH[check(facts)], word, parts=told, row=row)

    return group


def _rows(node: Rows) -> Piece:
    check, piece = compiled(node), _piece(node.part)

    def asked(facts: Facts, row: int) -> Judged:
        rows = facts.get(node.table) or ()
        told = tuple(
            piece({**one, MOMENT: facts.get(MOMENT)}, number)
            for number, one in enumerate(rows[:MOST_ROWS], 1)
        )
        left = max(0, len(rows) - MOST_ROWS)
        return Judged(TRUTH[check(facts)], node.quantifier, node.table, parts=told, row=row,
                      left=left)  # fmt: skip

    return asked
