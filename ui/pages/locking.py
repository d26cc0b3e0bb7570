"""Locks on a record's page: what is closed, since when and why, and the form that lifts one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from seamline.facts import Event, Record
from seamline.fields.moments import show_moment
from seamline.text import Text
from seamline.usecases import locks

from ..session import actor, desk, language, origin, reading, signed_in
from .naming import act_name
from .people import name_of_person

blueprint = Blueprint("locking", __name__)
WORDS: Mapping[str, Text] = {
    "locked": Text("已锁定", "Locked"),
    "lift": Text("解锁", "Lift"),
    "by_itself": Text(
        "条件不再成立时自动解锁。", "It lifts by itself when this is no longer so."
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One lock as the page shows it."""

    id: str
    act: str
    say: str
    since: str
    may_lift: bool


@blueprint.before_request
@signed_in
def _signed_in() -> None:
    """Every page here is for people who are signed in."""


def standing(record: Record) -> list[Standing]:
    """Return the locks that stand on a record."""
    return [
        Standing(
            id=one.lock.id,
            act=act_name(one.lock.act),
            say=one.lock.reason.in_(language()),
            since=f"{name_of_person(one.lock.actor)} · {show_moment(one.lock.since, reading())}",
            may_lift=one.may_lift,
        )
        for one in locks.standing_on(desk(), actor(), record)
    ]


def what(event: Event) -> str:
    """Return what the timeline says of a lock that was put or ended."""
    act = act_name(str(event.body.get("act", "")))
    if event.kind == "locked":
        say = event.body.get("say")
        said = say.get(language(), "") if isinstance(say, Mapping) else ""
        return Text(f"锁定 {act}:{said}", f"locked {act}: {said}").in_(language())
    if event.body.get("by_itself"):
        return Text(f"{act} 自动解锁", f"{act} unlocked by itself").in_(language())
    return Text(f"解锁 {act}", f"lifted the lock of {act}").in_(language())


@blueprint.post("/r/<form_id>/<word>/locks/<lock_id>")
def lift(form_id: str, word: str, lock_id: str) -> Any:
    """Lift one lock with the reason given."""
    locks.lift(desk(), actor(), origin(), lock_id, request.form.get("reason", ""))
    flash(Text("已解锁。", "The lock is lifted.").in_(language()))
    return redirect(url_for("records.show", form_id=form_id, word=word), 303)
