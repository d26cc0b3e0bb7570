"""The map of a migration as a page shows it: each column with the field it is to fill."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from seamline.forms import FormModel
from seamline.metadata import ColumnMap, FromConnection, ImportMap, LineMap, TakingOver
from seamline.text import Text
from seamline.usecases.importing.source import read_table
from seamline.usecases.migrating.picking import Sampled, sampled
from seamline.usecases.migrating.suggesting import reconciled, suggested, with_papers
from seamline.usecases.spreadsheets import Table

from ..session import desk, language, reading


@dataclass(frozen=True, slots=True)
class Choice:
    """One column of the source with the field it is to fill, how sure that is, and an example."""

    column: str
    to: str
    confidence: int
    example: str = ""
    title: str = ""


def bare(model: FormModel, kept: Mapping[str, Any] | None = None) -> ImportMap:
    """Return the map of a library before anything is known of its source but where it is."""
    form = model.form
    source = None
    if kept is not None and kept.get("connection"):
        source = FromConnection(kept["connection"], kept["entity"], kept.get("rows", ""))
    return ImportMap("suggested", form.title, form.id, (), takes_over=TakingOver(source=source))


def suggested_map(model: FormModel, kept: Mapping[str, Any]) -> ImportMap:
    """Return the likeliest map of files that are kept, or of an entity of a connection."""
    if not kept.get("file"):
        return _of_entity(model, _sampled(kept))
    with ExitStack() as stack:
        table, detail = _tables(kept, stack)
        return suggested(model, table, detail, reading()).map


def _sampled(kept: Mapping[str, Any]) -> Sampled:
    return sampled(desk(), str(kept["connection"]), str(kept["entity"]))


def _of_entity(model: FormModel, one: Sampled) -> ImportMap:
    """Return the likeliest map of an entity, whose own key tells its things apart."""
    made = suggested(model, one.table, one.detail, reading()).map
    columns, key = made.columns, model.form.key
    if one.key and key and key not in {column.to for column in columns}:
        others = [column for column in columns if column.column != one.key]
        columns = (ColumnMap(key, one.key), *others)
    lines = replace(made.lines, file=None, join=None) if made.lines is not None else None
    takes = replace(made.takes_over or TakingOver(), source=one.source)
    keyed = (one.key,) if one.key else made.key
    return replace(made, columns=columns, key=keyed, takes_over=takes, lines=lines)


def choices(
    model: FormModel, kept: Mapping[str, Any], wanted: ImportMap
) -> tuple[list[Choice], list[Choice]]:
    """Return every column of heads and lines as a map fills it, surer ones told from guesses."""
    if not kept.get("file") and wanted.id != "suggested":
        return _mapped(wanted)
    titles: Mapping[str, Text] = {}
    with ExitStack() as stack:
        if kept.get("file"):
            table, detail = _tables(kept, stack)
        else:
            seen = _sampled(kept)
            table, detail, titles = seen.table, seen.detail, seen.titles
        found = suggested(model, table, detail, reading())
        examples, inner = _examples(table), _examples(detail) if detail else {}
    named = wanted.id != "suggested"
    to = {one.column: one.to for one in wanted.columns if one.column}
    if wanted.takes_over is not None and wanted.takes_over.attachments is not None:
        to[wanted.takes_over.attachments.column] = wanted.takes_over.attachments.to
    heads = [
        Choice(one.column, to.get(one.column, ""), _sure(one.confidence, named),
               examples.get(one.column, ""), _called(titles, one.column))
        for one in found.columns
    ]  # fmt: skip
    rows = wanted.lines
    of_lines = {one.column: f"{rows.table}.{one.to}" for one in rows.columns} if rows else {}
    lines = [
        Choice(one.column, of_lines.get(one.column, ""), _sure(one.confidence, named),
               inner.get(one.column, ""), _called(titles, f"lines.{one.column}"))
        for one in found.lines
    ]  # fmt: skip
    return heads, lines


def _called(titles: Mapping[str, Text], name: str) -> str:
    return titles[name].in_(language()) if name in titles else ""


def _sure(confidence: float, named: bool) -> int:
    return 100 if named else round(confidence * 100)


def _mapped(wanted: ImportMap) -> tuple[list[Choice], list[Choice]]:
    heads = [Choice(one.column, one.to, 100) for one in wanted.columns if one.column]
    rows = wanted.lines
    lines = []
    if rows is not None:
        columns = (one for one in rows.columns if one.column)
        lines = [Choice(str(one.column), f"{rows.table}.{one.to}", 100) for one in columns]
    return heads, lines


def _tables(kept: Mapping[str, Any], stack: ExitStack) -> tuple[Table, Table | None]:
    tables = []
    with desk().store.reading() as unit:
        for name in ("file", "lines"):
            if kept.get(name):
                stream = stack.enter_context(unit.files.open(str(kept[name])))
                tables.append(read_table(stream, str(kept[f"{name}_name"])))
    return tables[0], tables[1] if len(tables) > 1 else None


def _examples(table: Table) -> dict[str, str]:
    first = next(iter(table.rows()), None)
    cells = first.cells if first is not None else ()
    return {
        header: str(cell)[:40]
        for header, cell in zip(table.headers, cells, strict=False)
        if cell is not None
    }


def corrected(
    model: FormModel,
    sent: MultiDict[str, str],
    saved: Mapping[str, ImportMap],
    kept: Mapping[str, Any],
) -> ImportMap:
    """Return the map that a person has put together; a saved map keeps its finer points."""
    before = saved.get(sent.get("map", ""))
    old = before or bare(model, kept)
    fine = {(one.column, one.to): one for one in old.columns}
    pairs = zip(sent.getlist("column"), sent.getlist("to"), strict=False)
    chosen = [one for one in old.columns if not one.column]
    chosen += [fine.get((column, to), ColumnMap(to, column)) for column, to in pairs if to]
    head, papers = with_papers(model.form, chosen)
    key = sent.get("key", "")
    lines = _lines(sent, old.lines)
    takes = replace(old.takes_over or TakingOver(), attachments=papers)
    if before is None:
        takes = replace(takes, reconcile=reconciled(model.form, head, lines))
    return replace(
        old,
        columns=head,
        key=old.key if len(old.key) > 1 else ((key,) if key else ()),
        lines=lines,
        takes_over=takes,
    )


def _lines(sent: MultiDict[str, str], old: LineMap | None) -> LineMap | None:
    pairs = zip(sent.getlist("line_column"), sent.getlist("line_to"), strict=False)
    fine = {(one.column, one.to): one for one in old.columns} if old is not None else {}
    rows: list[ColumnMap] = []
    table = ""
    for column, path in pairs:
        if path:
            table, _dot, to = path.partition(".")
            rows.append(fine.get((column, to), ColumnMap(to, column)))
    if not rows:
        return None
    join = sent.get("join", "") or None
    file = sent.get("lines_name", "") or (old.file if old is not None else None)
    return LineMap(table, tuple(rows), file if join else None, join)
