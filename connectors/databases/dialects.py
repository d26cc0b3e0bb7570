"""What databases say differently: each difference is a fragment that texts of SQL name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of database.

    `top` and `limit` bound a SELECT, `now` is its clock, `later` compares a rowversion with a
    number so that its index serves. `opening` is said to a new connection; `version` asks for the
    highest rowversion that is certainly complete.
    """

    name: str
    top: str
    limit: str
    now: str
    later: str
    opening: tuple[str, ...]
    version: str
    texts: bool = False  # moments are texts: a driver's fraction of a second makes others of them


# Where a stand-in has no rowversion of its own it keeps one in this table.
_COUNTED = "SELECT v FROM u8sim_rowversion"

DIALECTS: Mapping[str, Dialect] = {
    "sqlserver": Dialect(
        name="sqlserver",
        top="TOP ({count})",
        limit="",
        now="SELECT SYSDATETIME()",
        later="{column} {sign} CAST(CAST(? AS bigint) AS binary(8))",
        # Whoever reads must never make U8 wait, nor wait for it longer than a poll lasts.
        opening=(
            "SET LOCK_TIMEOUT {waiting}",
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "SET DEADLOCK_PRIORITY LOW",
        ),
        # A rowversion is drawn before its row is committed: below the lowest active one is safe.
        version="SELECT CAST(MIN_ACTIVE_ROWVERSION() AS bigint) - 1",
    ),
    "postgresql": Dialect(
        name="postgresql",
        top="",
        limit="LIMIT {count}",
        now="SELECT CURRENT_TIMESTAMP",
        later="{column} {sign} ?",
        opening=("SET statement_timeout = {milliseconds}", "SET lock_timeout = {waiting}"),
        version=_COUNTED,
    ),
    "sqlite": Dialect(
        name="sqlite",
        top="",
        limit="LIMIT {count}",
        now="SELECT CURRENT_TIMESTAMP",
        later="{column} {sign} ?",
        opening=("PRAGMA busy_timeout = {waiting}",),
        version=_COUNTED,
        texts=True,
    ),
}
