"""Suggests a map: which column fills which field, by its name, else by what stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from seamline.fields import Invalid, kind_of
from seamline.fields.kind import Reading
from seamline.forms import FormModel
from seamline.metadata import (
    Attachments,
    ColumnMap,
    Form,
    ImportMap,
    LineMap,
    Reconcile,
    Section,
    TakingOver,
)
from seamline.text import Text
from seamline.usecases.importing.cells import raw_of
from seamline.usecases.importing.drafts import cell_at
from seamline.usecases.importing.mapping import Guess, Target, guess, targets
from seamline.usecases.spreadsheets import Line, Table

SAMPLES = 20
BY_TYPE = 0.5  # how sure a suggestion is that only the values speak for
TYPED = ("date", "datetime", "integer", "decimal", "money", "percent", "email", "phone", "url")
SUMMED = ("decimal", "money", "integer")


@dataclass(frozen=True, slots=True)
class Suggested:
    """A whole suggestion: the columns of heads and of lines, and the map that they make."""

    columns: tuple[Guess, ...]
    lines: tuple[Guess, ...]
    map: ImportMap


def suggested(model: FormModel, table: Table, detail: Table | None, reading: Reading) -> Suggested:
    """Return the likeliest map of some files into a library."""
    form = model.form
    inner = next((one.id for one in form.fields if one.fields), "")
    columns = _guesses(form, table, "", reading)
    lines: tuple[Guess, ...] = ()
    join = ""
    if detail is not None and inner:
        lines = _guesses(form, detail, inner, reading)
        shared = [header for header in table.headers if header and header in detail.headers]
        join = shared[0] if shared else ""
    key = next((one.column for one in columns if one.to == form.key), join)
    mapped = [ColumnMap(one.to, one.column) for one in columns if one.to]
    head, papers = with_papers(form, mapped)
    rows = tuple(ColumnMap(one.to.partition(".")[2], one.column) for one in lines if one.to)
    of_lines = None
    if rows and detail is not None:
        of_lines = LineMap(inner, rows, detail.name, join or key)
    made = ImportMap(
        id="suggested",
        title=form.title,
        form=form.id,
        columns=head,
        key=(key,) if key else (),
        lines=of_lines,
        takes_over=TakingOver(attachments=papers, reconcile=reconciled(form, head, of_lines)),
    )
    return Suggested(columns, lines, made)


def with_papers(
    form: Form, mapped: Sequence[ColumnMap]
) -> tuple[tuple[ColumnMap, ...], Attachments | None]:
    """Return columns without the one that names attachments, and what is attached by it."""
    kept = {one.id for one in form.fields if one.kind in ("attachment", "image")}
    papers = next((one for one in mapped if one.to in kept and one.column), None)
    head = tuple(one for one in mapped if one.to not in kept)
    return head, Attachments(papers.to, str(papers.column)) if papers is not None else None


def reconciled(form: Form, head: Sequence[ColumnMap], lines: LineMap | None) -> Reconcile:
    """Return what can be compared of a map that does not say so: months, choices and sums."""
    known = {one.id: one for one in form.fields}
    mapped = [known[one.to] for one in head if one.to in known]
    month = next((one.id for one in mapped if one.kind == "date" and one.required), "")
    groups = tuple(one.id for one in mapped if one.kind == "choice")[:2]
    sums = [one.id for one in mapped if one.kind in SUMMED]
    if lines is not None and lines.table in known:
        columns = {one.id: one for one in known[lines.table].fields}
        inner = [columns[one.to] for one in lines.columns if one.to in columns]
        sums += [f"{lines.table}.{one.id}" for one in inner if one.kind in ("decimal", "money")]
    return Reconcile(month, groups, tuple(sums[:4]))


def _guesses(form: Form, table: Table, inner: str, reading: Reading) -> tuple[Guess, ...]:
    """Return a guess for every column; those of lines can fill columns of the sub-table alone."""
    part = replace(form, sections=tuple(_part(form, inner)))
    found = guess(part, table.headers).guesses
    open_ = [one for one in targets(part) if one.path not in {guess.to for guess in found}]
    samples = _samples(table)
    told = []
    for one in found:
        fitting = [] if one.to else _fitting(one.column, table, samples, open_, reading)
        if len(fitting) == 1:
            open_.remove(fitting[0])
            one = Guess(one.column, fitting[0].path, fitting[0].label, BY_TYPE, "type")
        told.append(one)
    return tuple(told)


def _part(form: Form, inner: str) -> Iterator[Section]:
    for section in form.sections:
        held = tuple(
            one for one in section.fields if (one.id == inner if inner else not one.fields)
        )
        if held:
            yield replace(section, fields=held)


def _samples(table: Table) -> list[Line]:
    lines = []
    for line in table.rows():
        lines.append(line)
        if len(lines) == SAMPLES:
            break
    return lines


def _fitting(
    column: str, table: Table, samples: Sequence[Line], open_: Sequence[Target], reading: Reading
) -> list[Target]:
    """Return the fields that every sample of a column is a value of, of kinds that say much."""
    at = table.headers.index(column)
    cells = [cell for line in samples if (cell := cell_at(line, at)) is not None]
    if not cells:
        return []
    found = []
    for target in open_:
        if target.field.kind not in TYPED:
            continue
        try:
            for cell in cells:
                raw = raw_of(target.field, ColumnMap(target.field.id, column), cell)
                kind_of(target.field).parse(target.field, raw, reading)
        except Invalid:
            continue
        found.append(target)
    return found


def document(wanted: ImportMap, map_id: str, title: str) -> str:
    """Return a map as the text of a document that a package can hold."""

    def flow(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = ["seamline: 1", f"import: {map_id}", f"title: {flow(title)}", f"form: {wanted.form}"]
    if wanted.key:
        lines.append(f"key: {flow(list(wanted.key))}")
    lines += ["columns:", *(f"  - {flow(_column(one))}" for one in wanted.columns)]
    if wanted.lines is not None:
        rows = wanted.lines
        lines += ["lines:", f"  table: {rows.table}"]
        if rows.file and rows.join:
            lines += [f"  file: {flow(rows.file)}", f"  join: {flow(rows.join)}"]
        lines += ["  columns:", *(f"    - {flow(_column(one))}" for one in rows.columns)]
    if wanted.takes_over is not None:
        lines.append(f"takes_over: {flow(_takes(wanted.takes_over))}")
    return "\n".join(lines) + "\n"


def _column(one: ColumnMap) -> Mapping[str, object]:
    given: dict[str, object] = {"to": one.to}
    for name in ("column", "match", "values", "constant"):
        value = getattr(one, name)
        if value:
            given[name] = dict(value) if name == "values" else value
    return given


def _takes(takes: TakingOver) -> Mapping[str, object]:
    given: dict[str, object] = {"prefix": takes.prefix} if takes.prefix else {}
    if takes.source is not None:
        given["from"] = _filled(takes.source)
    if takes.approvals:
        given["approvals"] = [_filled(one) for one in takes.approvals]
    for name in ("approval_rows", "attachments"):
        part = getattr(takes, name)
        if part is not None:
            given[name] = _filled(part)
    if takes.only is not None:
        given["only"] = dict(takes.only)
    if takes.reconcile != Reconcile():
        given["reconcile"] = _filled(takes.reconcile)
    return given


def _filled(part: Any) -> dict[str, object]:
    """Return the fields of a part of a map that say something."""
    found: dict[str, object] = {}
    for one in fields(part):
        name, value = one.name, getattr(part, one.name)
        if isinstance(value, Text):
            value = {"zh": value.zh, "en": value.en}
        elif isinstance(value, tuple):
            value = list(value)
        if value:
            found[name] = value
    return found
