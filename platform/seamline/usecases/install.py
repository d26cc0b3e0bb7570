"""Publishing a package: read it whole, plan, apply, keep its documents, swap the catalog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from seamline import clock
from seamline.catalog import build
from seamline.facts import Actor, Event, Origin
from seamline.metadata import Package
from seamline.package import read_package, read_sources
from seamline.publish import Plan, apply as apply_plan, plan as plan_of
from seamline.store import Unit

from .desk import Desk


def plan(desk: Desk, path: Path) -> Plan:
    """Return what publishing the package at `path` would change; nothing is changed.

    Raises Refused with every problem of the package.
    """
    return _plan(desk, path)[0]


def publish(desk: Desk, actor: Actor, origin: Origin, path: Path) -> Plan:
    """Publish the package at `path`; raises Refused, and the old version serves on.

    Tables, documents, event and catalog version change in one transaction. The plan comes back
    with warnings of what could not be finished beside it (an index on PostgreSQL).
    """
    desk.catalogs.current().access.require(actor, "publish", "*")
    made, before, after, package = _plan(desk, path)
    build(after, {}, 0)  # a catalog that does not build must not be published
    old = {known.head.id: known.head.version for known in before}.get(package.head.id, "")

    def within(unit: Unit) -> None:
        unit.packages.keep(package)
        version = unit.bump_catalog()
        unit.journal.append(_event(actor, origin, package, old, made, version))

    warnings = apply_plan(made, desk.store, within)
    desk.catalogs.refresh()
    return replace(made, problems=(*made.problems, *warnings))


def _event(
    actor: Actor, origin: Origin, package: Package, old: str, made: Plan, version: int
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
            "changes": [change.words.en for change in made.changes],
        },
    )


def _plan(desk: Desk, path: Path) -> tuple[Plan, tuple[Package, ...], tuple[Package, ...], Package]:
    before = installed(desk)
    package = read_package(path, others=before)
    after = tuple(package if known.head.id == package.head.id else known for known in before)
    if package not in after:
        after = (*before, package)
    return plan_of(before, after, desk.store), before, after, package


def installed(desk: Desk) -> tuple[Package, ...]:
    """Return the packages of the workspace, in the order of their installation."""
    packages: list[Package] = []
    with desk.store.reading() as unit:
        for known in unit.packages.installed():
            packages.append(read_sources(known.sources, others=tuple(packages)))
    return tuple(packages)
