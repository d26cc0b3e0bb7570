"""The review pool: what waits for a person, decided one by one or several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from seamline import clock
from seamline.facts import Actor, Decision, Record
from seamline.fields.moments import show_moment
from seamline.forms import FormModel
from seamline.problems import Refused
from seamline.store import Review
from seamline.usecases import look, review
from seamline.usecases.review import Verdict as Word

from ..forms.sheet import Said
from ..record.facts import Fact
from ..record.heads import subtitle
from ..record.verdicts import Verdict, due_badge, verdicts
from ..say import _, ngettext
from ..session import actor, catalog, desk, language, origin, reading, signed_in
from ..shown import Faces, name_of
from .naming import pool_name
from .people import everybody, name_of_person

blueprint = Blueprint("pool", __name__)
SHOWN = 50  # rows of the queue on one page, the most urgent ones
MOST_AT_ONCE = 200
MOST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """One held record in the queue, with what a reviewer needs to decide it."""

    id: str
    title: str
    form: str
    code: str
    subtitle: str
    address: str
    why: str
    pool: str
    since: str
    author: str
    due: Markup
    late: bool
    assignee: str
    for_me: bool
    question: str
    escalated: bool
    others: list[tuple[str, str]]
    facts: list[Fact]
    findings: list[Verdict]


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


@blueprint.get("/reviews")
def queue() -> str:
    """Show what waits, the most urgent first."""
    return _page()


def _page(problems: list[Said] | None = None) -> str:
    waiting = review.waiting(desk(), actor())
    pools = Counter(one.pool for one in waiting)
    asked = request.values.get("pool", "")
    chosen = [one for one in waiting if asked in ("", one.pool)]
    late = sum(one.due_at < clock.now() for one in chosen)
    return render_template(
        "pages/pool.html",
        here=":reviews",
        pools=[(id_, pool_name(id_), count) for id_, count in sorted(pools.items())],
        pool=asked if asked in pools else "",
        total=len(waiting),
        late=late,
        cases=list(_cases(chosen[:SHOWN])),
        more=max(0, len(chosen) - SHOWN),
        mine=bool(catalog().access.pools(actor())),
        reason=request.form.get("reason", ""),
        ticked=set(request.form.getlist("review")),
        problems=problems or [],
        problems_heading=_("Some of this could not be done"),
    )


def _cases(reviews: list[Review]) -> Iterator[Case]:
    held = {one.id: _record(one) for one in reviews}
    seen = {one.decision: record for one in reviews if (record := held[one.id]) is not None}
    decisions = look.decisions(desk(), seen)
    for one in reviews:
        yield _case(one, held[one.id], decisions.get(one.decision))


def _case(one: Review, record: Record | None, decision: Decision | None) -> Case:
    model = look.form(desk(), actor(), one.form)
    rules = catalog().rules.get(one.step)
    title = rules.ruleset.review.title if rules else model.form.title
    address = url_for("records.show", form_id=one.form, word=one.record)
    faces = Faces(model, reading(), f"{address}/files")
    return Case(
        id=one.id,
        title=title.in_(language()),
        form=model.form.title.in_(language()),
        code=name_of(record, model) if record else "…",
        subtitle=subtitle(model, record, faces) if record else "",
        address=address if record else "",
        why=url_for("why.page", form_id=one.form, word=one.record) if record else "",
        pool=pool_name(one.pool),
        since=show_moment(one.opened_at, reading()),
        author=name_of_person(record.updated_by) if record else "",
        due=due_badge(one.due_at),
        late=one.due_at < clock.now(),
        assignee=name_of_person(one.assignee) if one.assignee else "",
        for_me=one.assignee == actor().id,
        question=one.question,
        escalated=one.level > 0,
        others=_others(one),
        facts=list(_facts(model, record, faces)) if record else [],
        findings=list(verdicts(decision)) if decision and record else [],
    )


def _others(one: Review) -> list[tuple[str, str]]:
    """Return the other people of a pool: id and name."""
    access = catalog().access
    return [
        (user.id, user.name)
        for user in everybody()
        if user.active
        and user.id not in (actor().id, one.assignee)
        and one.pool in access.pools(Actor(user.id, user.name, user.roles))
    ]


def _record(one: Review) -> Record | None:
    """Return the held record; None to a reviewer who may not read its form."""
    try:
        return look.record(desk(), actor(), one.form, one.record)
    except Refused:
        return None


def _facts(model: FormModel, record: Record, faces: Faces) -> Iterator[Fact]:
    """Yield the columns of the form's list, and what the rules of the step have looked at."""
    known = {one.id: one for one in model.form.fields}
    for name in model.form.list.columns:
        value = record.values.get(name)
        if name in known and value is not None and known[name].kind != "table":
            yield Fact(faces.label(name), faces.value(name, value))


@blueprint.post("/reviews")
def decide() -> Any:
    """Decide every ticked review with one verdict and one reason."""
    verdict, reason = request.form.get("verdict", ""), request.form.get("reason", "")
    if verdict not in ("approve", "return"):
        abort(400)
    chosen = list(dict.fromkeys(request.form.getlist("review")))[:MOST_AT_ONCE]
    if not chosen:
        return _page([Said(_("Tick the reviews that this is about."))]), 422
    done, problems = 0, []
    for id_ in chosen:
        try:
            review.decide(desk(), actor(), origin(), id_, cast(Word, verdict), reason[:MOST_REASON])
            done += 1
        except Refused as refused:
            problems += [_said(id_, sentence) for sentence in refused.problems]
            if refused.status == 422:  # the reason: it is the same for all of them
                break
    if done:
        flash(_done(verdict, done))
    if problems:
        return _page(problems), 422 if not done else 409
    return redirect(url_for("pool.queue", pool=request.form.get("pool") or None), 303)


@blueprint.post("/reviews/<review_id>/<act>")
def converse(review_id: str, act: str) -> Any:
    """Ask the author something, answer a reviewer, or hand a review to somebody of the pool."""
    words = request.form.get("words", "")[:MOST_REASON]
    if act == "ask":
        review.ask(desk(), actor(), origin(), review_id, words)
        flash(_("The author is asked; the clock runs on."))
    elif act == "answer":
        review.answer(desk(), actor(), origin(), review_id, words)
        flash(_("Answered."))
    elif act == "hand":
        to = request.form.get("to", "")
        review.reassign(desk(), actor(), origin(), review_id, to, words)
        flash(_("Handed to %(who)s.", who=name_of_person(to)))
    else:
        abort(404)
    back = request.form.get("back", "")
    queue_ = url_for("pool.queue")
    return redirect(back if back.startswith("/") and not back.startswith("//") else queue_, 303)


def _said(review_id: str, problem: Any) -> Said:
    sentence = problem.sentence(language())
    if problem.place and problem.place.path == "reason":
        return Said(sentence, "bulk-reason")
    return Said(f"…{review_id[-6:]}: {sentence}")


def _done(verdict: str, count: int) -> str:
    if verdict == "approve":
        return ngettext("%(num)s review is approved.", "%(num)s reviews are approved.", count)
    return ngettext("%(num)s review is returned.", "%(num)s reviews are returned.", count)
