"""Publishing a package: read it whole, plan, apply, keep its documents, swap the catalog."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from seamline import clock
from seamline.catalog import build, read_installed
from seamline.facts import Actor, Event, Origin
from seamline.metadata import Package
from seamline.package import read_package, read_sources
from seamline.problems import Place, Problem, Refused
from seamline.publish import Plan, apply as apply_plan, plan as plan_of
from seamline.store import Past, PastTexts, Unit
from seamline.text import Text

from . import edit, locks, scenarios
from .claiming import claimed
from .desk import Desk
from .editing.bound_by import carried, with_schemes
from .editing.serving import paths_of
from .promising.filling import follow
from .stages import NOTHING, Tell, untold


def plan(desk: Desk, path: Path) -> Plan:
    """Return what publishing the package at `path` would change; nothing is changed.

    Raises Refused with every problem of the package.
    """
    return _plan(desk, path)[0]


def publish(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    path: Path,
    *,
    skip_scenarios: bool = False,
    bound_by: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """Publish the package at `path`; raises Refused, and the old version serves on.

    Every scenario has to hold, unless an operator skips them, which the event then says, and the
    proof of the desk, if it has one.

    Tables, documents, event and catalog version change in one transaction. `bound_by` says by
    form which scheme its lines get their versions by, where the package is new. The plan comes back
    with warnings of what could not be finished beside it (an index on PostgreSQL).
    """
    desk.catalogs.current().access.require(actor, "publish", "*")
    planned = _plan(desk, path, bound_by)
    with claimed(desk.store, actor, planned[3].head.id):
        return publish_package(desk, actor, origin, planned, skip_scenarios=skip_scenarios)


def package_at(desk: Desk, path: Path) -> tuple[Package, bool]:
    """Return the package at `path`, and whether the workspace has none of its name yet."""
    before = installed(desk)
    package = read_package(path, others=before)
    return package, all(known.head.id != package.head.id for known in before)


Planned = tuple[Plan, tuple[Package, ...], tuple[Package, ...], Package]


def publish_package(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    planned: Planned,
    *,
    skip_scenarios: bool = False,
    beside: Callable[[Unit], None] = lambda unit: None,
    tell: Tell = untold,
    own: Package | None = None,
    over: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """Publish a package that was read and planned; `beside` runs in the same transaction.

    Where local texts serve `over` some documents, `own` is the package without them, as it came.
    """
    made, before, after, package = planned
    build(after, {}, 0)  # a catalog that does not build must not be published
    tell("scenarios", NOTHING)
    played = None if skip_scenarios else scenarios.require(after, tell)
    proven: Mapping[str, object] = {}
    if desk.proof is not None:
        tell("leaks", NOTHING)
        proven = desk.proof(after, lambda said: tell("leaks", said))
    tell("swap", NOTHING)
    old = {known.head.id: known.head.version for known in before}.get(package.head.id, "")

    def within(unit: Unit) -> None:
        _keep_past(unit, actor, package)
        edit.take_over(unit, actor, own or package, over)
        unit.packages.keep(own or package)
        version = unit.bump_catalog()
        unit.journal.append(_event(actor, origin, package, old, made, version, played, proven))
        locks.follow(unit, actor, origin, desk.catalogs.current(), before, after)
        beside(unit)

    warnings = apply_plan(made, desk.store, within)
    desk.catalogs.refresh()
    follow(desk, before)
    return replace(made, problems=(*made.problems, *warnings))


def _keep_past(unit: Unit, actor: Actor, package: Package) -> None:
    """Keep what serves so far, so that people can go back to it."""
    known = next((one for one in unit.packages.installed() if one.id == package.head.id), None)
    served = unit.changes.over(known) if known is not None else package.sources
    if known is not None and served != package.sources:
        past = Past(known.id, known.version, known.installed_at, clock.now(), actor.id)
        unit.pasts.add(past, PastTexts(known.sources, served))


def _event(
    actor: Actor,
    origin: Origin,
    package: Package,
    old: str,
    made: Plan,
    version: int,
    played: int | None,
    proven: Mapping[str, object],
) -> Event:
    return Event(
        kind="published",
        at=clock.now(),
        actor=actor.id,
        via=origin.via,
        seen=origin.seen,
        reported=origin.reported,
        body={
            "package": package.head.id,
            "version": package.head.version,
            "before": old,
            "catalog": version,
            "scenarios": "skipped" if played is None else played,
            "changes": [change.words.en for change in made.changes],
            **proven,
        },
    )


def _plan(desk: Desk, path: Path, bound_by: Mapping[str, str] = MappingProxyType({})) -> Planned:
    before = installed(desk)
    came = read_package(path, others=before)
    return planned_of(desk, before, bound_here(came, before, bound_by))


def bound_here(
    came: Package, before: tuple[Package, ...], chosen: Mapping[str, str] = MappingProxyType({})
) -> Package:
    """Return a package that came, binding by the schemes of this workspace.

    They are those in force here, or those `chosen` by form where the package is new: no edit of
    anybody's, so that the next upgrade finds none.
    """
    served = next((known for known in before if known.head.id == came.head.id), None)
    texts = carried(came.sources, served)
    paths = paths_of(came, "form") if served is None and chosen else {}
    for form in came.forms if paths else ():
        scheme, path = chosen.get(form.id, ""), paths[form.id]
        wanted = {one.field: scheme for one in form.binds if scheme not in ("", one.scheme)}
        texts[path] = with_schemes(path, came.sources[path], wanted)
    changed = {path: text for path, text in texts.items() if text != came.sources[path]}
    return read_sources({**came.sources, **changed}, others=before) if changed else came


def planned_of(
    desk: Desk, before: tuple[Package, ...], package: Package, settled: Collection[str] = ()
) -> Planned:
    """Return what publishing a package would change, which was read beside those of `before`.

    `settled` are documents with local edits of which somebody has said what becomes of them.
    """
    _check_edits(desk, package, settled)
    after = tuple(package if known.head.id == package.head.id else known for known in before)
    if package not in after:
        after = (*before, package)
    return plan_of(before, after, desk.store), before, after, package


def installed(desk: Desk) -> tuple[Package, ...]:
    """Return the packages of the workspace, in the order of their installation."""
    with desk.store.reading() as unit:
        return read_installed(unit)


def _check_edits(desk: Desk, package: Package, settled: Collection[str]) -> None:
    """Raise Refused (409) where local edits would be lost, each document named."""
    with desk.store.reading() as unit:
        paths = [one for one in edit.local_edits(unit, package) if one not in settled]
    if paths:
        say = Text("这个文档有本地修改，会丢失。", "A local edit of this document would be lost.")
        hint = Text(
            "把本地修改并入新版，或先恢复为配置包自己的文本(seamline edit roll-back … 0)。",
            "Take the local text into the package, or go back to the package's own first "
            "(seamline edit roll-back ... 0).",
        )
        raise Refused([Problem("local_edit", say, Place("", path), hint) for path in paths], 409)
