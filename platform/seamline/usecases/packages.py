"""The packages of a workspace: what is installed, in which version, by whom, what is in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from seamline.facts import Actor
from seamline.metadata import PackageHead
from seamline.package.sources import kind_of_path

from .design import DESIGN
from .desk import Desk
from .packaging.manifest import Power, powers


@dataclass(frozen=True, slots=True)
class InstalledPackage:
    """One package as a list shows it.

    `documents` counts them by kind; `edited` are those with a text of this workspace. `actor` is
    empty where nobody is on record.
    """

    head: PackageHead
    at: datetime
    actor: str
    documents: Mapping[str, int]
    edited: tuple[str, ...]
    powers: tuple[Power, ...]


def listed(desk: Desk, actor: Actor) -> tuple[InstalledPackage, ...]:
    """Return what is installed, in the order of installation; raises Refused 403."""
    catalog = desk.catalogs.current()
    catalog.access.require(actor, DESIGN, "*")
    heads = {one.head.id: one for one in catalog.packages}
    found = []
    with desk.store.reading() as unit:
        marks = unit.marks.installations()
        for one in unit.packages.installed():
            newest = unit.changes.newest(one.id)
            edited = [
                path for path, change in newest.items() if change.text != one.sources.get(path, "")
            ]
            kinds = Counter(kind_of_path(path) or "" for path in unit.changes.over(one))
            mark = marks.get(one.id)
            package = heads[one.id]
            found.append(InstalledPackage(
                package.head, one.installed_at, mark.actor if mark else "", kinds,
                tuple(sorted(edited)), powers(package, None),
            ))  # fmt: skip
    return tuple(found)
