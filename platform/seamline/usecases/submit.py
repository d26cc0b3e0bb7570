"""The one door: every write of a business record, from whichever way it comes, passes here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from seamline.catalog import Catalog
from seamline.facts import Actor, Decision, Event, Origin
from seamline.problems import Problem, Refused
from seamline.store import Kept, Unit
from seamline.text import Text

from .desk import Desk
from .hiding import masked, masked_decision, masked_findings, says_of, seen_of, unseen_names
from .prompts import heeded, prompt
from .submitting.admit import admit
from .submitting.binding import bind
from .submitting.case import Case, RefusedByRules, Submission, Submitted
from .submitting.closing import check_cutover
from .submitting.confirming import check_read, keep_read
from .submitting.developing import developed
from .submitting.exhibit import Developed
from .submitting.foreseeing import foresee
from .submitting.judge import judge
from .submitting.keep import keep
from .submitting.late import set_aside
from .submitting.locking import settle
from .submitting.posting import weigh, withheld
from .submitting.promising import promise, reserve
from .submitting.values import complete

__all__ = [
    "RefusedByRules", "Submission", "Submitted", "keep_refusal", "submit", "submit_in", "together",
]  # fmt: skip

MAX_KEY = 200


def submit(desk: Desk, actor: Actor, origin: Origin, asked: Submission) -> Submitted:
    """Judge one submission and keep what follows from it, in one transaction.

    Raises Refused: 403 not allowed, 404 unknown form, step or record, 409 wrong state, possible
    duplicate or a key used for something else, 412 the record moved on, 422 invalid values or a
    hard rule. A refusal by a rule is kept in the journal; nothing else of it is stored.
    """
    catalog = desk.catalogs.current()
    ready = developed(desk, catalog, actor, origin, asked)

    def attempt(unit: Unit) -> Submitted | RefusedByRules:
        try:
            done = submit_in(unit, catalog, actor, origin, asked, ready)
            return _as_seen(unit, catalog, actor, done)
        except RefusedByRules as refusal:
            keep_refusal(unit, refusal)
            return refusal

    answer = desk.store.together(attempt)
    if isinstance(answer, RefusedByRules):
        raise answer
    return answer


def _as_seen(unit: Unit, catalog: Catalog, actor: Actor, done: Submitted) -> Submitted:
    """Return what came of a submission as the actor may see it, who may see less than he moved."""
    reach = catalog.access.scope(actor, done.record.form)
    if reach.whole:
        return done
    model = catalog.forms[done.record.form]
    seen = seen_of(unit, model, reach, (done.record.id,)).get(done.record.id)
    unseen = unseen_names(model) if seen is None else seen
    decision = done.decision
    prompts = done.prompts
    if decision is not None:
        prompts = masked_findings(prompts, says_of(catalog, decision.step), unseen)
        decision = masked_decision(decision, catalog, unseen)
    return replace(done, record=masked(done.record, unseen), decision=decision, prompts=prompts)


def submit_in(
    unit: Unit,
    catalog: Catalog,
    actor: Actor,
    origin: Origin,
    asked: Submission,
    ready: Mapping[tuple[str, str], Developed] | None = None,
) -> Submitted:
    """Do the same inside an open transaction; a refusal comes before anything is written.

    The caller decides what becomes of the transaction, and keeps a `RefusedByRules` with
    `keep_refusal` where it goes on.
    """
    fingerprint = _fingerprint(asked)
    if asked.idempotency_key:
        kept = unit.idempotency.find(actor.id, asked.idempotency_key)
        if kept is not None:
            return _again(unit, catalog, asked, fingerprint, kept)
    case = admit(unit, catalog, actor, origin, asked)
    case.ready |= ready or {}
    complete(case)
    check_read(case)
    check_cutover(case)
    bind(case)
    entry = weigh(case)
    taking = promise(case)
    set_aside(case)
    _refuse(case)
    if asked.only_if_changed and case.before is not None and not case.altered:
        (newest,) = unit.journal.of_record(case.before.form, case.before.id, 1)
        return Submitted(case.before, None, newest, repeated=True)
    decision = judge(case)
    followed = heeded(case)
    entry = withheld(case, entry, decision)
    record, event = keep(case, decision)
    keep_read(case, record)
    if entry is not None:
        entry.post(record)
    reserve(case, record, taking)
    prompts = prompt(case, decision, followed)
    if asked.idempotency_key:
        unit.idempotency.keep(
            actor.id,
            asked.idempotency_key,
            fingerprint,
            record.form,
            record.id,
            {"event": event.seq, "decision": decision.id if decision else ""},
        )
    return Submitted(record, decision, event, prompts=prompts)


@contextmanager
def together(unit: Unit, catalog: Catalog, asked: Sequence[Submission]) -> Iterator[None]:
    """Let the submissions of the block share their questions and their statements.

    Each of those named is still judged by itself and in its turn, by `submit_in` alone: the block
    leaves what it would leave one by one. BatchFailed is raised where the database refuses one of
    their rows, which only a race can bring about; then the transaction is to be taken back.
    """
    with unit.batch.gathering():
        foresee(unit, catalog, asked)
        yield


def keep_refusal(unit: Unit, refusal: RefusedByRules) -> tuple[Decision, Event]:
    """Store the decision, the journal entry and the locks of a refusal by a hard rule."""
    unit.decisions.add(refusal.decision, refusal.event.record, refusal.event.at)
    locked = settle(refusal.case, refusal.decision, None)
    event = unit.journal.append(refusal.event)
    for told in locked:
        unit.journal.append(told)
    return refusal.decision, event


def _refuse(case: Case) -> None:
    """Raise every problem found so far; a lone possible duplicate is a conflict, not an error."""
    if not case.problems:
        return
    problems = case.problems.sorted()
    only_doubt = all(problem.code in ("possible_duplicate", "not_unique") for problem in problems)
    raise Refused(problems, 409 if only_doubt else 422)


def _fingerprint(asked: Submission) -> str:
    if not asked.idempotency_key:
        return ""
    if len(asked.idempotency_key) > MAX_KEY:
        raise Refused.one(
            "key_too_long",
            Text("幂等键最多 {n} 个字符。", "An idempotency key has at most {n} characters.").fill(
                n=MAX_KEY
            ),
            status=400,
        )
    text = json.dumps(
        [asked.form, asked.step, asked.record, asked.values, asked.reason],
        default=str,
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _again(
    unit: Unit, catalog: Catalog, asked: Submission, fingerprint: str, kept: Kept
) -> Submitted:
    """Answer a repeated submission like the first time; refuse the same key for another one."""
    if kept.fingerprint != fingerprint:
        problem = Problem(
            "key_used",
            Text(
                "这个幂等键已用于另一次提交。",
                "This idempotency key has been used for another submission.",
            ),
            hint=Text("请换一个新的键。", "Use a new key."),
        )
        raise Refused((problem,), 409)
    record = unit.records.get(catalog.forms[kept.form].tables, kept.record)
    event = unit.journal.at(int(str(kept.body["event"])))
    if record is None or event is None:
        raise LookupError(f"{kept.form} {kept.record}: kept under a key, but not stored")
    decision = unit.decisions.get(str(kept.body["decision"])) if kept.body["decision"] else None
    return Submitted(record, decision, event, repeated=True)
