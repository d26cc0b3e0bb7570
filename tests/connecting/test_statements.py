"""The guard of read-only databases: nothing but a single read passes, whatever the dialect."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from seamline.connector import GiveUp
from seamline.statements import is_read, require_read

READS = (
    "SELECT 1",
    "select a, [b c] from dbo.CurrentStock with (nolock) where x = ? and y in (1, 2);",
    "WITH x(a, b) AS (SELECT 1, 2), y AS (SELECT * FROM x) SELECT count(*) FROM y -- fine",
    'SELECT CAST(ufts AS bigint) AS "ufts", @@DBTS FROM t ORDER BY 1 OFFSET 0 ROWS '
    "FETCH NEXT 5 ROWS ONLY",
    "SELECT TOP (5) 'it''s delete', N'更新' FROM 表",
    "SELECT t.[update], t.set FROM t /* delete */",
    "SELECT MIN_ACTIVE_ROWVERSION()",
    "SELECT a FROM t LEFT JOIN u ON (t.x = u.x) WHERE EXISTS (SELECT 1 FROM v)",
)
OTHERS = (
    "", ";", "-- nothing", "DELETE FROM t", "SELECT 1; DELETE FROM t", "SELECT 1 DELETE FROM t",
    "SELECT * INTO x FROM t", "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
    "WITH x AS (SELECT 1) DELETE FROM t", "EXEC sp_who", "SELECT 1 EXEC sp_who", "{call sp_who}",
    "SELECT 1 EXECUTE('DROP TABLE t')", "SELECT * FROM t FOR UPDATE", "SELECT 1 WAITFOR DELAY '1'",
    "SELECT '\\' ; DELETE FROM t --'", "/*! DELETE FROM t */ SELECT 1",
    "SELECT 1 /*! ' */ DELETE FROM t -- '", "SELECT /* /* */ DELETE */ 1", "SELECT 1--1 INTO x",
    "SELECT 1 -- \r ' \n DELETE FROM t -- '", "SELECT 1 -- x\u2028' \n", "SELECT 1DELETE FROM t",
    "SELECT 1.DELETE FROM t", "SELECT pg_sleep(5)", "SELECT \"pg_sleep\"(1)", "SELECT dbo.f(1)",
    "SELECT dbo . [f] (1)", "SELECT * FROM OPENROWSET('x')", "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM dblink('x') AS (a int)", "SELECT load_extension('x')", "SELECT $$a$$",
    "SELECT 1 FROM t # x", "SELECT NEXT VALUE FOR s", "SELECT s.nextval", "SELECT (1", "SELECT 1)",
    "SELECT 'x", "SELECT 1\x00", "SELECT ＤＥＬＥＴＥ FROM t", "SELECT * FROM t WITH (TABLOCKX)",
    "SELECT 1 " + "," * 200_000,
)  # fmt: skip


@pytest.mark.cap(18)
@pytest.mark.parametrize("statement", READS)
def test_a_read_passes(statement):
    require_read(statement)


@pytest.mark.cap(18)
@pytest.mark.parametrize("statement", OTHERS)
def test_anything_else_is_refused(statement):
    with pytest.raises(GiveUp) as raised:
        require_read(statement)
    assert raised.value.problem.code == "not_a_read"


WORDS = r"""
    SELECT WITH x t a ( ) , ; * 1 's' "q" [b] AS FROM WHERE DELETE INSERT INTO UPDATE SET VALUES
    DROP TABLE CREATE REPLACE PRAGMA ATTACH -- /* */ ' " \ . = count abs RETURNING UNION LIMIT
    BEGIN COMMIT VACUUM EXPLAIN load_extension randomblob
"""
PIECES = st.sampled_from(
    [*WORDS.split(), "\n", "SELECT 1", "DELETE FROM t", "INSERT INTO t DEFAULT VALUES"]
)
WRITES = {"DELETE", "INSERT", "UPDATE", "DROP", "CREATE", "INTO", "PRAGMA", "ATTACH", "VACUUM"}


@pytest.mark.cap(18)
@given(st.lists(PIECES, max_size=14), st.sampled_from(["", " "]))
def test_what_passes_only_reads_where_a_database_runs_it(pieces, gap):
    """SQLite itself says what each statement that passed would do."""
    statement = "SELECT " + gap.join(pieces)
    if not is_read(statement):
        return
    done = []
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (a, x)")

        def note(action, *_):
            done.append(action)
            return sqlite3.SQLITE_OK

        database.set_authorizer(note)
        with suppress(sqlite3.Error):
            database.execute(statement)
        database.set_authorizer(None)
    database.close()
    reading = {
        sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }  # fmt: skip
    assert set(done) <= reading, statement


@pytest.mark.cap(18)
@given(st.sampled_from(READS), st.sampled_from(sorted(WRITES)), st.integers(0, 200))
def test_a_command_between_the_words_of_a_read_is_refused(read, command, at):
    """Outside of quotes and comments a command is seen wherever it stands."""
    spaces = [index for index, character in enumerate(read) if character == " "]
    at = spaces[at % len(spaces)]
    before = read[:at]
    quoted = (
        before.count("'") % 2 or before.count('"') % 2 or before.count("[") != before.count("]")
    )
    commented = "--" in before or before.count("/*") != before.count("*/")
    after_point = before.rstrip().endswith(".")
    if not (quoted or commented or after_point):
        assert not is_read(f"{before} {command} {read[at:]}")
