"""Import maps against the form they fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamline.documents import Path
from seamline.fields import KINDS, Invalid, Reading
from seamline.metadata import ColumnMap, Field, Form, ImportMap
from seamline.problems import shorten
from seamline.text import Text

from .draft import Draft, Sheet
from .taking_over_checks import check_sources_apart, check_taking_over


def check_imports(draft: Draft) -> None:
    """Check every import map of the package."""
    forms = draft.forms()
    for sheet in draft.of_kind("import"):
        mapping: ImportMap = sheet.part
        form = forms.get(mapping.form)
        if form is None:
            if ("form", mapping.form) not in draft.failed:
                draft.unknown(sheet, ("form",), "form", mapping.form, forms)
            continue
        fields = {field.id: field for field in form.fields}
        check_columns(draft, sheet, ("columns",), mapping.columns, fields, "field")
        _check_upsert(draft, sheet, mapping, form)
        _check_lines(draft, sheet, mapping, fields)
        check_taking_over(draft, sheet, mapping, form)
    check_sources_apart(draft)


def check_columns(
    draft: Draft,
    sheet: Sheet,
    path: Path,
    columns: Sequence[ColumnMap],
    fields: Mapping[str, Field],
    kind: str,
) -> None:
    """Check what each column of a file is to fill."""
    seen: set[str] = set()
    for index, column in enumerate(columns):
        here = (*path, index)
        field = fields.get(column.to)
        if field is None:
            draft.unknown(sheet, (*here, "to"), kind, column.to, fields)
            continue
        if column.to in seen:
            say = Text(f"“{column.to}”被填了两次。", f"'{column.to}' is filled twice.")
            draft.tell(sheet, (*here, "to"), "filled_twice", say, got=column.to)
        seen.add(column.to)
        if not KINDS[field.kind].written or field.kind == "table":
            title = KINDS[field.kind].title
            say = Text(
                f"“{field.id}”是{title.zh}，不能从一列填写。",
                f"'{field.id}' ({title.en}) cannot be filled from a column.",
            )
            draft.tell(sheet, (*here, "to"), "not_written", say, got=field.id)
            continue
        _check_match(draft, sheet, here, column, field)
        _check_values(draft, sheet, here, column, field)


def _check_match(draft: Draft, sheet: Sheet, path: Path, column: ColumnMap, field: Field) -> None:
    """Check by which field of the other form a reference is found."""
    if column.match is None:
        return
    if field.kind != "reference":
        say = Text(
            f"“{field.id}”不是引用，不写 match。", f"'{field.id}' is no reference; leave out match."
        )
        draft.tell(sheet, (*path, "match"), "not_a_reference", say, key=True)
        return
    target = draft.forms().get(field.settings["to"])
    if target is not None:
        known = [other.id for other in target.fields]
        if column.match not in known:
            draft.unknown(sheet, (*path, "match"), "field", column.match, known)


def _check_values(draft: Draft, sheet: Sheet, path: Path, column: ColumnMap, field: Field) -> None:
    """Read every translated or constant cell as the field will read it."""
    cells = [((*path, "values", key), value) for key, value in column.values.items()]
    if column.constant is not None:
        cells.append(((*path, "constant"), column.constant))
    for where, cell in cells:
        if not cell.strip():
            continue
        try:
            KINDS[field.kind].parse(field, cell, Reading())
        except Invalid as error:
            say = Text(
                f"“{field.id}”不接受它：{error.problem.say.zh}",
                f"'{field.id}' does not take it: {error.problem.say.en}",
            )
            draft.tell(sheet, where, "bad_value", say, error.problem.hint, got=shorten(cell))


def _check_upsert(draft: Draft, sheet: Sheet, mapping: ImportMap, form: Form) -> None:
    """Check that an update can find the record it is for."""
    fields = {field.id for field in form.fields}
    if mapping.mode != "upsert":
        return
    if form.key is None:
        say = Text(
            f"表单“{form.id}”没有 key，不能用 upsert。",
            f"The form '{form.id}' has no key; upsert cannot find a record.",
        )
        draft.tell(sheet, ("mode",), "upsert_key", say)
    elif form.key in fields and form.key not in {column.to for column in mapping.columns}:
        say = Text(
            f"upsert 要有一列填写“{form.key}”。", f"Upsert needs a column that fills '{form.key}'."
        )
        draft.tell(sheet, ("mode",), "upsert_key", say)


def _check_lines(
    draft: Draft, sheet: Sheet, mapping: ImportMap, fields: Mapping[str, Field]
) -> None:
    if mapping.lines is None:
        return
    tables = {word: field for word, field in fields.items() if field.kind == "table"}
    table = tables.get(mapping.lines.table)
    if table is None:
        draft.unknown(sheet, ("lines", "table"), "table", mapping.lines.table, tables)
        return
    columns = {column.id: column for column in table.fields}
    check_columns(draft, sheet, ("lines", "columns"), mapping.lines.columns, columns, "column")
    if not mapping.key:
        say = Text(
            "有子表行时要写 key:哪些列认出同一条记录。",
            "With lines a key is needed: the columns that tell which rows are one record.",
        )
        draft.tell(sheet, ("lines",), "lines_key", say, key=True)
