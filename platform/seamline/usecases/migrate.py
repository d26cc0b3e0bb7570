"""Migration: closed records of another system become a library of ours, whole and exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seamline import clock
from seamline.catalog import Catalog
from seamline.conditions.evaluate import compiled
from seamline.conditions.parse import parse
from seamline.facts import Actor, Origin
from seamline.fields.kind import Reading
from seamline.forms import FormModel
from seamline.metadata import ImportMap
from seamline.problems import Refused, did_you_mean
from seamline.store import Run, Unit
from seamline.store.ulid import ulid
from seamline.text import Text

from .desk import Desk
from .importing.jobs import CellProblem, cell_problems, map_json, map_of as map_of
from .importing.upload import Upload
from .migrating.comparing import compared
from .migrating.handing import Hands
from .migrating.keeping import (
    Given as Given,
    columns_needed,
    kept_of,
    named_by as named_by,
    papers_of,
    source_of,
)
from .migrating.running import (
    Running,
    Speed as Speed,
    Watch,
    problems_of as problems_of,
    speed as speed,
)
from .migrating.sources import FileSource, column_at
from .submitting.admit import form_named
from .submitting.takeover import Outcome, Takeover

SLEEPS = 60  # seconds after which a run that says nothing was left by its process


def libraries(desk: Desk, actor: Actor) -> tuple[FormModel, ...]:
    """Return the libraries that the actor may fill."""
    catalog = desk.catalogs.current()
    return tuple(
        model
        for id_, model in catalog.forms.items()
        if model.form.library
        and catalog.access.may(actor, "import", id_)
        and catalog.access.whole(actor, id_)
    )


def map_named(desk: Desk, word: str) -> ImportMap:
    """Return the map of a migration; raises Refused 404."""
    maps = {id_: one for id_, one in desk.catalogs.current().imports.items() if one.takes_over}
    if word not in maps:
        raise Refused.one(
            "unknown_map",
            Text(f"没有迁移映射“{word[:60]}”。", f"There is no map '{word[:60]}' of a migration."),
            status=404,
            hint=did_you_mean(word, maps),
        )
    return maps[word]


def start(desk: Desk, actor: Actor, wanted: ImportMap, given: Given, *, dry: bool = False) -> Run:
    """Take in what is to be migrated and return the run, nothing taken over yet.

    The whole source is counted first, so that one that cannot be read is refused here. A run of
    the same source and map that was stopped on its way is returned instead. Raises Refused 403,
    404, 413, 422.
    """
    return begin(desk, actor, wanted, keep(desk, actor, wanted, given), dry=dry)


def keep(desk: Desk, actor: Actor, wanted: ImportMap, given: Given) -> dict[str, Any]:
    """Store the files of a migration and return what a run remembers of its source."""
    library_named(desk, actor, wanted.form)
    return kept_of(desk, given, wanted)


def begin(
    desk: Desk, actor: Actor, wanted: ImportMap, kept: Mapping[str, Any], *, dry: bool = False
) -> Run:
    """Do what `start` does with a source that is kept already."""
    run = _draft(desk, actor, wanted, kept, dry)
    with source_of(desk, run) as source:
        if isinstance(source, FileSource):
            for column in columns_needed(wanted, kept):
                column_at(source.files.table, column)
        run = replace(run, total=source.count())
    with desk.store.unit() as unit:
        earlier = _stopped(unit, run)
        if earlier is None:
            unit.migrations.add(run)
        return earlier or run


def _draft(desk: Desk, actor: Actor, wanted: ImportMap, kept: Mapping[str, Any], dry: bool) -> Run:
    model = library_named(desk, actor, wanted.form)
    now = clock.now()
    run = Run(
        id=ulid(now),
        form=model.form.id,
        map=map_json(wanted),
        source=dict(kept),
        state="stopped",
        dry=dry,
        actor=actor.id,
        started_at=now,
        updated_at=now,
    )
    _door(desk, actor, run, wanted)
    return run


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing of a source as it would be taken over: raw values, and what came of judging it."""

    key: str
    values: Mapping[str, Any]
    outcome: Outcome
    problems: tuple[CellProblem, ...]


def preview(
    desk: Desk, actor: Actor, wanted: ImportMap, kept: Mapping[str, Any], most: int = 8
) -> list[Sample]:
    """Return the first things of a source as they would be taken over; nothing is kept."""
    run = _draft(desk, actor, wanted, kept, dry=True)
    door = _door(desk, actor, run, wanted)
    found = []
    with source_of(desk, run) as source:
        hands = Hands(
            wanted, door.model.form.key or "", source.headers, "", desk.catalogs.current().zone
        )
        batch = next(source.batches(None), None)
        for item in batch.items[:most] if batch else ():
            handover, problems = hands.handover(item)
            with desk.store.reading() as unit:
                outcome = door.judge(unit, [handover])[0]
            cells = cell_problems(item.draft, source.plan, (*problems, *outcome.problems))
            found.append(Sample(handover.key, handover.values, outcome, cells))
    return found


def run(
    desk: Desk, actor: Actor, run_id: str, watch: Watch | None = None, *, force: bool = False
) -> Run:
    """Carry a run to its end from where it was stopped; return it as it then stands.

    It ends `done`, `checked` (dry) or `stopped`. Raises Refused 409 where another process is at
    it, which `force` takes it from.
    """
    here = job(desk, actor, run_id)
    if here.state in ("done", "checked"):
        return here
    here = _claimed(desk, here, force)
    wanted = map_of(here.map)
    door = _door(desk, actor, here, wanted)
    with ExitStack() as stack:
        source = stack.enter_context(source_of(desk, here))
        papers = stack.enter_context(papers_of(desk, here))
        name = str(here.source.get("file_name") or here.source.get("connection"))
        zone = desk.catalogs.current().zone
        hands = Hands(wanted, door.model.form.key or "", source.headers, name, zone, papers)
        try:
            ended = Running(desk, here, source, hands, door, watch).all()
        except Refused as refused:
            _let_go(desk, here)
            raise refused
    if ended.state == "done":
        ended = reconcile(desk, actor, run_id)
    return ended


def load(desk: Desk, actor: Actor, wanted: ImportMap, file: Path, lines: Path | None = None) -> Run:
    """Carry out a migration of files that lie in a folder, as a package's sample data do."""
    given = Given(Upload.of(file), Upload.of(lines) if lines is not None else None)
    return run(desk, actor, start(desk, actor, wanted, given).id)


def stop(desk: Desk, actor: Actor, run_id: str) -> Run:
    """Ask a run to stop after the batch it is at; what it has taken over stays."""
    job(desk, actor, run_id)
    with desk.store.unit() as unit:
        stored = unit.migrations.get(run_id, lock=True)
        assert stored is not None
        if stored.state == "running":
            stored = replace(stored, state="stopping")
            unit.migrations.change(stored)
        return stored


def job(desk: Desk, actor: Actor, run_id: str) -> Run:
    """Return one run; raises Refused 403 or 404."""
    with desk.store.reading() as unit:
        found = unit.migrations.get(run_id)
    if found is None:
        raise Refused.one(
            "unknown_migration", Text("没有这次迁移。", "There is no such migration."), status=404
        )
    library_named(desk, actor, found.form)
    return found


def recent(desk: Desk, actor: Actor) -> tuple[Run, ...]:
    """Return the newest runs into the libraries that the actor may fill."""
    known = {model.form.id for model in libraries(desk, actor)}
    with desk.store.reading() as unit:
        return tuple(one for one in unit.migrations.recent(limit=100) if one.form in known)


def reconcile(desk: Desk, actor: Actor, run_id: str) -> Run:
    """Read the source of a run anew and compare it with the library; the report stays with it."""
    here = job(desk, actor, run_id)
    wanted = map_of(here.map)
    door = _door(desk, actor, here, wanted)
    catalog = desk.catalogs.current()
    with source_of(desk, here) as source, papers_of(desk, here) as papers:
        hands = Hands(wanted, door.model.form.key or "", source.headers, "", catalog.zone, papers)
        report = compared(desk, door, wanted, source, hands, _reading(actor, catalog))
    with desk.store.unit() as unit:
        stored = unit.migrations.get(run_id, lock=True)
        assert stored is not None
        after = replace(stored, report=report)
        unit.migrations.change(after)
    return after


def asleep(run: Run) -> bool:
    """Whether a run that says it is running was left by its process."""
    quiet = (clock.now() - run.updated_at).total_seconds()
    return run.state in ("running", "stopping") and quiet > SLEEPS


def library_named(desk: Desk, actor: Actor, form: str) -> FormModel:
    """Return a library that the actor may fill; raises Refused 403, 404, 409."""
    catalog = desk.catalogs.current()
    model = form_named(catalog, form)
    catalog.access.require(actor, "import", form)
    return model


def _door(desk: Desk, actor: Actor, run: Run, wanted: ImportMap) -> Takeover:
    catalog = desk.catalogs.current()
    model = form_named(catalog, run.form)
    takes = wanted.takes_over
    only = None
    if takes is not None and takes.only is not None:
        only = compiled(parse(takes.only, model.scope))
    match = {one.to: one.match for one in wanted.columns if one.match}
    if wanted.lines is not None:
        table = wanted.lines.table
        match |= {f"{table}.{one.to}": one.match for one in wanted.lines.columns if one.match}
    origin = Origin("import")
    anew = bool(run.source.get("connection"))
    return Takeover(catalog, actor, origin, model, run.id, match, only, anew)


def _reading(actor: Actor, catalog: Catalog) -> Reading:
    return Reading("zh" if actor.language == "zh" else "en", catalog.zone)


def _stopped(unit: Unit, like: Run) -> Run | None:
    """Return an earlier run of the same source and map that was stopped on its way."""
    for earlier in unit.migrations.recent(like.form):
        same = (earlier.map, earlier.source, earlier.dry) == (like.map, like.source, like.dry)
        if same and earlier.state in ("stopped", "running", "stopping"):
            return earlier
    return None


def _claimed(desk: Desk, here: Run, force: bool) -> Run:
    """Make this process the one that carries a run on; raises Refused 409 where another is."""
    with desk.store.unit() as unit:
        stored = unit.migrations.get(here.id, lock=True)
        assert stored is not None
        if stored.state in ("running", "stopping") and not force and not asleep(stored):
            raise Refused.one(
                "migration_runs_elsewhere",
                Text("这次迁移正由另一进程执行。", "Another process carries this migration out."),
                status=409,
                hint=Text(
                    "若那个进程已终止，一分钟后可继续，或用 --force。",
                    "If that process is gone, go on in a minute, or with --force.",
                ),
            )
        now = clock.now()
        mine = replace(stored, state="running", holder=ulid(now), updated_at=now)
        unit.migrations.change(mine)
        return mine


def _let_go(desk: Desk, here: Run) -> None:
    """Mark a run as stopped that its process cannot carry on."""
    with desk.store.unit() as unit:
        stored = unit.migrations.get(here.id, lock=True)
        if stored is not None and stored.holder == here.holder:
            unit.migrations.change(replace(stored, state="stopped", updated_at=clock.now()))
