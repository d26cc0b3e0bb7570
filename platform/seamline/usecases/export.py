"""Export: the records of a form as CSV, Excel or JSON, in the form that import reads back."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from seamline.conditions.parse import parse
from seamline.facts import Actor, Record, Row, Value
from seamline.fields import kind_of
from seamline.fields.moments import iso
from seamline.forms import FormModel
from seamline.metadata import Field, Form, mark_of
from seamline.problems import Place, Refused, did_you_mean
from seamline.store import Query
from seamline.text import Text

from . import look
from .desk import Desk
from .importing.cells import guarded
from .spreadsheets import CELL_CHARACTERS, ROWS, Cell

Format = Literal["csv", "xlsx", "json"]
Headers = Literal["id", "label"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "json")


@dataclass(slots=True)
class Exported:
    """What an export wrote: its records, the cells changed for safety, what was left out."""

    records: int = 0
    guarded: int = 0
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exported file; `table` names the sub-table it stands in, if any."""

    header: str
    table: str
    field: Field | None
    system: str = ""


def export(
    desk: Desk,
    actor: Actor,
    form: str,
    out: IO[bytes],
    *,
    format: Format = "csv",
    where: Any = None,
    headers: Headers = "id",
    language: str = "zh",
    table: str = "",
    archived: bool = False,
    search: str = "",
    sort: tuple[str, ...] = ("_created_at",),
) -> Exported:
    """Write the records of a form that match `where` and the words of `search` to `out`.

    CSV and Excel have one row per row of the sub-table `table` (the form's first where empty),
    the record's own columns repeated. Raises Refused 403, 404, 422 for a wrong condition.
    """
    model = look.form(desk, actor, form)
    node = None if where is None else parse(where, model.scope, Place("where"))
    sort = tuple(name for name in sort if name.lstrip("-") not in model.unseen)
    query = Query(where=node, search=search, archived=archived, sort=sort)
    records = look.stream(desk, actor, form, query)
    done = Exported()
    if format == "json":
        _write_json(out, model, records, done)
        return done
    chosen = _table(model.form, table)
    columns = tuple(_columns(model.form, chosen, headers, language, model.unseen))
    zone = desk.catalogs.current().zone
    shown = _Shown(format, headers, language, zone, model.form)
    rows = _rows(columns, chosen, records, shown, done)
    if format == "csv":
        _write_csv(out, rows)
    else:
        from .workbooks import write_rows

        closed = model.form.closed
        stamp = closed.mark.in_(language) if closed is not None and closed.library else ""
        write_rows(out, model.form.title.in_(language), _within_excel(rows), stamp)
    _note(model.form, chosen, done)
    return done


def record_json(
    model: FormModel, found: Record, only: Collection[str] | None = None
) -> dict[str, Any]:
    """Return a record as plain data: what the platform keeps of it, its values and labels.

    What is hidden from its reader is not named at all.
    """
    whole = {
        "id": found.id,
        "form": found.form,
        "code": found.code,
        "tracking": found.tracking,
        "state": found.state,
        "held": found.held,
        "revision": found.revision,
        "version": found.version,
        "created_at": iso(found.created_at),
        "created_by": found.created_by,
        "updated_at": iso(found.updated_at),
        "updated_by": found.updated_by,
        "archived_at": iso(found.archived_at) if found.archived_at is not None else None,
        "values": model.to_json(found.values, only, found.unseen),
        "labels": model.labels(found.values, only, found.unseen),
    }
    if model.form.closed is not None:
        mark = mark_of(model.form.closed, found.state)
        whole["closed"] = None if mark is None else {"zh": mark.zh, "en": mark.en}
    if not found.unseen:
        return whole
    return {name: value for name, value in whole.items() if f"_{name}" not in found.unseen}


def _table_rows(value: Value) -> tuple[Row, ...]:
    if not isinstance(value, tuple):
        return ()
    return tuple(row for row in value if isinstance(row, Row))


def _table(form: Form, asked: str) -> Field | None:
    tables = {one.id: one for one in form.fields if one.fields}
    if not asked:
        return next(iter(tables.values()), None)
    if asked not in tables:
        raise Refused.one(
            "unknown_field",
            Text(f"表单没有子表“{asked}”。", f"The form has no sub-table '{asked}'."),
            place=Place("table"),
            hint=did_you_mean(asked, tables),
        )
    return tables[asked]


_SYSTEM: Mapping[str, Text] = {
    "_code": Text("编号", "Code"),
    "_tracking": Text("追踪码", "Tracking code"),
    "_state": Text("状态", "State"),
    "_closed": Text("结案标记", "Closed mark"),
}


def _columns(
    form: Form, table: Field | None, headers: Headers, language: str, unseen: Collection[str]
) -> Iterator[Column]:
    labels = [one.label.in_(language) for one in form.fields]
    for name, words in _SYSTEM.items():
        if name in unseen:
            continue
        if not _kept_by(form, name):
            continue
        header = words.in_(language)
        plain = headers == "label" and header not in labels
        yield Column(header if plain else name, "", None, name)
    for one in form.fields:
        if one.fields:
            continue
        label = one.label.in_(language)
        header = label if labels.count(label) == 1 else f"{label} ({one.id})"
        yield Column(header if headers == "label" else one.id, "", one)
    if table is None:
        return
    names = [one.label.in_(language) for one in table.fields]
    for one in table.fields:
        label = one.label.in_(language)
        header = label if names.count(label) == 1 else f"{label} ({one.id})"
        shown = f"{table.label.in_(language)}.{header}"
        yield Column(shown if headers == "label" else f"{table.id}.{one.id}", table.id, one)


def _kept_by(form: Form, name: str) -> bool:
    """Whether records of a form have this column of the platform."""
    if name == "_closed":
        return form.closed is not None
    return bool(form.states) if name == "_state" else form.code is not None


@dataclass(frozen=True, slots=True)
class _Shown:
    """How values become cells."""

    format: Format
    headers: Headers
    language: str
    zone: ZoneInfo
    form: Form

    def cell(self, field: Field, value: Value, done: Exported) -> Cell:
        """Return a value as a cell; text that a spreadsheet would run gets a quote."""
        if value is None:
            return None
        if self.format == "xlsx" and isinstance(value, (bool, int, Decimal)):
            return value
        if self.format == "xlsx" and isinstance(value, datetime):
            local = value.astimezone(self.zone).replace(tzinfo=None)
            # Excel keeps milliseconds: a finer moment goes out as text.
            return local if not local.microsecond else iso(value)
        if self.format == "xlsx" and isinstance(value, date):
            return value
        text = kind_of(field).to_text(field, value)
        if isinstance(value, (int, Decimal, date)):
            return text
        safe = guarded(text)
        done.guarded += safe != text
        return safe


def _rows(
    columns: Sequence[Column],
    table: Field | None,
    records: Iterator[Record],
    shown: _Shown,
    done: Exported,
) -> Iterator[list[Cell]]:
    yield [guarded(column.header) for column in columns]
    for record in records:
        done.records += 1
        head = {
            at: _head_cell(column, record, shown, done)
            for at, column in enumerate(columns)
            if not column.table
        }
        rows = _table_rows(record.values.get(table.id)) if table is not None else ()
        for row in rows or (None,):
            yield [
                head[at] if at in head else _line_cell(column, row, shown, done)
                for at, column in enumerate(columns)
            ]


def _head_cell(column: Column, record: Record, shown: _Shown, done: Exported) -> Cell:
    if column.field is None:
        if column.system == "_closed":
            mark = mark_of(shown.form.closed, record.state)
            return None if mark is None else mark.in_(shown.language)
        word = {"_code": record.code, "_tracking": record.tracking, "_state": record.state}
        return word[column.system] or None
    return shown.cell(column.field, record.values.get(column.field.id), done)


def _line_cell(column: Column, row: Row | None, shown: _Shown, done: Exported) -> Cell:
    if row is None or column.field is None:
        return None
    return shown.cell(column.field, row.values.get(column.field.id), done)


def _write_csv(out: IO[bytes], rows: Iterator[list[Cell]]) -> None:
    # The mark at the start makes Excel read the file as UTF-8.
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    text.flush()
    text.detach()


def _write_json(
    out: IO[bytes], model: FormModel, records: Iterator[Record], done: Exported
) -> None:
    out.write(b"[")
    for record in records:
        out.write(b",\n" if done.records else b"\n")
        out.write(msgspec.json.encode(record_json(model, record)))
        done.records += 1
    out.write(b"\n]\n")


def _within_excel(rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    for number, row in enumerate(rows):
        if number > ROWS or any(isinstance(c, str) and len(c) > CELL_CHARACTERS for c in row):
            raise Refused.one(
                "too_much_for_excel",
                Text(
                    "超出 Excel 的行数或单元格长度，请导出为 CSV 或 JSON。",
                    "More rows or longer text than an Excel file takes; export CSV or JSON.",
                ),
                status=413,
            )
        yield row


def _note(form: Form, table: Field | None, done: Exported) -> None:
    if done.guarded:
        done.notes.append(
            Text(
                f"{done.guarded} 个以 = + - @ 开头的文本单元格前加了单引号，以防被当作公式；"
                "再导入时会去掉。",
                f"{done.guarded} text cells that start with = + - @ got a leading quote, so that "
                "no spreadsheet runs them; import takes it off again.",
            )
        )
    left = [one for one in form.fields if one.fields and one is not table]
    if left:
        zh, en = "、".join(one.label.zh for one in left), ", ".join(one.label.en for one in left)
        done.notes.append(
            Text(
                f"未含子表：{zh}(JSON 含全部)。",
                f"Without the sub-tables: {en} (JSON has them all).",
            )
        )
