"""The review pool: what waits for a person, and what that person decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Literal

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Event, Origin, Record, Value
from seamline.problems import Place, Problem, Refused
from seamline.store import Review, Unit, User
from seamline.text import Text

from . import notices
from .desk import Desk
from .hiding import seen_of
from .submitting.admit import form_named
from .submitting.case import Case, Submission
from .submitting.posting import approved, reaching_all

Verdict = Literal["approve", "return"]
DONE: Mapping[Verdict, str] = {"approve": "approved", "return": "returned"}
# Entries of the journal that carry the decision they are about, and are not of its making.
REVIEWING = frozenset({"approved", "returned", "reassigned", "asked", "answered", "escalated"})
SEARCHED = 200  # entries of a record in which who submitted or asked is looked for
ASSIGNED = Text("{who} 请您复核{record}", "{who} asks you to review {record}")
ASKED = Text("{who} 就{record}向您提问", "{who} asks you about {record}")
ANSWERED = Text("{who} 回答了您关于{record}的提问", "{who} answered your question about {record}")
SAID: Mapping[Verdict, Text] = {
    "approve": Text("{who} 通过了{record}的复核", "{who} approved {record}"),
    "return": Text("{who} 退回了{record}", "{who} returned {record}"),
}


def waiting(desk: Desk, actor: Actor) -> tuple[Review, ...]:
    """Return the open reviews of the pools the actor decides, the most urgent first."""
    catalog = desk.catalogs.current()
    with desk.store.reading() as unit:
        found = tuple(unit.reviews.waiting(catalog.access.pools(actor)))
        beyond = _beyond(unit, catalog, actor, found)
    return tuple(one for one in found if one.id not in beyond)


def _beyond(
    unit: Unit, catalog: Catalog, actor: Actor, reviews: Collection[Review]
) -> frozenset[str]:
    """Return those of some reviews whose records are beyond the reach of one who reads the form."""
    by_form: dict[str, list[Review]] = {}
    for one in reviews:
        by_form.setdefault(one.form, []).append(one)
    beyond: set[str] = set()
    for form, held in by_form.items():
        model = catalog.forms.get(form)
        if model is not None and catalog.access.may(actor, "read", form):
            reach = catalog.access.scope(actor, form)
            seen = seen_of(unit, model, reach, [one.record for one in held])
            beyond |= {one.id for one in held if one.record not in seen}
    return frozenset(beyond)


def decide(
    desk: Desk, actor: Actor, origin: Origin, review: str, verdict: Verdict, reason: str
) -> Record:
    """Let a held record go on, or return it to its author; the reason is kept with the verdict.

    Raises Refused: 403 not of the pool, 404 unknown, 409 decided already, 422 no reason.
    """
    _need_reason(reason)
    with desk.store.unit() as unit:
        return _decide(unit, desk, actor, origin, review, verdict, reason)


def reassign(
    desk: Desk, actor: Actor, origin: Origin, review: str, login: str, reason: str
) -> Review:
    """Ask one person of the pool to decide; raises Refused like `decide`, 422 for a stranger."""
    _need_reason(reason)
    with desk.store.unit() as unit:
        catalog = desk.catalogs.current()
        found = _of_my_pool(unit, catalog, actor, review)
        user = unit.accounts.user(login)
        if user is None or not user.active or not _decides(catalog, user, found.pool):
            raise Refused(
                (
                    Problem(
                        "not_of_the_pool",
                        Text(
                            f"“{login[:60]}”不在复核池“{found.pool}”中。",
                            f"'{login[:60]}' is not of the review pool '{found.pool}'.",
                        ),
                        Place("assignee"),
                    ),
                )
            )
        unit.reviews.assign(found.id, login)
        event = _note(unit, catalog, actor, origin, found, "reassigned", reason, {"to": login})
        notices.tell(unit, catalog, event, "review", ASSIGNED, people=(login,))
    return replace(found, assignee=login)


def ask(desk: Desk, actor: Actor, origin: Origin, review: str, question: str) -> Review:
    """Ask the author of a held record something before deciding; the clock runs on."""
    _need_reason(question)
    with desk.store.unit() as unit:
        catalog = desk.catalogs.current()
        found = _of_my_pool(unit, catalog, actor, review)
        unit.reviews.ask(found.id, question)
        event = _note(unit, catalog, actor, origin, found, "asked", question, {})
        notices.tell(unit, catalog, event, "review", ASKED, people=_submitter(unit, found))
    return replace(found, question=question)


def answer(desk: Desk, actor: Actor, origin: Origin, review: str, words: str) -> Review:
    """Answer what a reviewer asked; whoever may read the record may answer."""
    _need_reason(words)
    with desk.store.unit() as unit:
        catalog = desk.catalogs.current()
        found = _open_review(unit, review)
        catalog.access.require(actor, "read", found.form)
        _require_within(unit, catalog, actor, found)
        if not found.question:
            raise Refused.one(
                "nothing_asked",
                Text("没有待回答的问题。", "Nothing has been asked."),
                status=409,
            )
        unit.reviews.ask(found.id, "")
        asker = _who_did(unit, found, "asked")
        body = {"question": found.question}
        event = _note(unit, catalog, actor, origin, found, "answered", words, body)
        notices.tell(unit, catalog, event, "review", ANSWERED, people=asker)
    return replace(found, question="")


def _decides(catalog: Catalog, user: User, pool: str) -> bool:
    return pool in catalog.access.pools(Actor(user.id, user.name, user.roles))


def _note(
    unit: Unit,
    catalog: Catalog,
    actor: Actor,
    origin: Origin,
    review: Review,
    kind: str,
    reason: str,
    body: Mapping[str, object],
) -> Event:
    record = unit.records.get(form_named(catalog, review.form).tables, review.record)
    if record is None:
        raise LookupError(f"review {review.id}: its record {review.record} is not stored")
    event = _event(record, review, actor, origin, kind, reason)
    return unit.journal.append(replace(event, at=clock.now(), body={**body, "pool": review.pool}))


def _submitter(unit: Unit, review: Review) -> tuple[str, ...]:
    """Return who submitted what is held."""
    events = unit.journal.of_record(review.form, review.record, SEARCHED)
    judged = [e for e in events if e.decision == review.decision and e.kind not in REVIEWING]
    return (judged[0].actor,) if judged else ()


def _who_did(unit: Unit, review: Review, kind: str) -> tuple[str, ...]:
    """Return who did something in the course of a review last."""
    events = unit.journal.of_record(review.form, review.record, SEARCHED)
    done = [e for e in events if e.decision == review.decision and e.kind == kind]
    return (done[0].actor,) if done else ()


def _of_my_pool(unit: Unit, catalog: Catalog, actor: Actor, review_id: str) -> Review:
    """Return an open review that the actor may decide."""
    review = _open_review(unit, review_id)
    if review.pool not in catalog.access.pools(actor):
        raise Refused.one(
            "not_of_the_pool",
            Text("您不在复核池“{pool}”中。", "You are not of the review pool '{pool}'.").fill(
                pool=review.pool
            ),
            status=403,
        )
    _require_within(unit, catalog, actor, review)
    return review


def _require_within(unit: Unit, catalog: Catalog, actor: Actor, review: Review) -> None:
    if _beyond(unit, catalog, actor, (review,)):
        raise _unknown()


def _unknown() -> Refused:
    return Refused.one(
        "unknown_review", Text("没有这条复核。", "There is no such review."), status=404
    )


def _need_reason(reason: str) -> None:
    if not reason.strip():
        problem = Problem(
            "reason_required",
            Text("请写明审核意见。", "A review needs its reason."),
            Place("reason"),
        )
        raise Refused((problem,))


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
    review = _of_my_pool(unit, catalog, actor, review_id)
    model = form_named(catalog, review.form)
    before = unit.records.get(model.tables, review.record, lock=True)
    if before is None:
        raise LookupError(f"review {review.id}: its record {review.record} is not stored")
    case = _reopened(unit, catalog, actor, origin, review, before)
    entry = approved(case) if verdict == "approve" else None
    filled = _filled(case, before) if entry is not None else {}
    at = case.at if entry is not None else clock.now()
    after = replace(
        before,
        values={**before.values, **filled},
        held="" if verdict == "approve" else "returned",
        version=before.version + 1,
        updated_at=at,
        updated_by=actor.id,
    )
    unit.records.update(model.tables, after, before.version, filled.keys())
    unit.reviews.close(review.id, verdict, reason, actor.id, at)
    unit.outbox.add(
        f"{review.step}.{verdict}",
        f"{after.id}:{after.version}",
        {"form": after.form, "record": after.id, "code": after.code, "version": after.version},
    )
    submitter = _submitter(unit, review)
    event = _event(after, review, actor, origin, DONE[verdict], reason)
    if filled:
        told = model.to_json(after.values, filled.keys())
        changes = {name: [None, told[name]] for name in sorted(filled)}
        event = replace(event, body={**event.body, "changes": changes})
    event = unit.journal.append(event)
    if entry is not None:
        entry.post(after)
    notices.tell(unit, catalog, event, "decided", SAID[verdict], people=submitter)
    return after


def _filled(case: Case, held: Record) -> dict[str, Value]:
    """Return the values that the approval has filled in."""
    return {name: value for name, value in case.values.items() if held.values.get(name) != value}


def _reopened(
    unit: Unit, catalog: Catalog, actor: Actor, origin: Origin, review: Review, held: Record
) -> Case:
    """Return what was held as a submission once more, for what follows from its approval."""
    model = form_named(catalog, review.form)
    step = review.step.partition(".")[2]
    asked = Submission(review.form, step, record=held.id)
    step_ = model.steps.get(step, model.steps["create"])
    return Case(unit, catalog, reaching_all(actor), origin, asked, model, step_, held)


def _open_review(unit: Unit, review_id: str) -> Review:
    review = unit.reviews.get(review_id, lock=True)
    if review is None:
        raise _unknown()
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
    record: Record, review: Review, actor: Actor, origin: Origin, kind: str, reason: str
) -> Event:
    return Event.on(
        record,
        kind,
        record.updated_at,
        actor.id,
        origin,
        step=review.step,
        reason=reason,
        decision=review.decision,
        body={"pool": review.pool, "version": record.version},
    )
