"""The draft of a package put into service, and what was put into service before it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from seamline.facts import Actor, Origin
from seamline.metadata import Package
from seamline.package import read_sources
from seamline.package.sources import kind_of_path
from seamline.problems import Place, Problem, Refused
from seamline.publish import Change, Plan
from seamline.store import Installed, LocalChange, Unit
from seamline.text import Text
from seamline.usecases import design, install
from seamline.usecases.design import DESIGN, Design
from seamline.usecases.desk import Desk
from seamline.usecases.editing import serving
from seamline.usecases.editing.rereading import with_documents
from seamline.usecases.stages import NOTHING, Tell, untold
from seamline.usecases.submitting.admit import MAX_REASON

from .edits import Write
from .wording import said_of

PUBLISH = "publish"
# Steps that put what people entered out of reach, or leave it as it may not be.
LOSING = ("archive_column", "archive_table", "change_kind", "narrow_text")
# What is done to columns with data in them has to be confirmed one by one.
RISKY = (*LOSING, "require")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the database; `risky` steps are confirmed by their `key`."""

    key: str
    change: Change
    risky: bool


@dataclass(frozen=True, slots=True)
class Prospect:
    """What publishing the draft would do: documents in words, the steps in the database."""

    design: Design
    said: Mapping[str, tuple[Text, ...]]
    plan: Plan
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """Documents that were put into service together; number 0 is the package's own."""

    number: int
    at: datetime
    actor: str = ""
    reason: str = ""
    said: Mapping[str, tuple[Text, ...]] | None = None


def problems_of(desk: Desk, one: Design) -> tuple[Problem, ...]:
    """Return everything that is wrong with a draft: what its documents say, what they refer to."""
    before = desk.catalogs.current().packages
    if one.installed is not None and not one.changed:
        return ()
    changed = one.texts if one.installed is None else _changed(one)
    beside = [tuple(each.sources.items()) for each in before]
    key = hash((one.package, *beside, *sorted(changed.items())))
    if key not in _found:
        if len(_found) >= REMEMBERED:
            _found.clear()
        _found[key] = _problems(before, one, changed)
    return _found[key]


REMEMBERED = 100
_found: dict[int, tuple[Problem, ...]] = {}  # by what was read: an open page asks time and again


def _problems(
    before: tuple[Package, ...], one: Design, changed: Mapping[str, str]
) -> tuple[Problem, ...]:
    try:
        if one.installed is None:
            read_sources(one.texts, others=before)
        else:
            with_documents(before, one.package, changed)
    except Refused as refused:
        return refused.problems
    return ()


def prospect(desk: Desk, actor: Actor, package: str) -> Prospect:
    """Return what publishing the draft of a package would do; raises Refused with all problems."""
    one = design.opened(desk, actor, package)
    said = {path: said_of(path, one.served.get(path, ""), one.texts.get(path, ""))
            for path in one.changed}  # fmt: skip
    _check(one)
    if one.installed is None:
        plan = _planned(desk, one)[0]
    else:
        plan = serving.ready(desk, package, _changed(one)).plan
    return Prospect(one, said, plan, tuple(steps_of(plan)))


def publish(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    package: str,
    revision: int,
    reason: str,
    confirmed: Iterable[str] = (),
    *,
    tell: Tell = untold,
    beside: Callable[[Unit], None] = lambda unit: None,
) -> Plan:
    """Serve by the draft of a package, which is done away with in the same transaction.

    Risky steps have to be `confirmed` by their keys. `tell` hears how far it is, `beside` runs in
    the transaction, too. Raises Refused: 403, 412 where the draft has
    moved on since it was looked at, 409 where something else was published, 422 with everything
    that is wrong; the draft then stays as it was.
    """
    one = _to_publish(desk, actor, package, revision, reason)

    def finish(unit: Unit) -> None:
        head = unit.designs.head(package, lock=True)
        if head is None or head.revision != revision:
            raise design.moved_on(head)
        unit.designs.remove(package)
        beside(unit)

    if one.installed is None:
        tell("read", NOTHING)
        planned = _planned(desk, one)
        return install.publish_package(desk, actor, origin, planned, beside=finish, tell=tell)
    made = serving.ready(desk, package, _changed(one), tell)
    check_confirmed(steps_of(made.plan), confirmed)
    with desk.store.reading() as unit:
        newest = unit.changes.newest(package)
    numbers = {path: newest[path].number + 1 if path in newest else 1 for path in one.changed}
    put = serving.Put(package, one.installed.version, _changed(one), numbers, reason, {})
    serving.serve(desk, actor, origin, put, made, finish, tell)
    return made.plan


def check(
    desk: Desk, actor: Actor, package: str, revision: int, reason: str, confirmed: Iterable[str]
) -> None:
    """Raise what `publish` refuses before anything is played: rights, revision, plan, reason."""
    _to_publish(desk, actor, package, revision, reason)
    ahead = prospect(desk, actor, package)
    check_confirmed(ahead.steps, confirmed)


def _to_publish(desk: Desk, actor: Actor, package: str, revision: int, reason: str) -> Design:
    access = desk.catalogs.current().access
    access.require(actor, PUBLISH, "*")
    one = design.opened(desk, actor, package)
    if one.revision != revision:
        raise design.moved_on(one.head)
    _check(one)
    check_reason(reason)
    if guarded(one):
        access.require(actor, serving.GUARD, "*")
    return one


def guarded(one: Design) -> tuple[str, ...]:
    """Return the changed documents that only who may grant rights may publish."""
    return tuple(path for path in one.changed
                 if one.installed is None or kind_of_path(path) in serving.GUARDED)  # fmt: skip


def releases(desk: Desk, actor: Actor, package: str) -> tuple[Release, ...]:
    """Return what was put into service of a package, the newest first; raises Refused 403, 404."""
    one = design.opened(desk, actor, package)
    if one.installed is None:
        return ()
    texts, changes = _since(desk, one.installed)
    made = [Release(0, one.installed.installed_at)]
    for (at, actor_id, reason), together in groupby(changes, _together):
        said = {}
        for change in together:
            said[change.path] = said_of(change.path, texts.get(change.path, ""), change.text)
            texts[change.path] = change.text
        made.append(Release(len(made), at, actor_id, reason, said))
    return tuple(reversed(made))


def bring_back(desk: Desk, actor: Actor, package: str, number: int) -> Design:
    """Make the draft say what a release said, as one edit; it still has to be published."""
    desk.catalogs.current().access.require(actor, DESIGN, "*")
    one = design.opened(desk, actor, package)
    base, changes = _since(desk, one.installed) if one.installed else ({}, [])
    groups = [list(together) for _key, together in groupby(changes, _together)]
    if one.installed is None or not 0 <= number <= len(groups):
        say = Text(f"没有第 {number} 版。", f"There is no version {number}.")
        raise Refused.one("unknown_version", say, status=404)
    texts = {path: base.get(path, "") for path in {*one.texts, *base}}
    for change in (change for group in groups[:number] for change in group):
        texts[change.path] = change.text
    edits = [Write(path, text) for path, text in texts.items() if text != one.texts.get(path, "")]
    return design.change(desk, actor, package, edits)


def _since(desk: Desk, installed: Installed) -> tuple[dict[str, str], list[LocalChange]]:
    """Return the texts with which this version of a package began to serve, and what came after.

    Edits of before that its installation let stand are among those texts.
    """
    with desk.store.reading() as unit:
        changes = unit.changes.all(installed.id)
    texts = dict(installed.sources)
    texts |= {one.path: one.text for one in changes if one.at <= installed.installed_at}
    return texts, [one for one in changes if one.at > installed.installed_at]


def _together(change: LocalChange) -> tuple[datetime, str, str]:
    return change.at, change.actor, change.reason


def _planned(desk: Desk, one: Design) -> install.Planned:
    before = install.installed(desk)
    return install.planned_of(desk, before, read_sources(one.texts, others=before))


def _changed(one: Design) -> dict[str, str]:
    return {path: one.texts.get(path, "") for path in one.changed}


def steps_of(plan: Plan) -> Iterable[Step]:
    """Yield the steps of a plan, those marked that a person has to confirm."""
    for change in plan.changes:
        key = hashlib.sha256(f"{change.kind} {change.words.en}".encode()).hexdigest()[:12]
        yield Step(key, change, change.kind in RISKY)


def _check(one: Design) -> None:
    if not one.changed:
        say = Text("草稿里没有改动。", "The draft changes nothing.")
        raise Refused.one("nothing_changed", say)
    if one.overtaken:
        say = Text("这个文档在别处发布过新版。", "This document was published elsewhere meanwhile.")
        hint = Text("先决定用哪一份。", "Settle first which text is to be taken.")
        problems = [Problem("overtaken", say, Place("", path), hint) for path in one.overtaken]
        raise Refused(problems, 409)


def check_reason(reason: str) -> None:
    """Raise Refused (422) where nobody says why a version is made."""
    if not reason.strip() or len(reason) > MAX_REASON:
        say = Text(
            f"请写明这一版为什么改，最多 {MAX_REASON} 个字。",
            f"Say why, in at most {MAX_REASON} characters.",
        )
        raise Refused.one("reason_required", say, place=Place("reason"))


def check_confirmed(steps: Iterable[Step], confirmed: Iterable[str]) -> None:
    """Raise Refused (422) with every risky step that nobody has confirmed."""
    known = frozenset(confirmed)
    missing = [one for one in steps if one.risky and one.key not in known]
    if missing:
        hint = Text("核对后在这一步打勾。", "Look at the step and tick it.")
        raise Refused([
            Problem("not_confirmed", one.change.words, Place(f"confirm.{one.key}"), hint)
            for one in missing
        ])  # fmt: skip
