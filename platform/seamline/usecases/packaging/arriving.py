"""A package that comes as a file: looked at in business words, then installed or upgraded."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from seamline.facts import Actor, Origin
from seamline.metadata import Form, Package
from seamline.package import read_package, read_sources
from seamline.package.sources import kind_of_path, take_out
from seamline.problems import Place, Problem, Refused
from seamline.publish import Plan
from seamline.store import Unit
from seamline.text import Text
from seamline.usecases import import_, install, schemes
from seamline.usecases.designing import releases
from seamline.usecases.designing.edits import merged
from seamline.usecases.designing.wording import said_of
from seamline.usecases.desk import Desk
from seamline.usecases.editing.bound_by import alike
from seamline.usecases.editing.serving import GUARD
from seamline.usecases.schemes import Choice
from seamline.usecases.stages import NOTHING, Tell, counted, untold

from .manifest import Need, Power, needs, powers

Sign = Literal["added", "changed", "removed"]
Take = Literal["mine", "new", "both"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of a file: `takes` by document where local edits stand in the way.

    `data` imports the sample data that comes with it, `confirmed` are the keys of risky steps,
    `schemes` by form how a package that is new here binds its lines to versions.
    """

    sha256: str
    name: str
    takes: Mapping[str, Take] = field(default_factory=dict)
    data: bool = False
    confirmed: tuple[str, ...] = ()
    schemes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one document.

    `take` is empty where nobody has edited it here. `torn` says that the new version changes
    what was edited here, so that somebody has to choose; `both` whether both can be put together.
    """

    path: str
    kind: str
    sign: Sign
    said: tuple[Text, ...]
    take: Take | Literal[""] = ""
    torn: bool = False
    chosen: bool = True
    both: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that was looked at: the package as it came, what it changes, what it may do.

    `before` is the version that serves, empty where it is new here: then there are `schemes` to
    choose from, as `package` has them.
    """

    package: Package
    before: str
    rows: tuple[Row, ...]
    plan: Plan
    steps: tuple[releases.Step, ...]
    powers: tuple[Power, ...]
    needs: tuple[Need, ...]
    planned: install.Planned
    over: Mapping[str, str]
    schemes: tuple[Choice, ...] = ()

    @property
    def open_choices(self) -> int:
        """How many documents still ask whose text is to serve."""
        return sum(one.torn and not one.chosen for one in self.rows)


def looked_at(desk: Desk, actor: Actor, asked: Asked) -> Arrival:
    """Return what installing a file would do; nothing is changed.

    Raises Refused: 403, 400 no archive, 413, 422 with every problem of the package.
    """
    desk.catalogs.current().access.require(actor, GUARD, "*")
    with _archive(desk, asked.sha256, asked.name) as path:
        return of_path(desk, actor, path, asked.takes, asked.schemes)


def of_path(
    desk: Desk,
    actor: Actor,
    path: Path,
    takes: Mapping[str, Take] = MappingProxyType({}),
    chosen: Mapping[str, str] = MappingProxyType({}),
) -> Arrival:
    """Return what installing a folder or archive would do; raises Refused as `looked_at` does."""
    desk.catalogs.current().access.require(actor, GUARD, "*")
    before = install.installed(desk)
    came = read_package(path, others=before)
    new = all(one.head.id != came.head.id for one in before)
    choices = tuple(schemes.choices_of(came)) if new else ()
    for one in choices:
        schemes.named(one, chosen.get(one.form, one.said.scheme))
    own = install.bound_here(came, before, chosen)
    return replace(arrived(desk, own, own.sources, before, takes), schemes=choices)


def arrived(
    desk: Desk,
    own: Package,
    texts: Mapping[str, str],
    before: tuple[Package, ...],
    takes: Mapping[str, Take],
) -> Arrival:
    """Return what it would do to serve by the `texts` of a package, which came as `own`."""
    served = next((one for one in before if one.head.id == own.head.id), None)
    rows, over = _rows(desk, own, texts, served, takes)
    package = own
    if over:
        package = read_sources({**own.sources, **over}, others=before)
    settled = [one.path for one in rows if one.take]
    planned = install.planned_of(desk, before, package, settled)
    versions = {one.head.id: one.head.version for one in before}
    return Arrival(
        package=own,
        before=versions.get(own.head.id, ""),
        rows=rows,
        plan=planned[0],
        steps=tuple(releases.steps_of(planned[0])),
        powers=powers(package, served),
        needs=needs(own, versions),
        planned=planned,
        over=over,
    )


def check(arrival: Arrival, confirmed: Iterable[str]) -> None:
    """Raise Refused (409, 422) where something is still to be chosen or confirmed."""
    if arrival.open_choices:
        say = Text(
            "这个文档在本地改过，新版也改了：请选一份。",
            "This document was edited here, and the new version changes it: choose one.",
        )
        raise Refused(
            [Problem("choose_text", say, Place("", one.path))
             for one in arrival.rows if one.torn and not one.chosen],
            409,
        )  # fmt: skip
    releases.check_confirmed(arrival.steps, confirmed)


def take_in(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    asked: Asked,
    *,
    tell: Tell = untold,
    beside: Callable[[Unit], None] = lambda unit: None,
) -> tuple[Problem, ...]:
    """Install what a file holds, through the door of every publication; return the warnings.

    Raises Refused as `looked_at` and `check` do, and as publishing does.
    """
    arrival, found = publish(
        desk, actor, origin, lambda: looked_at(desk, actor, asked),
        lambda seen: check(seen, asked.confirmed), tell, beside,
    )  # fmt: skip
    if asked.data and arrival.package.head.data:
        tell("data", NOTHING)
        found += tuple(_data(desk, actor, asked, arrival.package.head.id, tell))
    return found


def publish(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    look: Callable[[], Arrival],
    require: Callable[[Arrival], None],
    tell: Tell,
    beside: Callable[[Unit], None],
) -> tuple[Arrival, tuple[Problem, ...]]:
    """Look at what is to serve, check it and publish it; return it and the warnings."""
    tell("read", NOTHING)
    arrival = look()
    tell("plan", counted(len(arrival.steps), len(arrival.steps)))
    require(arrival)
    done = install.publish_package(
        desk, actor, origin, arrival.planned, beside=beside, tell=tell, own=arrival.package,
        over=arrival.over,
    )  # fmt: skip
    return arrival, done.problems


def _data(desk: Desk, actor: Actor, asked: Asked, package: str, tell: Tell) -> Iterator[Problem]:
    def watch(source: import_.DataSource, progress: import_.Progress) -> None:
        far = counted(progress.position, progress.total)
        name = source.file.name
        tell("data", Text(f"{name} {far.zh}", f"{name} {far.en}"))

    with _archive(desk, asked.sha256, asked.name) as path, _folder() as folder:
        take_out(path, folder)
        for job in import_.load_package_data(desk, actor, package, folder, watch):
            if job.bad:
                say = Text(f"{job.bad} 行没有导入。", f"{job.bad} rows were not imported.")
                yield Problem("bad_rows", say, Place("", job.file_name), severity="warning")


def _rows(
    desk: Desk,
    own: Package,
    texts: Mapping[str, str],
    served: Package | None,
    takes: Mapping[str, Take],
) -> tuple[tuple[Row, ...], dict[str, str]]:
    """Return what becomes of each document, and the texts that serve over the package's own."""
    theirs: Mapping[str, str] = {}
    local: Mapping[str, str] = {}
    if served is not None:
        with desk.store.reading() as unit:
            kept = next(one for one in unit.packages.installed() if one.id == own.head.id)
            newest = unit.changes.newest(own.head.id)
        theirs = {path: text for path, text in kept.sources.items() if kind_of_path(path)}
        local = {path: one.text for path, one in newest.items()
                 if one.text != theirs.get(path, "")}  # fmt: skip
    forms = {one.id: one for each in (served, own) if each for one in each.forms}
    rows, over = [], {}
    for path in sorted({*theirs, *local, *own.sources, *texts}):
        base, new = theirs.get(path, ""), texts.get(path, "")
        mine = local.get(path, base)
        base = alike(path, base, mine)  # another scheme that was chosen is no edit
        row, text = _row(path, base, mine, new, takes.get(path), forms)
        if text != own.sources.get(path, ""):
            over[path] = text
        if row is not None:
            rows.append(row)
    return tuple(rows), over


def _row(
    path: str, base: str, mine: str, new: str, take: Take | None, forms: Mapping[str, Form]
) -> tuple[Row | None, str]:
    """Return what becomes of one document (None: nothing), and its text afterwards.

    An edit made here stays where the new version says what the old one said.
    """
    kind = kind_of_path(path) or ""
    edited = mine not in (base, new)
    torn = edited and new != base
    both = merged(base, new, mine) if torn else None
    chosen: Take | Literal[""] = ""
    if edited:
        chosen = (take or "new") if torn else (take or "mine")
        chosen = "new" if chosen == "both" and both is None else chosen
    text = {"mine": mine, "both": both or new}.get(chosen, new)
    before, after = mine, text if not torn or take else new
    if before == after and not edited:
        return None, text
    sign: Sign = "added" if not before else "removed" if not after else "changed"
    said = said_of(path, before, after, forms) if before != after else ()
    row = Row(path, kind, sign, said, chosen, torn, not torn or take is not None, both is not None)
    return row, text


@contextmanager
def _archive(desk: Desk, sha256: str, name: str) -> Iterator[Path]:
    """Lay a stored file where archives are read; its name is that which people know it by."""
    with _folder() as folder:
        path = folder / (name.rpartition("/")[2] or "package.zip")
        with desk.store.reading() as unit, unit.files.open(sha256) as file:
            path.write_bytes(file.read())
        yield path


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="seamline-package-") as folder:
        yield Path(folder)
