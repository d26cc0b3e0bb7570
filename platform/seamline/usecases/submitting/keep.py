"""The last station: record, decision, review, outbox and event in the one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from seamline.facts import Decision, Event, Held, Record, Row
from seamline.forms import moved
from seamline.store.ulid import ulid
from seamline.workdays import due

from .case import Case
from .codes import code_after, code_of, fill_codes
from .locking import settle
from .proving import seal
from .telling import followers, tell_alerted, tell_clash, tell_downstream, tell_followers
from .values import TRACKING

_MILLISECOND = timedelta(milliseconds=1)
KINDS = {
    "create": "created", "change": "changed", "archive": "archived", "restore": "restored",
    "_posted": "posted",
}  # fmt: skip


def keep(case: Case, decision: Decision | None) -> tuple[Record, Event]:
    """Write everything that follows from an accepted submission; return record and event."""
    _name_rows(case)
    record = _created(case, decision) if case.before is None else _changed(case, decision)
    record = seal(case, record)
    before, records = case.before, case.unit.records
    changed = moved(before.values, record.values) if before is not None else ()
    if before is None:
        records.insert(case.model.tables, record)
    else:
        records.update(case.model.tables, record, before.version, changed, before)
    if decision is not None:
        case.unit.decisions.add(decision, record.id, case.at)
        if decision.outcome == "held":
            _open_review(case, record, decision)
    case.unit.outbox.add(
        case.business_step,
        f"{record.id}:{record.version}",
        {
            "form": record.form, "record": record.id, "code": record.code,
            "version": record.version, "state": record.state,
            "from": before.state if before is not None else "", "by": case.actor.id,
            "held": record.held,
        },
    )  # fmt: skip
    downstream = list(_downstream(case, record)) if case.step.revises else []
    locked = settle(case, decision, record)
    following = followers(case)  # asked before the head of the journal is held
    event = case.unit.journal.append(_event(case, record, decision, changed))
    tell_followers(case, event, following)
    tell_alerted(case, event)
    if case.asked.late and record.held == "pending":
        tell_clash(case, event, case.catalog.rules[case.business_step].ruleset.review.pool)
    for told in downstream:
        tell_downstream(case, case.unit.journal.append(told))
    for told in locked:
        case.unit.journal.append(told)
    return record, event


def _name_rows(case: Case) -> None:
    """Give new rows of sub-tables their ids now, so that answer and journal name them too."""
    for table in case.model.tables.children:
        value = case.values.get(table)
        rows = value if isinstance(value, tuple) else ()
        case.values[table] = tuple(
            row if row.id else replace(row, id=ulid(case.at))
            for row in rows
            if isinstance(row, Row)
        )


def _created(case: Case, decision: Decision | None) -> Record:
    form = case.model.form
    code = code_of(case)
    fill_codes(case)
    tracking = code if form.code is not None and form.code.tracking else _carried(case)
    first = form.states[0].id if form.states else ""
    return Record(
        form=form.id,
        id=ulid(case.at),
        code=code,
        tracking=tracking,
        state=case.step.to or first,
        held=_held(decision),
        revision=1,
        version=1,
        values=case.values,
        created_at=case.at,
        created_by=case.actor.id,
        updated_at=case.at,
        updated_by=case.actor.id,
    )


def _changed(case: Case, decision: Decision | None) -> Record:
    before = case.before
    assert before is not None
    archived = before.archived_at
    if case.step.id == "archive":
        archived = case.at
    elif case.step.id == "restore":
        archived = None
    judged = case.step.id not in ("archive", "restore")
    return Record(
        form=before.form,
        id=before.id,
        code=code_after(case),
        tracking=before.tracking or _carried(case),
        state=case.step.to or before.state,
        held=_held(decision) if judged else before.held,
        revision=before.revision + (1 if case.step.revises else 0),
        version=before.version + 1,
        values=case.values,
        created_at=before.created_at,
        created_by=before.created_by,
        updated_at=case.at,
        updated_by=case.actor.id,
        archived_at=archived,
    )


def _held(decision: Decision | None) -> Held:
    return "pending" if decision is not None and decision.outcome == "held" else ""


def _carried(case: Case) -> str:
    """Return the tracking code of the first record referred to that has one."""
    for use in case.model.references:
        for found in case.found.get(use.path, {}).values():
            tracking = found.values.get(TRACKING)
            if tracking:
                return str(tracking)
    return ""


def _open_review(case: Case, record: Record, decision: Decision) -> None:
    node = case.catalog.rules[case.business_step].ruleset.review
    case.unit.reviews.open(
        record.id,
        record.form,
        case.business_step,
        node.pool,
        due(case.catalog.calendar, case.at, timedelta(seconds=node.within), case.catalog.zone),
        decision.id,
    )


def _event(
    case: Case, record: Record, decision: Decision | None, changed: Collection[str]
) -> Event:
    body: dict[str, object] = {"revision": record.revision, "version": record.version}
    if case.before is None:
        body["values"] = case.model.to_json(record.values)
    else:
        body["changes"] = case.model.changes(case.before.values, record.values, changed)
    before_state = case.before.state if case.before else ""
    if record.state != before_state:
        body["state"] = [before_state, record.state]
    if decision is not None:
        body["outcome"] = decision.outcome
        body["rules"] = [f.rule for f in decision.spoken if f.result != "false"]
    if case.asked.confirmed:
        body["confirmed"] = sorted(case.asked.confirmed)
    body |= case.told
    if case.asked.entry:
        body["entry"] = case.asked.entry
    body |= _timed(case)
    return _entry(case, KINDS.get(case.step.id, "stepped"), record, body, decision)


def _timed(case: Case) -> dict[str, object]:
    """Return how long the form took: by our own clock since it was shown, and by the browser's.

    What the browser says cannot exceed what we saw.
    """
    asked = case.asked
    if asked.opened_at is None or asked.opened_at > case.at:
        return {}
    took = (case.at - asked.opened_at) // _MILLISECOND
    timed: dict[str, object] = {"opened_at": asked.opened_at, "took_ms": took}
    if asked.typing is not None:
        timed["typing_ms"] = min(took, max(0, asked.typing // _MILLISECOND))
    return timed


def _entry(
    case: Case, kind: str, record: Record, body: dict[str, object], decision: Decision | None
) -> Event:
    return Event.on(
        record,
        kind,
        case.at,
        case.actor.id,
        case.origin,
        step=case.business_step,
        reason=case.asked.reason,
        decision=decision.id if decision is not None else "",
        body=body,
    )


def _downstream(case: Case, record: Record) -> Iterator[Event]:
    """Yield one event for every later record under the same tracking code: it must hear of it."""
    if not record.tracking:
        return
    tables = [model.tables for model in case.catalog.forms.values()]
    for head in case.unit.records.tracked(tables, record.tracking):
        if head.id == record.id:
            continue
        case.unit.outbox.add(
            f"{head.form}.upstream_revised",
            f"{head.id}:{record.id}:{record.version}",
            {"form": head.form, "record": head.id, "code": head.code, "by": record.code},
        )
        told = _entry(case, "upstream_revised", record, {}, None)
        yield replace(
            told,
            form=head.form,
            record=head.id,
            code=head.code,
            body={"by": record.code, "step": case.business_step, "revision": record.revision},
        )
