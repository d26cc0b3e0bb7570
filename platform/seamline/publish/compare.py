"""The difference between what packages want and what the database has, by immutable ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seamline.problems import Place, Problem
from seamline.store import Store
from seamline.store.indexes import IndexSpec
from seamline.store.names import column_name, table_name
from seamline.text import Text

from . import operations
from .change import Change, Mark
from .existing import Existing, count, quote, repeated
from .wanted import WantedColumn, WantedTable

# Seconds, measured on a slow machine with a million rows of 21 fields.
QUICK = 0.02
INDEX_PER_ROW = {"sqlite": 1.2e-6, "postgresql": 2.5e-6}
MOST_COLUMNS = 1_500  # PostgreSQL ends at 1,600, dropped ones included
TABLE_SHAPE = "table"


class Comparison:
    """Compares table by table; `changes` and `problems` grow on the way."""

    def __init__(
        self,
        store: Store,
        existing: Existing,
        before: Mapping[str, WantedTable],
        after: Mapping[str, WantedTable],
    ) -> None:
        self.store = store
        self.existing = existing
        self.before = before
        self.after = after
        self.changes: list[Change] = []
        self.problems: list[Problem] = []

    def run(self) -> None:
        """Compare everything; the order of the changes is the order in which they are made."""
        for name, table in self.after.items():
            if name in self.existing.tables:
                self._table(table)
            elif column_name(table.child) in self._columns(table.tables.main.name):
                self.problems.append(_to_table(table))
            else:
                self.changes.append(self._created(table))
        for name, table in self.before.items():
            stands = name in self.existing.tables and (name, "") not in self.existing.archived
            if name not in self.after and stands:
                self.changes.append(self._archived(table))

    def _columns(self, table: str) -> frozenset[str]:
        return self.existing.tables.get(table, frozenset())

    def _created(self, table: WantedTable) -> Change:
        dialect = self.store.dialect
        made, links = operations.create_table(table.table, dialect)
        made += [
            operations.create_index(table.table, spec, dialect, apart=False)
            for spec in table.indexes.values()
        ]
        words = Text(
            f"新建表：{table.words.zh}({len(table.columns)} 个字段)",
            f"Create the table {table.words.en} ({len(table.columns)} fields)",
        )
        return Change(
            "create_table",
            table.table.name,
            words,
            dialect=dialect,
            seconds=QUICK,
            operations=tuple(made),
            links=tuple(links),
        )

    def _archived(self, table: WantedTable) -> Change:
        name = table.table.name
        rows = count(self.store, name)
        return Change(
            "archive_table",
            name,
            Text(
                f"归档表：{table.words.zh}(保留 {rows} 行数据)",
                f"Archive the table {table.words.en} ({rows} rows stay)",
            ),
            rows=rows,
            marks=(Mark(name, "", table.form.id, table.child, TABLE_SHAPE, True),),
        )

    def _table(self, table: WantedTable) -> None:
        name = table.table.name
        have = self.existing.tables[name]
        if (name, "") in self.existing.archived:
            self._revived_table(table)
        if len(have | set(table.columns)) > MOST_COLUMNS:
            self.problems.append(_too_many_columns(table))
        for column in table.columns.values():
            if column.name in have:
                self._column(table, column)
            elif not table.child and self._was_table(table, column):
                self.problems.append(_other_type(table, column, TABLE_SHAPE))
            else:
                self.changes.append(self._added(table, column))
        self._removed_columns(table)
        self._indexes(table)

    def _was_table(self, table: WantedTable, column: WantedColumn) -> bool:
        name = table_name(table.form.id, column.field.id)
        return name in self.existing.tables and name not in self.after

    def _revived_table(self, table: WantedTable) -> None:
        name = table.table.name
        rows = count(self.store, name)
        words = Text(
            f"恢复已归档的表：{table.words.zh}({rows} 行)",
            f"Bring back the archived table {table.words.en} ({rows} rows)",
        )
        mark = Mark(name, "", table.form.id, table.child, TABLE_SHAPE, False)
        self.changes.append(Change("revive_table", name, words, rows=rows, marks=(mark,)))

    def _added(self, table: WantedTable, column: WantedColumn) -> Change:
        dialect = self.store.dialect
        made, checked = operations.add_column(table.table, column.name, dialect)
        return Change(
            "add_column",
            table.table.name,
            Text(
                f"新增字段：{column.words.zh}({column.field.id})",
                f"Add the field {column.words.en} ({column.field.id})",
            ),
            dialect=dialect,
            seconds=QUICK,
            blocks=True,
            operations=tuple(made),
            afterwards=tuple(checked),
        )

    def _column(self, table: WantedTable, column: WantedColumn) -> None:
        """Compare a column that is there with what is wanted of it."""
        name = table.table.name
        kept = self.existing.archived.get((name, column.name))
        old = self.before.get(name)
        earlier = old.columns.get(column.name) if old is not None else None
        held = kept or (earlier.signature if earlier is not None else "")
        if held and held != column.signature:
            self.problems.append(_other_type(table, column, held))
        elif kept:
            self.changes.append(self._revived(table, column))
        elif earlier is not None:
            self.changes.extend(self._rewritten(table, earlier, column))

    def _revived(self, table: WantedTable, column: WantedColumn) -> Change:
        name = table.table.name
        filled = count(self.store, name, f"{quote(column.name)} IS NOT NULL")
        mark = Mark(name, column.name, table.form.id, column.field.id, column.signature, False)
        words = Text(
            f"恢复已归档的字段：{column.words.zh}({filled} 行有值)",
            f"Bring back the archived field {column.words.en} ({filled} rows have a value)",
        )
        return Change("revive_column", name, words, rows=filled, marks=(mark,))

    def _rewritten(
        self, table: WantedTable, old: WantedColumn, new: WantedColumn
    ) -> Iterator[Change]:
        """Yield what a change of the same field means for the values that are there."""
        name, here = table.table.name, quote(new.name)
        was, now = old.cell.shape.length, new.cell.shape.length
        if old.field.kind != new.field.kind:
            filled = count(self.store, name, f"{here} IS NOT NULL")
            words = Text(
                f"改变字段类型：{new.words.zh}({old.field.kind} → {new.field.kind};"
                f"{filled} 个已有值在下次修改时检查)",
                f"Change the kind of {new.words.en} ({old.field.kind} to {new.field.kind}; "
                f"{filled} values are checked when next changed)",
            )
            yield Change("change_kind", name, words, rows=filled)
        elif was and now > was:
            words = Text(
                f"加长文本：{new.words.zh}({was} → {now})",
                f"Lengthen the text {new.words.en} ({was} to {now})",
            )
            yield Change("widen_text", name, words)
        elif now and was > now:
            longer = count(self.store, name, f"length({here}) > {now}")
            words = Text(
                f"缩短文本：{new.words.zh}({was} → {now}；{longer} 个已有值更长，下次修改时须缩短)",
                f"Shorten the text {new.words.en} ({was} to {now}; {longer} values are longer and "
                "must be shortened when next changed)",
            )
            yield Change("narrow_text", name, words, rows=longer)
        if new.field.required and not old.field.required:
            empty = count(self.store, name, f"{here} IS NULL")
            words = Text(
                f"改为必填：{new.words.zh}({empty} 条记录尚无此值，下次修改时须填写)",
                f"Require {new.words.en} ({empty} records lack it and must give it when next "
                "changed)",
            )
            yield Change("require", name, words, rows=empty)

    def _removed_columns(self, table: WantedTable) -> None:
        name = table.table.name
        old = self.before.get(name)
        for column in old.columns.values() if old is not None else ():
            if column.name in table.columns or (name, column.name) in self.existing.archived:
                continue
            filled = count(self.store, name, f"{quote(column.name)} IS NOT NULL")
            mark = Mark(name, column.name, table.form.id, column.field.id, column.signature, True)
            words = Text(
                f"归档字段：{column.words.zh}(保留 {filled} 个值)",
                f"Archive the field {column.words.en} ({filled} values stay)",
            )
            self.changes.append(Change("archive_column", name, words, rows=filled, marks=(mark,)))

    def _indexes(self, table: WantedTable) -> None:
        name = table.table.name
        have = self.existing.indexes.get(name, frozenset())
        for spec in table.indexes.values():
            if spec.name not in have:
                self._index(table, spec)
        for index in sorted(have - set(table.indexes)):
            if index.startswith(("ix_f_", "ux_f_")):
                self.changes.append(self._dropped_index(table, index))

    def _index(self, table: WantedTable, spec: IndexSpec) -> None:
        name, dialect = table.table.name, self.store.dialect
        old = all(self._is_there(name, column) for column in spec.columns)
        columns = tuple(table.table.c[column.lstrip("-")].name for column in spec.columns)
        twice = repeated(self.store, name, columns) if spec.unique and old else []
        if twice:
            self.problems.append(_not_unique(table, spec, twice))
            return
        rows = count(self.store, name)
        apart = dialect == "postgresql"
        made = operations.create_index(table.table, spec, dialect, apart)
        gone = (
            [operations.drop_index(name, spec.name, apart)]
            if (spec.name in self.existing.broken)
            else []
        )
        words = _index_words(table, spec, rows)
        self.changes.append(
            Change(
                "add_index",
                name,
                words,
                dialect=dialect,
                rows=rows,
                seconds=QUICK + rows * INDEX_PER_ROW[dialect],
                blocks=not apart,
                operations=() if apart else (*gone, made),
                afterwards=(*gone, made) if apart else (),
            )
        )

    def _is_there(self, table: str, column: str) -> bool:
        return column.lstrip("-") in self.existing.tables[table]

    def _dropped_index(self, table: WantedTable, index: str) -> Change:
        name, dialect = table.table.name, self.store.dialect
        apart = dialect == "postgresql"
        gone = operations.drop_index(name, index, apart)
        words = Text(
            f"删除不再需要的索引：{table.words.zh}",
            f"Drop an index of {table.words.en} that is no longer needed",
        )
        return Change(
            "drop_index",
            name,
            words,
            dialect=dialect,
            seconds=QUICK,
            operations=() if apart else (gone,),
            afterwards=(gone,) if apart else (),
        )


def _index_words(table: WantedTable, spec: IndexSpec, rows: int) -> Text:
    columns = ", ".join(column.lstrip("-") for column in spec.columns if column != "-_id")
    if spec.unique:
        return Text(
            f"保证唯一：{table.words.zh} · {columns}({rows} 行)",
            f"Keep {table.words.en} unique by {columns} ({rows} rows)",
        )
    return Text(
        f"新建索引：{table.words.zh} · {columns}({rows} 行)",
        f"Index {table.words.en} by {columns} ({rows} rows)",
    )


def _place(table: WantedTable, field: str) -> Place:
    inside = f"{table.child}." if table.child else ""
    return Place(f"forms[{table.form.id}].fields[{inside}{field}]")


def _other_type(table: WantedTable, column: WantedColumn, held: str) -> Problem:
    now = column.signature
    return Problem(
        "type_changed",
        Text(
            f"字段“{column.words.zh}”的列存的是 {held}，不能改为 {now}。",
            f"The column of {column.words.en} holds {held} and cannot become {now}.",
        ),
        _place(table, column.field.id),
        Text(
            f"请用新的 id(如 {column.field.id}_2)新建字段并回填数据；旧字段会归档，数据保留。",
            f"Add a field with a new id (such as {column.field.id}_2) and fill it from the old "
            "one, which is archived with its data.",
        ),
        column.field.kind,
    )


def _to_table(table: WantedTable) -> Problem:
    return Problem(
        "type_changed",
        Text(
            f"字段“{table.words.zh}”原来存的是单个值，不能改为子表。",
            f"The column of {table.words.en} holds single values and cannot become a sub-table.",
        ),
        Place(f"forms[{table.form.id}].fields[{table.child}]"),
        Text("请用新的 id 新建子表。", "Add the sub-table with a new id."),
        "table",
    )


def _not_unique(table: WantedTable, spec: IndexSpec, twice: list[str]) -> Problem:
    field = spec.columns[-1]
    listed = ", ".join(twice)
    return Problem(
        "not_unique",
        Text(
            f"“{table.words.zh}”的 {field} 不能设为唯一，已有重复值：{listed}。",
            f"{field} of {table.words.en} cannot be unique: {listed} stands there more than once.",
        ),
        _place(table, field),
        Text("请先处理重复的记录。", "Mend the records that repeat it first."),
        listed,
    )


def _too_many_columns(table: WantedTable) -> Problem:
    return Problem(
        "too_many_columns",
        Text(
            f"“{table.words.zh}”连同已归档字段超过 {MOST_COLUMNS} 列。",
            f"{table.words.en} has more than {MOST_COLUMNS} columns, archived ones included.",
        ),
        Place(f"forms[{table.form.id}]"),
        Text("请拆分表单。", "Split the form."),
    )
