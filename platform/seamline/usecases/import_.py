"""Import: a file of rows becomes submissions through the one door, resumable and exactly once."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

from seamline import clock
from seamline.catalog import Catalog
from seamline.facts import Actor, Origin
from seamline.forms import FormModel
from seamline.metadata import ImportMap
from seamline.metadata.importing import ImportMode
from seamline.problems import Place, Problem, Refused, did_you_mean
from seamline.store import ImportJob, Unit
from seamline.store.ulid import ulid
from seamline.text import Text

from . import look, migrate
from .desk import Desk
from .importing import template as template_
from .importing.drafts import Plan, check_map, count, drafts, fit
from .importing.jobs import (
    CellProblem as CellProblem,
    Options,
    Policy,
    Progress as Progress,
    State,
    Tally,
    Watch,
    map_json,
    map_of,
)
from .importing.mapping import Guessed as Guessed, guess
from .importing.offering import Offer, no_rows
from .importing.package_data import DataSource as DataSource, sources
from .importing.source import read_table
from .importing.upload import Upload as Upload, too_large
from .spreadsheets import FILE_BYTES, Table
from .submitting.admit import form_named
from .submitting.closing import refuse_library

BATCH = 200  # records in one write transaction: other writers wait about half a second


SourceWatch = Callable[[DataSource, Progress], None]


def template(desk: Desk, actor: Actor, form: str, language: str) -> bytes:
    """Return the Excel template of a form; raises Refused 403 or 404."""
    model = _importable(desk, actor, form)
    stream = io.BytesIO()
    template_.write(stream, model.form, language)
    return stream.getvalue()


def guess_map(
    desk: Desk, actor: Actor, form: str, file: Upload, mode: ImportMode = "create"
) -> Guessed:
    """Return which column seems to fill which field; raises Refused 403, 404, 413, 422."""
    model = _importable(desk, actor, form)
    table = read_table(io.BytesIO(file.content), file.name)
    return guess(model.form, table.headers, mode)


def start(
    desk: Desk,
    actor: Actor,
    origin: Origin,
    form: str,
    file: Upload,
    mapping: ImportMap | None = None,
    *,
    mode: ImportMode | None = None,
    policy: Policy = "keep_good",
    dry_run: bool = False,
    lines: Upload | None = None,
) -> ImportJob:
    """Take in a file with its map (guessed where None) and return the job, nothing imported yet.

    The whole file is looked through first, so that one that cannot be read is refused here. Where
    an import of the same file, map and options was stopped on its way, that job is returned.
    Raises Refused 403, 404, 413 too large, 422 unreadable, or a map that does not fit.
    """
    model = _importable(desk, actor, form)
    for given in (file, lines):
        if given is not None and len(given.content) > FILE_BYTES:
            raise too_large(given.name)
    table = read_table(io.BytesIO(file.content), file.name)
    detail = read_table(io.BytesIO(lines.content), lines.name) if lines is not None else None
    wanted = mapping or _guessed(model, table, mode or "create")
    wanted = replace(wanted, mode=mode or wanted.mode)
    check_map(model.form, wanted)
    plan = fit(model.form, wanted, table, detail)
    total = count(plan, table)
    if not total:
        raise no_rows(file.name)
    with desk.store.unit() as unit:
        job = _job(unit, actor, wanted, file)
        kept = unit.files.put(lines.content, lines.name, _TYPE) if lines is not None else None
        options = Options(
            policy=policy,
            dry_run=dry_run,
            origin=origin if origin.via == "seed" else replace(origin, via="import"),
            total=total,
            lines_file=kept.sha256 if kept is not None else "",
            lines_name=kept.name if kept is not None else "",
        )
        job = replace(job, options=options.as_json())
        stopped = _stopped(unit, job)
        if stopped is None:
            unit.imports.add(job)
        return stopped or job


_TYPE = "application/octet-stream"
_ALIKE = ("policy", "dry_run", "lines_file")


def _importable(desk: Desk, actor: Actor, form: str) -> FormModel:
    """Return a form with the fields that the actor may fill; raises Refused 403 or 404."""
    catalog = desk.catalogs.current()
    refuse_library(form_named(catalog, form))
    catalog.access.require(actor, "import", form)
    return look.form_to_import(desk, actor, form)


def _job(unit: Unit, actor: Actor, wanted: ImportMap, file: Upload) -> ImportJob:
    now = clock.now()
    kept = unit.files.put(file.content, file.name, _TYPE)
    return ImportJob(
        id=ulid(now),
        form=wanted.form,
        file_name=file.name,
        file=kept.sha256,
        map=map_json(wanted),
        options={},
        state="running",
        actor=actor.id,
        created_at=now,
        updated_at=now,
    )


def _guessed(model: FormModel, table: Table, mode: ImportMode) -> ImportMap:
    """Return the guessed map of a file; raises Refused where a required field has no column."""
    found = guess(model.form, table.headers, mode)
    unused = [one.column for one in found.guesses if not one.to]
    if not found.missing or mode == "upsert":
        return found.map
    hint = None
    if unused:
        listed = ", ".join(unused[:12])
        hint = Text(f"未用到的列：{listed}。", f"Columns not used: {listed}.")
    raise Refused(
        Problem(
            "no_column",
            Text(f"没有列对应必填字段“{label.zh}”。", f"No column fills the field '{label.en}'."),
            Place(path, table.name, 1, 1),
            hint,
        )
        for path, label in found.missing
    )


def _stopped(unit: Unit, like: ImportJob) -> ImportJob | None:
    """Return an earlier import of the same file, map and options that was stopped on its way."""
    for earlier in unit.imports.recent(like.form):
        same = (earlier.file, earlier.actor) == (like.file, like.actor)
        alike = all(earlier.options.get(name) == like.options[name] for name in _ALIKE)
        if earlier.state == "running" and same and alike and earlier.map == like.map:
            return earlier
    return None


def job(desk: Desk, actor: Actor, job_id: str) -> ImportJob:
    """Return one import; raises Refused 403 or 404."""
    with desk.store.reading() as unit:
        found = unit.imports.get(job_id)
    if found is None:
        raise _no_such_import()
    _importable(desk, actor, found.form)
    whole = desk.catalogs.current().access.scope(actor, found.form).whole
    if found.actor != actor.id and not whole:  # its bad cells quote what somebody else imported
        raise _no_such_import()
    return found


def _no_such_import() -> Refused:
    return Refused.one(
        "unknown_import", Text("没有这次导入。", "There is no such import."), status=404
    )


def run(desk: Desk, actor: Actor, job_id: str, watch: Watch | None = None) -> ImportJob:
    """Carry an import to its end, from where it was stopped if it was; return the finished job.

    Its state is `done` (good rows kept), `refused` (all or nothing, and not all were good: none
    kept) or `checked` (dry run: none kept, no code used up). `watch` is called after each batch.
    An import with dry run or all-or-nothing holds the one write transaction while it runs.
    """
    here = job(desk, actor, job_id)
    if here.state != "running":
        return here
    options = Options.of_json(here.options)
    with ExitStack() as stack:
        table, plan = _opened(desk, here, options, stack)
        wanted = map_of(here.map)
        work = _Work(desk, actor, here, options, wanted, table, plan, watch)
        if options.dry_run or options.policy == "all_or_nothing":
            return work.whole()
        return work.in_batches()


def _opened(desk: Desk, here: ImportJob, options: Options, stack: ExitStack) -> tuple[Table, Plan]:
    model = form_named(desk.catalogs.current(), here.form)
    with desk.store.reading() as unit:
        main: IO[bytes] = stack.enter_context(unit.files.open(here.file))
        detail = None
        if options.lines_file:
            file = stack.enter_context(unit.files.open(options.lines_file))
            detail = read_table(file, options.lines_name)
    table = read_table(main, here.file_name)
    return table, fit(model.form, map_of(here.map), table, detail)


class _RolledBack(Exception):
    """Ends a transaction that must leave nothing."""


@dataclass(slots=True)
class _Work:
    """One import being carried out."""

    desk: Desk
    actor: Actor
    job: ImportJob
    options: Options
    wanted: ImportMap
    table: Table
    plan: Plan
    watch: Watch | None

    def in_batches(self) -> ImportJob:
        """Keep the good records, some hundred in each transaction, position and all."""
        waiting = islice(drafts(self.plan, self.table), self.job.position, None)
        tally = self._tally()
        while batch := list(islice(waiting, BATCH)):
            with self.desk.store.unit() as unit:
                self._claim(unit, tally)
                offer = self._offer()
                for problems in offer.make_all(unit, batch, keep_refusals=True):
                    tally.add(problems)
                self.job = self._moved(tally, "running")
                unit.imports.change(self.job)
            self._tell(tally)
        with self.desk.store.unit() as unit:
            self.job = self._moved(tally, "done")
            unit.imports.change(self.job)
        return self.job

    def whole(self) -> ImportJob:
        """Take all records in one transaction, and undo it where it was a trial or one is bad."""
        tally = Tally()
        try:
            with self.desk.store.unit() as unit:
                self._claim(unit, self._tally())
                offer = self._offer()
                waiting = drafts(self.plan, self.table)
                while batch := list(islice(waiting, BATCH)):
                    for problems in offer.make_all(unit, batch, keep_refusals=False):
                        tally.add(problems)
                    self._tell(tally)
                if tally.bad or self.options.dry_run:
                    raise _RolledBack
                self.job = self._moved(tally, "done")
                unit.imports.change(self.job)
        except _RolledBack:
            state: State = "checked" if self.options.dry_run else "refused"
            self.job = self._moved(tally, state)
            with self.desk.store.unit() as unit:
                unit.imports.change(self.job)
        self._tell(tally)
        return self.job

    def _claim(self, unit: Unit, tally: Tally) -> None:
        """Make sure nobody else has carried this import on meanwhile."""
        stored = unit.imports.get(self.job.id, lock=True)
        if stored is None or (stored.position, stored.state) != (tally.position, "running"):
            raise Refused.one(
                "import_runs_elsewhere",
                Text("这次导入正由另一进程执行。", "Another process is carrying out this import."),
                status=409,
            )

    def _tally(self) -> Tally:
        here = self.job
        return Tally(here.position, here.good, here.bad, [dict(one) for one in here.problems])

    def _offer(self) -> Offer:
        catalog: Catalog = self.desk.catalogs.current()
        model = form_named(catalog, self.job.form)
        zh = self.actor.language == "zh"
        reason = f"导入 {self.job.file_name}" if zh else f"Imported from {self.job.file_name}"
        return Offer(
            catalog, self.actor, self.options.origin, model, self.wanted, self.plan, reason[:200]
        )

    def _moved(self, tally: Tally, state: State) -> ImportJob:
        return replace(
            self.job,
            state=state,
            position=tally.position,
            good=tally.good,
            bad=tally.bad,
            problems=tuple(tally.kept),
            updated_at=clock.now(),
        )

    def _tell(self, tally: Tally) -> None:
        if self.watch is not None:
            self.watch(tally.progress(self.options.total))


def load_package_data(
    desk: Desk, actor: Actor, package: str, folder: Path, watch: SourceWatch | None = None
) -> tuple[ImportJob, ...]:
    """Import the sample data of an installed package, whose files lie in `folder`.

    `watch` hears of each file's progress. Raises Refused 404 for an unknown package, 422 for a
    missing file; a bad row is counted in its job and does not stop the rest. A library is filled
    by a migration, which is found among those.
    """
    catalog = desk.catalogs.current()
    known = {one.head.id: one for one in catalog.packages}
    if package not in known:
        raise Refused.one(
            "unknown_package",
            Text(f"没有安装配置包“{package}”。", f"The package '{package}' is not installed."),
            status=404,
            hint=did_you_mean(package, known),
        )
    jobs = []
    for source in sources(known[package], folder, catalog.imports):
        if source.map.takes_over is not None:
            migrate.load(desk, actor, source.map, source.file, source.lines)
            continue
        lines = Upload.of(source.lines) if source.lines is not None else None
        origin = Origin("seed")
        file = Upload.of(source.file)
        job_id = start(desk, actor, origin, source.map.form, file, source.map, lines=lines).id
        jobs.append(run(desk, actor, job_id, partial(watch, source) if watch else None))
    return tuple(jobs)


def problems_of(found: ImportJob) -> Iterator[CellProblem]:
    """Yield the problems kept with an import, in the order of the file."""
    for data in found.problems:
        yield CellProblem.of_json(data)
