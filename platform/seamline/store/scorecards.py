"""What every rule did over a time, counted by the database in a handful of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text

from .platform_tables import DECISIONS
from .unit import Unit

MISSED = "missed"  # the kind of an entry: a rule should have spoken and did not; `rule` is its key


@dataclass(frozen=True, slots=True)
class Tally:
    """What one rule did, by figures that are stored.

    `fired`, `unknown` and `stopped` count findings of the rule in force (a trial counts for
    nothing); `held` those that held a record. `shown` are prompts, to `people` persons. `heeded`
    counts reminders that the next change of the record answered, `dismissed` those waved aside.
    `approved` and `returned` are verdicts over records that the rule held; `hours` is the median
    from holding to verdict, None without a verdict. `missed` are cases it should have found.
    """

    fired: int = 0
    unknown: int = 0
    stopped: int = 0
    held: int = 0
    shown: int = 0
    people: int = 0
    heeded: int = 0
    dismissed: int = 0
    approved: int = 0
    returned: int = 0
    hours: float | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a rule set judged, and since when."""

    count: int
    first: datetime | None


_FINDINGS = {
    "sqlite": """
        SELECT d.id, d.outcome, d.ruleset || '.' || json_extract(f.value, '$.rule') AS key,
            json_extract(f.value, '$.rule_class') AS class,
            json_extract(f.value, '$.result') AS result
        FROM seam_decisions AS d, json_each(d.findings) AS f
        WHERE d.at >= :since AND d.findings <> '[]' AND NOT json_extract(f.value, '$.shadow')""",
    "postgresql": """
        SELECT d.id, d.outcome, d.ruleset || '.' || (f ->> 'rule') AS key,
            f ->> 'rule_class' AS class, f ->> 'result' AS result
        FROM seam_decisions AS d, json_array_elements(d.findings::json) AS f
        WHERE d.at >= :since AND d.findings <> '[]' AND f ->> 'shadow' <> 'true'""",
}
# A record is held by a review that is true or unknown, and by a hard rule that is unknown.
_HOLDS = "outcome = 'held' AND (class = 'review' OR (class = 'hard' AND result = 'unknown'))"
_SPOKE = f"""
    SELECT key, sum(CASE WHEN result = 'true' THEN 1 ELSE 0 END) AS fired,
        sum(CASE WHEN result = 'unknown' THEN 1 ELSE 0 END) AS unknown,
        sum(CASE WHEN class = 'hard' AND result = 'true' THEN 1 ELSE 0 END) AS stopped,
        sum(CASE WHEN {_HOLDS} THEN 1 ELSE 0 END) AS held
    FROM ({{findings}}) AS spoken GROUP BY key"""
_HOURS = {
    "sqlite": "(julianday(r.decided_at) - julianday(r.opened_at)) * 24.0",
    "postgresql": "(extract(epoch FROM r.decided_at - r.opened_at) / 3600.0)::double precision",
}
_REVIEWED = f"""
    SELECT key, min(times) AS times, min(approved) AS approved, avg(hours) AS hours FROM (
        SELECT key, {{hours}} AS hours,
            row_number() OVER (PARTITION BY key ORDER BY {{hours}}) AS place,
            count(*) OVER (PARTITION BY key) AS times,
            sum(CASE WHEN r.verdict = 'approve' THEN 1 ELSE 0 END)
                OVER (PARTITION BY key) AS approved
        FROM ({{findings}}) AS spoken
        JOIN seam_reviews AS r ON r.decision = spoken.id
        WHERE r.verdict IN ('approve', 'return') AND {_HOLDS}
    ) AS placed
    WHERE place IN ((times + 1) / 2, (times + 2) / 2) GROUP BY key"""
_PROMPTED = """
    SELECT key, sum(shown) AS shown, sum(heeded) AS heeded,
        count(DISTINCT CASE WHEN shown > 0 THEN actor END) AS people
    FROM seam_prompts WHERE day >= :day GROUP BY key"""
_TOLD = {
    "sqlite": """
        SELECT kind, json_extract(body, '$.rule') AS key, count(*) AS times FROM seam_events
        WHERE at >= :since AND kind IN ('dismissed', 'missed') GROUP BY 1, 2""",
    "postgresql": """
        SELECT kind, body::json ->> 'rule' AS key, count(*) AS times FROM seam_events
        WHERE at >= :since AND kind IN ('dismissed', 'missed') GROUP BY 1, 2""",
}
_JUDGED = """
    SELECT count(*) FROM seam_decisions
    WHERE step = :step AND ruleset = :ruleset AND at >= :since AND at < :until"""
_FIRST = "SELECT min(at) FROM seam_decisions WHERE step = :step AND at >= :since"


def tallies(unit: Unit, since: datetime, day: str) -> Mapping[str, Tally]:
    """Return what every rule did since a moment, by `ruleset.rule`; prompts count from `day` on."""
    found: dict[str, Tally] = {}
    dialect = unit.connection.dialect.name
    findings = _FINDINGS[dialect]

    def rows(statement: str) -> Any:
        asked = {name: value for name, value in (("since", since), ("day", day))
                 if f":{name}" in statement}  # fmt: skip
        return unit.connection.execute(_typed(statement, "since"), asked)

    for row in rows(_SPOKE.format(findings=findings)):
        found[row.key] = Tally(row.fired, row.unknown, row.stopped, row.held)
    for row in rows(_REVIEWED.format(findings=findings, hours=_HOURS[dialect])):
        approved, all_ = int(row.approved), int(row.times)
        found[row.key] = replace(
            found[row.key], approved=approved, returned=all_ - approved, hours=float(row.hours)
        )
    for row in rows(_PROMPTED):
        found[row.key] = replace(
            found.get(row.key, Tally()),
            shown=int(row.shown),
            heeded=int(row.heeded),
            people=int(row.people),
        )
    for row in rows(_TOLD[dialect]):
        before = found.get(row.key, Tally())
        told = {"missed" if row.kind == MISSED else "dismissed": int(row.times)}
        found[row.key] = replace(before, **told)
    return found


def judged(unit: Unit, step: str, ruleset: str, since: datetime, until: datetime) -> Judged:
    """Return how often a rule set judged its step in a span of time, and when it did first."""
    asked = {"step": step, "ruleset": ruleset, "since": since, "until": until}
    count = unit.connection.execute(_typed(_JUDGED, "since", "until"), asked).scalar_one()
    first = unit.connection.execute(
        _typed(_FIRST, "since").columns(DECISIONS.c.at), {"step": step, "since": since}
    ).scalar_one_or_none()
    return Judged(int(count), first)


def _typed(statement: str, *moments: str) -> Any:
    """Return a statement whose moments are bound as the database keeps them."""
    made = text(statement)
    for name in moments:
        if f":{name}" in statement:
            made = made.bindparams(bindparam(name, type_=DECISIONS.c.at.type))
    return made
