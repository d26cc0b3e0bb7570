"""The review pool: what waits for a person, and what that person decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from seamline import clock
from seamline.facts import Actor, Event, Origin, Record
from seamline.problems import Place, Problem, Refused
from seamline.store import Review, Unit
from seamline.text import Text

from .desk import Desk
from .submitting.admit import form_named

Verdict = Literal["approve", "return"]


def waiting(desk: Desk, actor: Actor) -> tuple[Review, ...]:
    """Return the open reviews of the pools the actor decides, the most urgent first."""
    pools = desk.catalogs.current().access.pools(actor)
    with desk.store.reading() as unit:
        return tuple(unit.reviews.waiting(pools))


def decide(
    desk: Desk, actor: Actor, origin: Origin, review: str, verdict: Verdict, reason: str
) -> Record:
    """Let a held record go on, or return it to its author; the reason is kept with the verdict.

    Raises Refused: 403 not of the pool, 404 unknown, 409 decided already, 422 no reason.
    """
    if not reason.strip():
        problem = Problem(
            "reason_required",
            Text("请写明审核意见。", "A review needs its reason."),
            Place("reason"),
        )
        raise Refused((problem,))
    with desk.store.unit() as unit:
        return _decide(unit, desk, actor, origin, review, verdict, reason)


def _decide(
    unit: Unit,
    desk: Desk,
    actor: Actor,
    origin: Origin,
    review_id: str,
    verdict: Verdict,
    reason: str,
) -> Record:
    catalog = desk.catalogs.current()
    review = _open_review(unit, review_id)
    if review.pool not in catalog.access.pools(actor):
        raise Refused.one(
            "not_of_the_pool",
            Text("您不在复核池“{pool}”中。", "You are not of the review pool '{pool}'.").fill(
                pool=review.pool
            ),
            status=403,
        )
    model = form_named(catalog, review.form)
    before = unit.records.get(model.tables, review.record, lock=True)
    if before is None:
        raise LookupError(f"review {review.id}: its record {review.record} is not stored")
    at = clock.now()
    after = replace(
        before,
        held="" if verdict == "approve" else "returned",
        version=before.version + 1,
        updated_at=at,
        updated_by=actor.id,
    )
    unit.records.update(model.tables, after, before.version, ())
    unit.reviews.close(review.id, verdict, reason, actor.id, at)
    unit.outbox.add(
        f"{review.step}.{verdict}",
        f"{after.id}:{after.version}",
        {"form": after.form, "record": after.id, "code": after.code, "version": after.version},
    )
    unit.journal.append(_event(after, review, actor, origin, verdict, reason))
    return after


def _open_review(unit: Unit, review_id: str) -> Review:
    review = unit.reviews.get(review_id, lock=True)
    if review is None:
        raise Refused.one(
            "unknown_review", Text("没有这条复核。", "There is no such review."), status=404
        )
    if review.verdict:
        raise Refused.one(
            "decided_already",
            Text("这条复核已由 {who} 处理。", "{who} has decided this review already.").fill(
                who=review.decided_by
            ),
            status=409,
        )
    return review


def _event(
    record: Record, review: Review, actor: Actor, origin: Origin, verdict: Verdict, reason: str
) -> Event:
    return Event(
        kind="approved" if verdict == "approve" else "returned",
        at=record.updated_at,
        actor=actor.id,
        via=origin.via,
        form=record.form,
        record=record.id,
        code=record.code,
        tracking=record.tracking,
        step=review.step,
        seen=origin.seen,
        reported=origin.reported,
        reason=reason,
        decision=review.decision,
        body={"pool": review.pool, "version": record.version},
    )
