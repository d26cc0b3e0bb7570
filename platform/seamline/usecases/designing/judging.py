"""A rule of a draft tried on a record that is there: every clause with what it saw and says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seamline.access import plain
from seamline.conditions.evaluate import TRUTH, compiled
from seamline.conditions.parse import parse
from seamline.facts import Actor, Clause, Record, Ref, Row, Truth, Value
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.scope import MOMENT, Scope
from seamline.store import Query

from .. import look
from ..desk import Desk

MOST_RECORDS = 20
MOST_ROWS = 20
GROUPS = ("and", "or", "!")
ROWS = ("some", "all", "none")


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


def newest(desk: Desk, actor: Actor, form: str) -> tuple[Record, ...]:
    """Return the newest records of a form that somebody sees; none where he may not read it."""
    catalog = desk.catalogs.current()
    model = catalog.forms.get(form)
    if model is None or not catalog.access.may(actor, "read", form):
        return ()
    known = [one for one in (model.form.key, model.form.name) if one]
    query = Query(sort=("-_created_at",), limit=MOST_RECORDS, total=False, fields=tuple(known))
    return tuple(look.page(desk, actor, form, query).rows)


def seen(desk: Desk, actor: Actor, model: FormModel, word: str) -> dict[str, object]:
    """Return a record's facts as rules of a draft would see them, without what is hidden.

    `model` is the form as the draft has it, with the names that the rule looks at. Raises Refused
    403 or 404.
    """
    catalog = desk.catalogs.current()
    record = look.record(desk, actor, model.form.id, word)
    found: dict[str, dict[str, Mapping[str, Value]]] = {}
    with desk.store.reading() as unit:
        for use in model.references:
            there = catalog.forms.get(use.target)
            if there is None:
                continue
            needs = [name for name in use.needs if name in there.tables.main.c]
            keys = {ref.key for ref in _refs(record, use.path)}
            hits = unit.records.resolve(there.tables, keys, needs)
            found[use.path] = {key: hit.values for key, hit in hits.items()}
    system: dict[str, Value] = {
        "_id": record.id, "_code": record.code, "_tracking": record.tracking,
        "_state": record.state, "_held": record.held, "_revision": record.revision,
        "_created_by": record.created_by, "_created_at": record.created_at,
        MOMENT: catalog.forms[model.form.id].moment(),
    }  # fmt: skip
    facts = model.facts(record.values, found, system)
    return {name: _shown(name, value, record.unseen) for name, value in facts.items()
            if plain(name) not in record.unseen}  # fmt: skip


def _shown(name: str, value: Any, unseen: frozenset[str]) -> Any:
    if not isinstance(value, tuple) or not all(isinstance(row, dict) for row in value):
        return value
    return tuple(
        {column: cell for column, cell in row.items() if f"{name}.{column}" not in unseen}
        for row in value
    )


def _refs(record: Record, path: str) -> Iterator[Ref]:
    table, _, column = path.partition(".")
    value = record.values.get(table)
    held: Iterable[Value] = (value,)
    if column and isinstance(value, tuple):
        held = [row.values.get(column) for row in value if isinstance(row, Row)]
    yield from (one for one in held if isinstance(one, Ref))


def judged(document: Any, scope: Scope, facts: Mapping[str, Any], row: int = 0) -> Judged:
    """Return what a condition says of facts, every piece of it, deciding or not.

    Raises Refused where a piece is no condition.
    """
    result = TRUTH[compiled(parse(document, scope))(facts)]
    word = next(iter(document)) if isinstance(document, Mapping) and len(document) == 1 else ""
    inside: Any = document[word] if word else None
    if word in GROUPS and not _bare(document):
        listed = inside if isinstance(inside, (list, tuple)) else [inside]
        parts = tuple(judged(one, scope, facts) for one in listed)
        return Judged(result, word, parts=parts, row=row)
    if word in ROWS:
        table = str(_name(inside[0]))
        rows = facts.get(table) or ()
        told = tuple(
            judged(inside[1], scope.rows[table], {**one, MOMENT: facts.get(MOMENT)}, number)
            for number, one in enumerate(rows[:MOST_ROWS], 1)
        )
        left = max(0, len(rows) - MOST_ROWS)
        return Judged(result, word, table, parts=told, row=row, left=left)
    trace: list[Clause] = []
    compiled(parse(document, scope))(facts, trace)
    return Judged(result, clause=trace[0] if trace else None, row=row)


def _bare(document: Mapping[str, Any]) -> bool:
    """Say whether a negation is only of a name: that something is missing."""
    inside = document.get("!")
    one = inside[0] if isinstance(inside, (list, tuple)) and len(inside) == 1 else inside
    return isinstance(one, Mapping) and list(one) == ["var"]


def _name(operand: Any) -> str:
    name = operand.get("var", "") if isinstance(operand, Mapping) else ""
    return str(name[0] if isinstance(name, (list, tuple)) and name else name)


def readable(document: Any, scope: Scope) -> bool:
    """Say whether a condition of a draft can be judged at all."""
    try:
        parse(document, scope)
    except Refused:
        return False
    return True
