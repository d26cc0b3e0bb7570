"""Applying a plan: everything that decides it in one transaction, slow indexes after it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, text
from sqlalchemy.exc import DBAPIError

from seamline import clock
from seamline.problems import Place, Problem, Refused
from seamline.store import Store, Unit
from seamline.store.platform_tables import ARCHIVED
from seamline.text import Text

from .change import Change, Mark, Plan

ATTEMPTS = 40
LOCK_TIMEOUT = "300ms"  # a waiting ALTER TABLE makes every later writer wait behind it
PAUSE = 0.1  # seconds at first, growing, between attempts
_ONE_AT_A_TIME = 7_311_927


def apply(plan: Plan, store: Store, within: Callable[[Unit], None] | None = None) -> list[Problem]:
    """Make the changes of a plan; return warnings of what could not be finished.

    `within` runs at the end of the same transaction: what is done there (keep the package, bump
    the catalog, append the event) is kept together with the tables or not at all. It may be run
    again where the database was busy. Raises Refused: 422 with the plan's own problems, 409
    where another publication came in between, 503 where the database stayed busy.
    """
    if any(problem.severity == "error" for problem in plan.problems):
        raise Refused(plan.problems)
    if store.dialect == "sqlite":
        with store.unit() as unit:
            _decisive(plan, unit, within)
        return []
    _patiently(plan, store, within)
    return [
        problem
        for change in plan.changes
        if change.afterwards and (problem := _afterwards(change, store)) is not None
    ]


def _patiently(plan: Plan, store: Store, within: Callable[[Unit], None] | None) -> None:
    """Try until no lock stands in the way; each attempt gives up soon and lets writers pass."""
    for attempt in range(ATTEMPTS):
        try:
            with store.unit() as unit:
                unit.connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                unit.connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
                _decisive(plan, unit, within)
            return
        except Refused as refused:
            if refused.status != 503 or attempt == ATTEMPTS - 1:
                raise
        time.sleep(PAUSE * random.uniform(1, 1 + attempt / 4))


def _decisive(plan: Plan, unit: Unit, within: Callable[[Unit], None] | None) -> None:
    from .operations import run

    if unit.catalog_version() != plan.version:
        raise Refused.one(
            "plan_is_stale",
            Text("此计划之后已有别的发布。", "Something else was published after this plan."),
            status=409,
            hint=Text("请重新生成计划。", "Make the plan again."),
        )
    for change in plan.changes:
        run(change.operations, unit.connection)
    for change in plan.changes:
        run(change.links, unit.connection)
        for mark in change.marks:
            _mark(unit.connection, mark)
    if within is not None:
        within(unit)


def _mark(connection: Connection, mark: Mark) -> None:
    connection.execute(
        delete(ARCHIVED).where(
            ARCHIVED.c.table_name == mark.table, ARCHIVED.c.column_name == mark.column
        )
    )
    if mark.archived:
        row = {
            "table_name": mark.table, "column_name": mark.column, "form": mark.form,
            "field": mark.field, "shape": mark.shape, "at": clock.now(),
        }  # fmt: skip
        connection.execute(insert(ARCHIVED), row)


def _afterwards(change: Change, store: Store) -> Problem | None:
    """Do what PostgreSQL does without blocking writers; a failure is for the next publication."""
    from .operations import run

    engine = store.engines.write.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))
        try:
            run(change.afterwards, connection)
        except DBAPIError as error:
            return Problem(
                "not_finished",
                Text(
                    f"{change.words.zh}：未完成，下次发布时重试。",
                    f"{change.words.en}: not finished; the next publication tries again.",
                ),
                Place(change.table),
                got=str(error.orig).strip().splitlines()[0],
                severity="warning",
            )
        finally:
            connection.execute(text("RESET lock_timeout"))
    return None
