"""How often each rule of a step has spoken: counted by the database, no decision read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text

from .platform_tables import DECISIONS, EVENTS, PROMPTS
from .unit import Unit

DISMISSED = "dismissed"  # the kind of the journal's entry, `rule` in its body is the switch's key


@dataclass(frozen=True, slots=True)
class Hits:
    """What one rule did: fired, could not be checked, stopped a submission, was waved aside.

    `trial` counts what it would have said while it was on trial; `shown` are reminders put before
    people, `heeded` those after which they changed what was pointed out.
    """

    fired: int = 0
    unknown: int = 0
    stopped: int = 0
    trial: int = 0
    dismissed: int = 0
    shown: int = 0
    heeded: int = 0


# A rule's findings lie in one JSON list per decision; both databases can open it themselves.
_SPOKE = {
    "sqlite": """
        SELECT d.ruleset || '.' || json_extract(f.value, '$.rule') AS key,
            json_extract(f.value, '$.result') AS result,
            CAST(json_extract(f.value, '$.shadow') AS INTEGER) AS shadow,
            count(*) AS spoke,
            sum(CASE WHEN d.outcome = 'refused' THEN 1 ELSE 0 END) AS refused
        FROM seam_decisions AS d, json_each(d.findings) AS f
        WHERE d.step = :step AND d.at >= :since AND d.findings <> '[]'
        GROUP BY 1, 2, 3""",
    "postgresql": """
        SELECT d.ruleset || '.' || (f ->> 'rule') AS key,
            f ->> 'result' AS result,
            CASE WHEN f ->> 'shadow' = 'true' THEN 1 ELSE 0 END AS shadow,
            count(*) AS spoke,
            count(*) FILTER (WHERE d.outcome = 'refused') AS refused
        FROM seam_decisions AS d, json_array_elements(d.findings::json) AS f
        WHERE d.step = :step AND d.at >= :since AND d.findings <> '[]'
        GROUP BY 1, 2, 3""",
}
_DISMISSED = {
    "sqlite": """
        SELECT json_extract(body, '$.rule') AS key, count(*) AS times FROM seam_events
        WHERE step = :step AND at >= :since AND kind = :kind GROUP BY 1""",
    "postgresql": """
        SELECT body::json ->> 'rule' AS key, count(*) AS times FROM seam_events
        WHERE step = :step AND at >= :since AND kind = :kind GROUP BY 1""",
}


def hits(unit: Unit, step: str, since: datetime) -> Mapping[str, Hits]:
    """Return what the rules of one step did since a moment, by the key of their switch."""
    found: dict[str, Hits] = {}
    dialect = unit.connection.dialect.name
    spoke = text(_SPOKE[dialect]).bindparams(bindparam("since", type_=DECISIONS.c.at.type))
    for row in unit.connection.execute(spoke, {"step": step, "since": since}):
        found[row.key] = _more(found.get(row.key, Hits()), row)
    waved = text(_DISMISSED[dialect]).bindparams(bindparam("since", type_=EVENTS.c.at.type))
    asked = {"step": step, "since": since, "kind": DISMISSED}
    for row in unit.connection.execute(waved, asked):
        found[row.key] = replace(found.get(row.key, Hits()), dismissed=row.times)
    adopted = (
        select(PROMPTS.c.key, func.sum(PROMPTS.c.shown), func.sum(PROMPTS.c.heeded))
        .where(PROMPTS.c.key.in_(found), PROMPTS.c.day >= f"{since:%Y-%m-%d}")
        .group_by(PROMPTS.c.key)
    )
    for key, shown, heeded in unit.connection.execute(adopted):
        found[key] = replace(found[key], shown=int(shown), heeded=int(heeded))
    return found


def _more(so_far: Hits, row: Any) -> Hits:
    if row.shadow:
        return replace(so_far, trial=so_far.trial + row.spoke)
    if row.result != "true":
        return replace(so_far, unknown=so_far.unknown + row.spoke)
    return replace(
        so_far, fired=so_far.fired + row.spoke, stopped=so_far.stopped + int(row.refused)
    )
