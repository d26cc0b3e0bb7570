"""The guard before databases that are read only: a statement passes where nothing but a read is
certain, whichever of the dialects (SQL Server, PostgreSQL, SQLite, MySQL) gets to see it.

What one dialect takes for text and another for commands is refused: text in which a backslash
stands before a quote, comments in comments, `/*!`, `#`, dollar quotes. So are functions that are
not known to be without effect. It stands beside a login that may only read, not in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from .connector import GiveUp
from .problems import Problem, shorten
from .text import Text

LONGEST = 100_000  # characters of a statement

# In SQL Server statements need nothing between them, so each word that begins one is refused
# wherever it stands. A column of such a name is written in quotes or brackets.
_BEGINNING = """
    ADD ALTER ATTACH AUTHORIZATION BACKUP BEGIN BREAK BULK CALL CHECKPOINT CLOSE COMMIT CONTINUE
    COPY CREATE DBCC DEALLOCATE DECLARE DELETE DENY DETACH DISK DO DROP DUMP DUMPFILE EXEC EXECUTE
    EXIT GOTO GRANT HANDLER IF INSERT INTO KILL LINENO LISTEN LOAD LOCK MERGE NOTIFY OPEN
    OPENDATASOURCE OPENQUERY OPENROWSET OPENXML OUTFILE PRAGMA PREPARE PRINT PROC PROCEDURE
    RAISERROR READTEXT RECEIVE RECONFIGURE REINDEX RELEASE RENAME RESTORE RETURN REVERT REVOKE
    ROLLBACK SAVE SAVEPOINT SEND SET SETUSER SHARE SHUTDOWN START STATISTICS TRAN TRANSACTION
    TRIGGER TRUNCATE UPDATE UPDATETEXT UPSERT USE VACUUM WAITFOR WHILE WRITETEXT
    HOLDLOCK TABLOCK TABLOCKX UPDLOCK XLOCK
    """
FORBIDDEN = frozenset(_BEGINNING.split())

# Words that may stand before a bracket: parts of the grammar, types with a length, functions.
_GRAMMAR = """
    ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FILTER FROM GROUP HAVING IN
    INTERSECT JOIN LATERAL LIKE LIMIT MATERIALIZED NOT OFFSET ON OPTION OR OVER PARTITION RECURSIVE
    SELECT SOME THEN TOP UNION USING VALUES WHEN WHERE WITH WITHIN FETCH NEXT APPLY INDEX
"""
_TYPES = """
    BINARY CHAR CHARACTER DATETIME2 DATETIMEOFFSET DEC DECIMAL FLOAT NCHAR NUMERIC NVARCHAR TIME
    TIMESTAMP VARBINARY VARCHAR VARYING
"""
_FUNCTIONS = """
    ABS ASCII AVG BIT_LENGTH CAST CEIL CEILING CHARINDEX CHAR_LENGTH CHARACTER_LENGTH CHECKSUM
    COALESCE CONCAT CONCAT_WS CONVERT COUNT COUNT_BIG CUME_DIST CURRENT_DATE CURRENT_TIMESTAMP DATE
    DATEADD DATEDIFF DATEFROMPARTS DATENAME DATEPART DATE_PART DATE_TRUNC DAY DB_NAME DENSE_RANK
    DIFFERENCE EOMONTH EXP EXTRACT FIRST_VALUE FLOOR FORMAT GETDATE GETUTCDATE GLOB GREATEST
    GROUP_CONCAT GROUPING HAS_PERMS_BY_NAME HEX HOUR IIF IFNULL INSTR IS_MEMBER IS_ROLEMEMBER
    IS_SRVROLEMEMBER ISDATE ISNULL
    ISNUMERIC JULIANDAY LAG LAST_VALUE LEAD LEAST LEFT LEN LENGTH LN LOG LOG10 LOWER LPAD LTRIM MAX
    MIN MINUTE MIN_ACTIVE_ROWVERSION MOD MONTH NOW NTH_VALUE NTILE NULLIF OBJECT_ID OCTET_LENGTH
    ORIGINAL_LOGIN PATINDEX
    PERCENT_RANK POSITION POWER PRINTF QUARTER RANK REPLACE REPLICATE REVERSE RIGHT ROUND
    ROW_NUMBER RPAD RTRIM SCHEMA_NAME SECOND SIGN SPACE SQRT STDEV STDEV_POP STDEV_SAMP STR
    STRFTIME STRING_AGG STUFF SUBSTR SUBSTRING SUM SUSER_NAME SUSER_SNAME SWITCHOFFSET SYSDATETIME
    SYSDATETIMEOFFSET
    SYSUTCDATETIME TO_CHAR TO_DATE TO_NUMBER TODATETIMEOFFSET TOTAL TRIM TRY_CAST TRY_CONVERT
    TYPEOF UNICODE UPPER USER_NAME VAR VAR_POP VAR_SAMP YEAR ZEROBLOB
"""
CALLABLE = frozenset(f"{_GRAMMAR} {_TYPES} {_FUNCTIONS}".split())
_VARIABLES = frozenset({"@@DBTS", "@@VERSION", "@@SERVERNAME", "@@LOCK_TIMEOUT"})

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>--(?=\s|\Z)[^\r\n\v\f\x85\u2028\u2029]*(?=\r?\n|\Z))
    | (?P<block>/\*(?![!+])(?:(?!\*/|/\*).)*\*/)
    | (?P<quoted>'(?:[^'\\]|\\(?!')|'')*' | "(?:[^"\\]|\\(?!")|"")*")
    | (?P<name>\[[\w .%/-]+\] | `[\w .%/-]+`)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<variable>@@[A-Za-z_]+)
    | (?P<end>;)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<sign>-(?!-)|/(?!\*)|\*(?!/)|[+%<>=!|&^~,.?:])
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str  # of a word as compared: upper case, compatible characters as one


_POINT = _Token("sign", ".")


def require_read(statement: str) -> None:
    """Raise GiveUp where `statement` is not certain to be one single read."""
    why = _objection(statement)
    if why is not None:
        say = Text(
            f"只读连接不执行这条语句：{why.zh}。",
            f"A read-only connection does not run this statement: {why.en}.",
        )
        hint = Text(
            "只写一条 SELECT；与关键字同名的列要加引号或方括号。",
            "Write a single SELECT; columns named like keywords need quotes or brackets.",
        )
        raise GiveUp(Problem("not_a_read", say, hint=hint, got=shorten(statement.strip(), 80)))


def is_read(statement: str) -> bool:
    """Return whether `statement` is certain to be one single read."""
    return _objection(statement) is None


def _objection(statement: str) -> Text | None:
    """Return why a statement is not certain to be a read, or None where it is."""
    if len(statement) > LONGEST:
        return Text("太长", "it is too long")
    tokens: list[_Token] = []
    for token in _tokens(statement):
        if token.kind == "unknown":
            return Text(
                f"“{token.text}”在各种数据库里含义不同",
                f"databases differ over what {token.text} means",
            )
        tokens.append(token)
    if tokens and tokens[-1].kind == "end":
        tokens.pop()
    if any(token.kind == "end" for token in tokens):
        return Text("不止一条语句", "it is more than one")
    if not tokens or tokens[0] not in (_Token("word", "SELECT"), _Token("word", "WITH")):
        return Text("它不以 SELECT 或 WITH 开头", "it does not begin with SELECT or WITH")
    return _forbidden(tokens) or _calls(tokens)


def _tokens(statement: str) -> Iterator[_Token]:
    """Yield what a statement consists of, without spaces and comments."""
    at = 0
    while at < len(statement):
        found = _TOKEN.match(statement, at)
        if found is None:
            yield _Token("unknown", shorten(statement[at : at + 12], 12))
            return
        at, kind = found.end(), found.lastgroup or ""
        if kind not in ("space", "comment", "block"):
            text = found.group()
            yield _Token(kind, _plain(text) if kind in ("word", "variable") else text)


def _plain(word: str) -> str:
    """Return a word as it is compared; what only looks like a keyword counts as one."""
    return unicodedata.normalize("NFKC", word).upper()


def _forbidden(tokens: list[_Token]) -> Text | None:
    for index, token in enumerate(tokens):
        if token.kind == "variable":
            wrong = token.text not in _VARIABLES
        else:
            wrong = token.kind == "word" and (
                token.text == "NEXTVAL"
                or (token.text in FORBIDDEN and not _column(tokens, index))
                or (token.text == "VALUE" and tokens[index - 1].text == "NEXT")  # of a sequence
            )
        if wrong:
            return Text(f"其中有 {token.text}", f"it says {token.text}")
    return None


def _column(tokens: list[_Token], index: int) -> bool:
    """Say whether a word is the column of a table (`t.set`); not so after the point of `1.`."""
    if index < 2 or tokens[index - 1] != _POINT:
        return False
    return tokens[index - 2].kind in ("word", "name")


def _calls(tokens: list[_Token]) -> Text | None:
    """Return the objection to a function that is not known to be without effect."""
    depth, begun = 0, tokens[0].text == "SELECT"
    for index, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth < 0:
            return Text("括号不成对", "its brackets do not match")
        begun = begun or (depth == 0 and token == _Token("word", "SELECT"))
        if token.kind != "open" or index == 0:
            continue
        before = tokens[index - 1]
        if depth == 1 and not begun:
            continue  # WITH name (columns) AS (...): nothing is called before the SELECT
        if before.kind in ("quoted", "name") or (
            before.kind == "word"
            and (before.text not in CALLABLE or _part_of_name(tokens, index - 1))
        ):
            name = shorten(before.text, 40)
            return Text(f"不知道 {name}() 有没有副作用", f"what {name}() does is not known")
    return None if depth == 0 else Text("括号不成对", "its brackets do not match")


def _part_of_name(tokens: list[_Token], index: int) -> bool:
    """Say whether a word stands after a point: the function of a schema, which may do anything."""
    return index > 0 and tokens[index - 1] == _POINT
