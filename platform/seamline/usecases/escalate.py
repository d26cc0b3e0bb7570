"""Escalation: a review that nobody decided in time moves to the pool its step names."""

from __future__ import annotations

from datetime import timedelta

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Event
from seamline.store import Review, Unit
from seamline.text import Text
from seamline.workdays import due

from . import notices

SYSTEM = "system"
OVERDUE = Text(
    "{record}超时未审，已转到您的复核池", "{record} is overdue and has come to your review pool"
)


def escalate(unit: Unit, catalog: Catalog, review_id: str) -> bool:
    """Move a review on whose clock has rung; return whether it was still to be moved.

    It moves once: whoever comes second finds nothing left to do.
    """
    review = unit.reviews.get(review_id, lock=True)
    now = clock.now()
    if review is None or review.verdict or review.level:
        return False
    rules = catalog.rules.get(review.step)
    node = rules.ruleset.review if rules is not None else None
    pool = (node.escalate_to if node is not None else None) or review.pool
    span = timedelta(seconds=node.escalate_within if node is not None else 3600)
    due_at = due(catalog.calendar, now, span, catalog.zone)
    unit.reviews.escalate(review.id, pool, due_at, now)
    unit.outbox.add(
        f"{review.step}.escalated",
        f"{review.id}:{review.level + 1}",
        {"review": review.id, "form": review.form, "record": review.record, "pool": pool},
    )
    event = unit.journal.append(_event(unit, catalog, review, pool))
    notices.tell(unit, catalog, event, "review", OVERDUE, pools=(pool,))
    return True


def _event(unit: Unit, catalog: Catalog, review: Review, pool: str) -> Event:
    model = catalog.forms.get(review.form)
    record = unit.records.get(model.tables, review.record) if model is not None else None
    return Event(
        kind="escalated",
        at=clock.now(),
        actor=SYSTEM,
        via="pipeline",
        form=review.form,
        record=review.record,
        code=record.code if record is not None else "",
        tracking=record.tracking if record is not None else "",
        step=review.step,
        decision=review.decision,
        body={"from": review.pool, "to": pool, "due": review.due_at.isoformat()},
    )
