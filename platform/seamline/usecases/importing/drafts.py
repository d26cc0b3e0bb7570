"""Gathers the rows of a file into drafts: one per record, each value knowing its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seamline.metadata import ColumnMap, Field, Form, ImportMap
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean
from seamline.text import Text
from seamline.usecases.spreadsheets import Cell, Line, Table

from .cells import broken, raw_of, raw_text, shown


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stood: the row of its file, the header, what the cell showed."""

    row: int
    column: str
    value: str
    file: str = ""


@dataclass(slots=True)
class Draft:
    """One record as the file has it; `spots` maps `qty` or `lines[2].qty` to the cell.

    `key` holds the words of the key columns, `line` the row of the record's head.
    """

    row: int
    values: dict[str, Any]
    spots: dict[str, Spot]
    key: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Filler:
    """One column of the map with its position in the file and the field it fills."""

    column: ColumnMap
    field: Field
    at: int

    def fill(
        self, line: Line | None, values: dict[str, Any], path: str, draft: Draft, file: str = ""
    ) -> None:
        """Put the cell's value under the field's id; remember where it stood."""
        if self.at < 0:
            values[self.column.to] = self.column.constant
            return
        cell = cell_at(line, self.at)
        number = line.number if line is not None else draft.row
        draft.spots[path] = Spot(number, self.column.column or "", shown(cell), file)
        problem = broken(cell)
        if problem is not None:
            draft.problems.append(problem.at(Place(path)))
            return
        values[self.column.to] = raw_of(self.field, self.column, cell)


def cell_at(line: Line | None, at: int) -> Cell:
    """Return a cell of a row, None beyond its end."""
    if line is None or at >= len(line.cells):
        return None
    return line.cells[at]


@dataclass(frozen=True, slots=True)
class Plan:
    """A map fitted to its files: which cell fills which field, and how rows make records."""

    head: tuple[Filler, ...]
    lines: tuple[Filler, ...]
    table_id: str
    keys: tuple[int, ...]
    join: int
    detail: Table | None
    detail_join: int


def fit(
    form: Form, wanted: ImportMap, table: Table, detail: Table | None, nested: bool = False
) -> Plan:
    """Fit a map to the headers of its files; raises Refused naming every misfit at once.

    With `nested` the rows of `detail` come with their records: nothing joins them.
    """
    problems = Problems()
    head_fields = {one.id: one for one in form.fields}
    head = _fillers(wanted.columns, head_fields, table, problems, "")
    keys = tuple(_column(name, table, problems) for name in wanted.key)
    lines: tuple[Filler, ...] = ()
    join = detail_join = -1
    if wanted.lines is not None:
        of_table = head_fields.get(wanted.lines.table)
        columns = {one.id: one for one in of_table.fields} if of_table is not None else {}
        if not columns:
            problems.add(_unknown_table(wanted.lines.table, form))
        source = table if detail is None else detail
        lines = _fillers(wanted.lines.columns, columns, source, problems, f"{wanted.lines.table}.")
        if detail is not None and not nested:
            joined = wanted.lines.join or (wanted.key[0] if wanted.key else "")
            join, detail_join = _column(joined, table, problems), _column(joined, detail, problems)
    problems.raise_if_any()
    table_id = wanted.lines.table if wanted.lines is not None else ""
    return Plan(head, lines, table_id, keys, join, detail, detail_join)


def _fillers(
    columns: tuple[ColumnMap, ...],
    fields: Mapping[str, Field],
    table: Table,
    problems: Problems,
    prefix: str,
) -> tuple[Filler, ...]:
    found: list[Filler] = []
    for column in columns:
        field = fields.get(column.to)
        if field is None:
            problems.add(
                Problem(
                    "unknown_field",
                    Text(f"表单没有字段“{column.to}”。", f"The form has no field '{column.to}'."),
                    Place(f"{prefix}{column.to}"),
                    did_you_mean(column.to, fields),
                )
            )
        elif column.column is None:
            found.append(Filler(column, field, -1))
        else:
            found.append(Filler(column, field, _column(column.column, table, problems)))
    return tuple(found)


def _column(name: str, table: Table, problems: Problems) -> int:
    if name in table.headers:
        return table.headers.index(name)
    known = [header for header in table.headers if header]
    problems.add(
        Problem(
            "unknown_column",
            Text(f"文件没有列“{name}”。", f"The file has no column '{name}'."),
            Place(file=table.name, line=1, column=1),
            did_you_mean(name, known)
            or Text(f"现有的列：{', '.join(known[:12])}", f"Its columns: {', '.join(known[:12])}"),
            name,
        )
    )
    return 0


def _unknown_table(name: str, form: Form) -> Problem:
    tables = [one.id for one in form.fields if one.fields]
    return Problem(
        "unknown_field",
        Text(f"表单没有子表“{name}”。", f"The form has no sub-table '{name}'."),
        Place(name),
        did_you_mean(name, tables),
        name,
    )


def drafts(plan: Plan, table: Table) -> Iterator[Draft]:
    """Yield one draft per record, in the order of the file."""
    if plan.detail is not None:
        yield from _joined(plan, table)
    elif plan.lines:
        yield from _grouped(plan, table)
    else:
        for line in _data(table):
            yield _draft(plan, line)


def count(plan: Plan, table: Table) -> int:
    """Return how many drafts there will be; every row of the files is looked at."""
    if plan.detail is not None:
        heads = [_word(line, plan.join) for line in _data(table)]
        words = {_word(line, plan.detail_join) for line in _data(plan.detail)}
        return len(heads) + len(words.difference(heads))
    if plan.lines:
        return sum(1 for _line, begins, _key in _begun(plan, table) if begins)
    return sum(1 for _line in _data(table))


def _word(line: Line, at: int) -> str:
    return raw_text(cell_at(line, at)).strip()


def _data(table: Table) -> Iterator[Line]:
    rows = table.rows()
    if table.template:
        next(rows, None)  # the example row of our own template
    return rows


def _draft(plan: Plan, line: Line) -> Draft:
    key = tuple(raw_text(cell_at(line, at)).strip() for at in plan.keys)
    draft = Draft(line.number, {}, {}, key, line=line)
    for filler in plan.head:
        filler.fill(line, draft.values, filler.column.to, draft)
    return draft


def draft_of(plan: Plan, line: Line, rows: Iterable[Line] = (), file: str = "") -> Draft:
    """Return the draft of one record from the row of its head and those of its sub-table."""
    draft = _draft(plan, line)
    if plan.lines:
        draft.values[plan.table_id] = []
    for row in rows:
        _add_row(plan, draft, row, file)
    return draft


def _add_row(plan: Plan, draft: Draft, line: Line, file: str = "") -> None:
    rows: list[dict[str, Any]] = draft.values.setdefault(plan.table_id, [])
    values: dict[str, Any] = {}
    path = f"{plan.table_id}[{len(rows) + 1}]"
    for filler in plan.lines:
        filler.fill(line, values, f"{path}.{filler.column.to}", draft, file)
    draft.spots[path] = Spot(line.number, "", "", file)
    rows.append(values)


def _grouped(plan: Plan, table: Table) -> Iterator[Draft]:
    """Rows of one file: a row goes on with the record above while its key says so."""
    draft: Draft | None = None
    closed: set[tuple[str, ...]] = set()
    for line, begins, key in _begun(plan, table):
        if draft is None or begins:
            if draft is not None:
                yield draft
            draft = _draft(plan, line)
            draft.values[plan.table_id] = []
            if plan.keys and key in closed:
                draft.problems.append(_apart(key))
            closed.add(key)
        else:
            _check_same(plan, draft, line)
        if any(cell_at(line, filler.at) is not None for filler in plan.lines if filler.at >= 0):
            _add_row(plan, draft, line)
    if draft is not None:
        yield draft


def _begun(plan: Plan, table: Table) -> Iterator[tuple[Line, bool, tuple[str, ...]]]:
    """Yield each row, whether a record begins with it, and the words of the record's key."""
    columns = plan.keys or tuple(filler.at for filler in plan.head if filler.at >= 0)
    key: tuple[str, ...] | None = None
    for line in _data(table):
        here = tuple(_word(line, at) for at in columns)
        begins = key is None or (here != key and any(here))
        if key is None or begins:
            key = here
        yield line, begins, key


def _check_same(plan: Plan, draft: Draft, line: Line) -> None:
    """A later row of the same record may leave its head cells empty, but not contradict them."""
    for filler in plan.head:
        cell = cell_at(line, filler.at) if filler.at >= 0 else None
        if cell is None or shown(cell) == draft.spots[filler.column.to].value:
            continue
        first, word = draft.spots[filler.column.to], shown(cell)
        problem = Problem(
            "head_differs",
            Text(
                f"同一记录的第 {first.row} 行为“{first.value}”，第 {line.number} 行为“{word}”。",
                f"Row {first.row} of this record has '{first.value}', "
                f"row {line.number} has '{word}'.",
            ),
            Place(filler.column.to),
            got=word,
        )
        draft.problems.append(problem)


def _apart(key: tuple[str, ...]) -> Problem:
    word = " / ".join(key)
    return Problem(
        "rows_apart",
        Text(
            f"“{word}”的行不在一起；前面已有它的行。",
            f"The rows of '{word}' do not stand together; some came earlier.",
        ),
        hint=Text("请先按该列排序。", "Sort the file by that column first."),
        got=word,
    )


def _joined(plan: Plan, table: Table) -> Iterator[Draft]:
    """Head rows of one file with the rows of the detail file that name them."""
    assert plan.detail is not None
    waiting: dict[str, list[Line]] = {}
    for line in _data(plan.detail):
        waiting.setdefault(_word(line, plan.detail_join), []).append(line)
    for line in _data(table):
        word = _word(line, plan.join)
        yield draft_of(plan, line, waiting.pop(word, ()), plan.detail.name)
    for word, rows in waiting.items():
        yield _orphan(plan.detail.name, word, rows)


def _orphan(file: str, word: str, rows: list[Line]) -> Draft:
    draft = Draft(rows[0].number, {}, {})
    draft.spots["_join"] = Spot(rows[0].number, "", word, file)
    draft.problems.append(
        Problem(
            "rows_without_head",
            Text(
                f"{file} 中 {len(rows)} 行的“{word}”在主文件中没有对应记录。",
                f"{len(rows)} rows of {file} name '{word}', which the main file does not have.",
            ),
            Place("_join"),
            got=word,
        )
    )
    return draft


def check_map(form: Form, wanted: ImportMap) -> None:
    """Raise Refused where a map is for another form."""
    if wanted.form != form.id:
        raise Refused.one(
            "map_of_another_form",
            Text(
                f"映射“{wanted.id}”用于表单 {wanted.form}。",
                f"The map '{wanted.id}' is for the form {wanted.form}.",
            ),
        )
