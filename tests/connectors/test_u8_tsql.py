"""Every statement for SQL Server is T-SQL that names tables and columns which U8 has.

Where a server is given by SEAMLINE_TEST_MSSQL the contract and the readings run on it as well.
"""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot.optimizer.qualify import qualify

from seamline.connectors.databases.dialects import DIALECTS
from seamline.connectors.databases.session import update_of
from seamline.connectors.databases.texts import Asked, after, between, chosen, render
from seamline.connectors.u8.connection import COLUMNS
from seamline.connectors.u8.entities import NUMBERS, sources
from seamline.connectors.u8.standin.schema import tables
from seamline.connectors.u8.writing.columns import change_of, row_of
from seamline.connectors.u8.writing.orders import BY_CODE

TSQL = DIALECTS["sqlserver"]
SOURCES = {one.entity.name: one for one in sources(COLUMNS)}
TIMES = dict.fromkeys(("today", "ahead", "today_before", "ahead_before"), "")


@pytest.fixture(scope="module")
def columns():
    """The tables of U8 with their columns and types, as the statements have to name them."""
    return {
        name: {column.name: column.kind for column in table.columns}
        | ({table.version: "bigint"} if table.version else {})
        for name, table in tables().items()
    }


def statements(source):
    """Yield what is asked of SQL Server to read an entity, as it is sent."""
    yield render(source.keys, TSQL, count=101, where=lambda _: after(source.by, None))
    if source.entity.name in NUMBERS:
        by_number = Asked(f"{NUMBERS[source.entity.name]} = ?", ("x",))
        yield render(source.keys, TSQL, where=lambda _: by_number)
    last = ["x"] * len(source.by)
    yield render(source.keys, TSQL, count=101, where=lambda _: after(source.by, last))
    for text in (source.head, *source.rows.values()):
        yield render(text, TSQL, where=chosen(["a", "b"]), values=TIMES)
        yield render(text, TSQL, where=between("a", "b"), values=TIMES)
    for text in source.watch:
        yield render(text, TSQL, count=101, marks=(1, 2))
        yield render(text, TSQL, marks=(1, 2))
    for text in source.sliding:
        yield render(text, TSQL, values=TIMES)


@pytest.mark.cap(82)
@pytest.mark.parametrize("name", sorted(SOURCES))
def test_what_is_asked_of_sql_server_is_t_sql_about_tables_of_u8(name, columns):
    asked = list(statements(SOURCES[name]))
    assert len(asked) >= 4
    for one in asked:
        (tree,) = sqlglot.parse(one.statement, dialect="tsql")
        assert tree.key in ("select", "union")
        assert len(one.values) == len(list(tree.find_all(sqlglot.exp.Placeholder)))
        qualify(tree, schema=columns, dialect="tsql", validate_qualify_columns=True)


@pytest.mark.cap(28, 82)
def test_what_is_written_back_is_t_sql_about_columns_of_u8(columns):
    """Every column that may be allowed: how an order is found, compared and changed."""
    named = tuple(dict.fromkeys(COLUMNS.values()))
    for text in (row_of(named), BY_CODE):
        (tree,) = sqlglot.parse(text, dialect="tsql", error_level=sqlglot.ErrorLevel.RAISE)
        qualify(tree, schema=columns, dialect="tsql", validate_qualify_columns=True)
    change = update_of(change_of(dict.fromkeys(named), 1, 2), TSQL)
    (tree,) = sqlglot.parse(change, dialect="tsql", error_level=sqlglot.ErrorLevel.RAISE)
    assert tree.key == "update"
    assert {one.name for one in tree.find_all(sqlglot.exp.Table)} == {"SO_SOMain"}
    asked = {one.name for one in tree.find_all(sqlglot.exp.Column)}
    assert {*named, "ID", "ufts"} == asked
    assert asked <= set(columns["SO_SOMain"])
    assert len(list(tree.find_all(sqlglot.exp.Placeholder))) == len(named) + 2


def test_what_is_said_to_a_new_connection_is_t_sql():
    for text in (*TSQL.opening, TSQL.version, TSQL.now):
        said = text.format(milliseconds=1, waiting=2)
        (tree,) = sqlglot.parse(said, dialect="tsql", error_level=sqlglot.ErrorLevel.RAISE)
        assert tree.key in ("set", "select", "command")


def test_the_check_sees_a_column_that_is_not_there_and_another_dialect(columns):
    wrong = sqlglot.parse_one("SELECT w.cNone FROM Warehouse w", dialect="tsql")
    with pytest.raises(sqlglot.errors.OptimizeError):
        qualify(wrong, schema=columns, dialect="tsql")
    with pytest.raises(sqlglot.ParseError):
        sqlglot.parse("SELECT TOP 5 cWhCode FROM Warehouse LIMIT 5 WHERE", dialect="tsql")
