"""Putting documents of an installed package into service: checked whole, kept whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from seamline import clock
from seamline.catalog import build, read_installed
from seamline.facts import Actor, Event, Origin
from seamline.metadata import Package
from seamline.package.sources import kind_of_path
from seamline.problems import Refused
from seamline.publish import Plan, apply as apply_plan, plan as plan_of
from seamline.store import LocalChange, Unit
from seamline.text import Text
from seamline.usecases import locks, scenarios
from seamline.usecases.desk import Desk
from seamline.usecases.promising.filling import follow
from seamline.usecases.stages import NOTHING, Tell, untold

from .rereading import with_documents
from .wording import data_of, differences

EDITED = "edited"
SEEN_BY = ("role", "form", "page")  # documents that say what people see
# Documents that say who may do what, and what leaves the house: an administrator's to publish.
GUARDED = ("role", "connection", "pipeline", "package")
GUARD = "grant"


@dataclass(frozen=True, slots=True)
class Put:
    """Texts that are to serve, by path, and the version number each of them is to have."""

    package: str
    package_version: str
    texts: Mapping[str, str]
    numbers: Mapping[str, int]
    reason: str
    more: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ready:
    """What putting documents into service would do: packages before and after, and the plan."""

    before: tuple[Package, ...]
    after: tuple[Package, ...]
    said: Mapping[str, tuple[Text, ...]]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Served:
    """What came of it: the changes kept, the events that say so."""

    changes: tuple[LocalChange, ...]
    events: tuple[Event, ...]


def ready(desk: Desk, package: str, texts: Mapping[str, str], tell: Tell = untold) -> Ready:
    """Return what serving by `texts` would do; raises Refused with everything that is wrong."""
    tell("read", NOTHING)
    with desk.store.reading() as unit:
        catalog, before = unit.catalog_version(), read_installed(unit)
    after = with_documents(before, package, texts)
    forms = {form.id: form for one in (*before, *after) for form in one.forms}
    own = next(one.sources for one in before if one.head.id == package)
    said = {path: differences(own.get(path, ""), text, path, forms) for path, text in texts.items()}
    build(after, {}, 0)  # a catalog that does not build must not be published
    tell("plan", NOTHING)
    made = plan_of(before, after, desk.store)
    if made.version != catalog:
        raise moved_on()
    return Ready(before, after, said, made)


def serve(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    put: Put,
    made: Ready,
    within: Callable[[Unit], None] = lambda unit: None,
    tell: Tell = untold,
) -> Served:
    """Serve by the texts: versions, events, tables and catalog in one transaction, or not at all.

    Every scenario has to hold first, and the leak test where people see something else; `within`
    runs in the same transaction. Raises Refused.
    """
    kinds = {kind_of_path(path) for path in put.texts}
    if not kinds.isdisjoint(GUARDED):
        desk.catalogs.current().access.require(actor, GUARD, "*")
    tell("scenarios", NOTHING)
    played = scenarios.require(made.after, tell)
    proven: Mapping[str, object] = {}
    if desk.proof is not None and not kinds.isdisjoint(SEEN_BY):
        tell("leaks", NOTHING)
        proven = desk.proof(made.after, lambda said: tell("leaks", said))
    tell("swap", NOTHING)
    now = clock.now()
    changes = tuple(
        LocalChange(put.package, path, put.numbers[path], text, put.package_version,
                    now, actor.id, put.reason)
        for path, text in sorted(put.texts.items())
    )  # fmt: skip
    events: list[Event] = []

    def keep(unit: Unit) -> None:
        version = unit.bump_catalog()
        for change in changes:
            unit.changes.add(change)
            said = made.said[change.path]
            body = {
                "package": put.package, "path": change.path, "number": change.number,
                "catalog": version, "scenarios": played,
                "diff": [{"zh": one.zh, "en": one.en} for one in said], **proven, **put.more,
            }  # fmt: skip
            step = _step(made.after, change)
            events.append(unit.journal.append(_event(change, origin, step, body)))
        locks.follow(unit, actor, origin, desk.catalogs.current(), made.before, made.after)
        within(unit)

    apply_plan(made.plan, desk.store, keep)
    desk.catalogs.refresh()
    follow(desk, made.before)
    return Served(changes, tuple(events))


def moved_on() -> Refused:
    """Return the refusal where something else was published meanwhile."""
    return Refused.one(
        "plan_is_stale",
        Text("此时已有别的发布。", "Something else was published meanwhile."),
        status=409,
        hint=Text("请重试。", "Please try again."),
    )


def _event(change: LocalChange, origin: Origin, step: str, body: Mapping[str, object]) -> Event:
    return Event(
        kind=EDITED,
        at=change.at,
        actor=change.actor,
        via=origin.via,
        record=f"{change.package}/{change.path}",
        step=step,
        seen=origin.seen,
        reported=origin.reported,
        reason=change.reason,
        body=body,
    )


def _step(packages: Sequence[Package], change: LocalChange) -> str:
    """Return the step whose rules a document holds, "" for any other document."""
    package = next(one for one in packages if one.head.id == change.package)
    held = {path: ruleset for ruleset, path in paths_of_rules(package).items()}
    return next((one.step for one in package.rulesets if one.id == held.get(change.path)), "")


def paths_of_rules(package: Package) -> dict[str, str]:
    """Return where the rule sets of a package are written, by their ids."""
    return paths_of(package, "ruleset")


def paths_of(package: Package, kind: str) -> dict[str, str]:
    """Return where the documents of a kind are written in a package, by their ids."""
    written = {path: text for path, text in package.sources.items() if kind_of_path(path) == kind}
    return {str(data_of(text, path)[kind]): path for path, text in written.items()}
