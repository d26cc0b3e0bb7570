"""A record from a paper: what was read in doubt has to be confirmed before it is complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from seamline.facts import Record, Ref, Row, Value
from seamline.fields import KINDS
from seamline.fields.kind import Invalid
from seamline.metadata import Field
from seamline.problems import Place, Problem
from seamline.store.papers import PaperRow
from seamline.text import Text

from ..paperwork.offered import Offered, of_words, to_words
from .case import Case
from .needed import files_of

SAME_FILE = "paper"  # the check that a paper has not become a record already
_UNATTENDED = frozenset({"pipeline", "import", "seed", "mcp"})  # nobody looks at the paper there


def check_read(case: Case) -> None:
    """Settle what a person confirmed or changed; in a completing step refuse what is left open."""
    paper = case.model.form.paper
    if paper is None:
        return
    row = _paper(case)
    if row is None or not row.offered:
        return
    read = of_words(row.offered)
    offered = tuple(_settled(case, one, _count(read, one)) for one in read)
    case.paper = (row, offered)
    case.told["paper"] = {
        how or "open": [one.path for one in offered if one.how == how]
        for how in ("", "sure", "confirmed", "changed")
    } | {"id": row.id}
    if case.step.id in paper.completes:
        case.problems.extend(_open(offered))


def keep_read(case: Case, record: Record) -> None:
    """Keep with the paper which record it became, and who confirmed what."""
    if case.paper is None:
        return
    row, offered = case.paper
    rows = {name: _rows(value) for name, value in record.values.items()}
    named = (replace(one, row=one.row or _row_id(one, rows)) for one in offered)
    case.unit.papers.move(
        row.id, row.state, state="confirmed", record=record.id, offered=to_words(named)
    )


def _paper(case: Case) -> PaperRow | None:
    """Return the paper that the record is made from, by name or by the file kept as evidence."""
    papers, form = case.unit.papers, case.model.form
    if case.before is not None:
        return papers.of_record(form.id, case.before.id)
    if case.asked.paper:
        row = papers.get(case.asked.paper)
        return row if row is not None and row.form == form.id and row.state == "read" else None
    assert form.paper is not None
    kept = [file.sha256 for file in files_of(case.values.get(form.paper.evidence))]
    if not kept:
        return None
    whole = case.catalog.access.whole(case.actor, form.id)
    rows = papers.of_files(form.id, kept, "" if whole else case.actor.id)
    if any(row.state == "confirmed" for row in rows) and SAME_FILE not in case.asked.confirmed:
        case.problems.add(_same_file(form.paper.evidence))
    return next((row for row in rows if row.state == "read"), None)


def _same_file(evidence: str) -> Problem:
    return Problem(
        "possible_duplicate",
        Text(
            "这份单据已经建过一条记录。",
            "A record has been made from this very paper already.",
        ),
        Place(evidence),
        Text(
            f"确认不是重复后，勾选确认(confirm: {SAME_FILE})再提交。",
            f"If it is another one, confirm it (confirm: {SAME_FILE}) and submit again.",
        ),
        got=SAME_FILE,
    )


def _count(read: tuple[Offered, ...], like: Offered) -> int:
    """Return how many rows the paper has of a value's table."""
    return 1 + max(one.place[1] for one in read if one.place[0] == like.place[0])


def _settled(case: Case, one: Offered, count: int) -> Offered:
    """Return a value with who stands up for it now: a tick, or another value in its place."""
    if one.how:
        return one
    if not one.word or not _stands(case, one, count):
        return replace(one, how="changed", by=case.actor.id)
    if one.confirm in case.asked.confirmed and case.origin.via not in _UNATTENDED:
        return replace(one, how="confirmed", by=case.actor.id)
    return one


def _stands(case: Case, one: Offered, count: int) -> bool:
    """Say whether the value that was read is in the record as it would be."""
    head, number, column = one.place
    if number < 0:
        return _same(case, case.model.fields[head].field, one.word, case.values.get(head))
    field = case.model.fields[f"{head}.{column}"].field
    rows = _rows(case.values.get(head))
    if one.row:
        rows = tuple(row for row in rows if row.id == one.row)
    elif len(rows) == count:
        rows = rows[number : number + 1]
    # Where rows were added or taken out, any of them may be the one that has the value.
    return any(_same(case, field, one.word, row.values.get(column)) for row in rows)


def _same(case: Case, field: Field, word: str, value: Value) -> bool:
    try:
        read = KINDS[field.kind].parse(field, word, case.reading)
    except Invalid:
        return False
    if isinstance(read, Ref) and isinstance(value, Ref):
        return read.key == value.key
    return bool(read == value)


def _rows(value: Value) -> tuple[Row, ...]:
    rows = value if isinstance(value, tuple) else ()
    return tuple(row for row in rows if isinstance(row, Row))


def _row_id(one: Offered, rows: dict[str, tuple[Row, ...]]) -> str:
    head, number, _column = one.place
    mine = rows.get(head, ())
    return mine[number].id if 0 <= number < len(mine) else ""


def _open(offered: tuple[Offered, ...]) -> Iterator[Problem]:
    for one in offered:
        if one.how:
            continue
        head, number, column = one.place
        yield Problem(
            "not_confirmed",
            Text(
                f"{one.zh}“{one.said}”还未核对。",
                f"{one.en} '{one.said}' has not been checked yet.",
            ),
            Place(head if number < 0 else f"{head}[{number + 1}].{column}"),
            Text(
                f"对照原件后改正，或确认(confirm: {one.confirm})。",
                f"Compare it with the paper, then correct it or confirm it "
                f"(confirm: {one.confirm}).",
            ),
            got=one.confirm,
        )
