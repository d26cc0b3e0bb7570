"""Import a spreadsheet.

Without --map the columns are matched to the fields by their headers. Progress goes to stderr; the
report names every cell that is wrong. An import that was stopped goes on where it was when the
same file is imported again. The exit code is 1 where a row was refused.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from seamline.metadata import ImportMap
from seamline.package import read_package
from seamline.problems import Place, Refused
from seamline.store import ImportJob
from seamline.text import Text
from seamline.usecases import import_
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.importing.package_data import map_named

from . import MINE, OPERATOR, ORIGIN, language, say, settings_of, workspace_option

_MODES = ("create", "upsert")


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    workspace_option(verb)
    verb.add_argument(
        "file", type=Path, metavar="FILE", help=".xlsx, .csv or .csv.gz; or a package's folder"
    )
    way = verb.add_mutually_exclusive_group(required=True)
    way.add_argument("--form", help="import into this form, columns matched by their headers")
    way.add_argument("--map", help="import by this map of an installed package")
    way.add_argument(
        "--package-data", action="store_true", help="FILE is a package: import its sample data"
    )
    verb.add_argument("--lines", type=Path, metavar="FILE", help="file of the sub-table's rows")
    verb.add_argument("--mode", choices=_MODES, help="upsert changes records that are there")
    verb.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
    verb.add_argument(
        "--all-or-nothing", action="store_true", help="keep nothing unless every row is good"
    )
    verb.add_argument("--show-map", action="store_true", help="print how columns match, and stop")
    verb.add_argument("--template", action="store_true", help="write a template to FILE, and stop")
    verb.add_argument("--json", action="store_true", help="print the report as JSON")


def run(asked: argparse.Namespace) -> int:
    """Import and report."""
    desk = open_desk(settings_of(asked))
    try:
        if asked.package_data:
            return _package_data(desk, asked)
        if asked.template:
            form = asked.form or map_named(desk.catalogs.current().imports, asked.map).form
            asked.file.write_bytes(import_.template(desk, OPERATOR, form, language()))
            return 0
        return _one_file(desk, asked)
    finally:
        desk.close()


def _one_file(desk: Desk, asked: argparse.Namespace) -> int:
    file = _upload(asked.file)
    wanted = map_named(desk.catalogs.current().imports, asked.map) if asked.map else None
    form = wanted.form if wanted is not None else asked.form
    if asked.show_map:
        guessed = import_.guess_map(desk, OPERATOR, form, file, asked.mode or "create")
        print(json.dumps(guessed.as_json(), ensure_ascii=False, indent=2))
        return 0
    job = import_.start(
        desk,
        OPERATOR,
        ORIGIN,
        form,
        file,
        wanted,
        mode=asked.mode,
        policy="all_or_nothing" if asked.all_or_nothing else "keep_good",
        dry_run=asked.dry_run,
        lines=_lines(asked, wanted),
    )
    if job.position:
        note = Text(
            "上次中断于第 {n} 条，继续。", "Stopped at record {n} before; going on from there."
        )
        print(note.fill(n=job.position).in_(language()), file=sys.stderr)
    report = _Report(asked.json)
    done = import_.run(desk, OPERATOR, job.id, report.watch)
    report.close(done)
    return MINE if done.bad else 0


def _upload(path: Path) -> import_.Upload:
    try:
        return import_.Upload.of(path)
    except OSError as error:
        raise Refused.one(
            "no_file",
            Text(
                f"无法读取文件：{error.strerror}。", f"The file cannot be read: {error.strerror}."
            ),
            place=Place(file=str(path)),
        ) from error


def _lines(asked: argparse.Namespace, wanted: ImportMap | None) -> import_.Upload | None:
    """Return the file of the rows: the one given, else the one the map names beside FILE."""
    if asked.lines is not None:
        return _upload(asked.lines)
    if wanted is not None and wanted.lines is not None and wanted.lines.file is not None:
        return _upload(asked.file.parent / wanted.lines.file)
    return None


def _package_data(desk: Desk, asked: argparse.Namespace) -> int:
    package = read_package(asked.file)
    reports: dict[str, _Report] = {}

    def watch(source: import_.DataSource, progress: import_.Progress) -> None:
        report = reports.setdefault(source.file.name, _Report(asked.json, source.file.name))
        report.watch(progress)

    jobs = import_.load_package_data(desk, OPERATOR, package.head.id, asked.file, watch)
    for job in jobs:
        reports.setdefault(job.file_name, _Report(asked.json, job.file_name)).close(job)
    return MINE if any(job.bad for job in jobs) else 0


class _Report:
    """Tells a person, or a program, how an import goes and what was wrong."""

    def __init__(self, as_json: bool, name: str = "") -> None:
        self._json, self._name = as_json, name
        self._problems: list[import_.CellProblem] = []
        self._shows = sys.stderr.isatty()

    def watch(self, progress: import_.Progress) -> None:
        """Show how far the import is; keep the problems for the end."""
        self._problems.extend(progress.problems)
        if self._shows:
            words = Text("已处理 {at}/{all}，有问题 {bad}", "{at} of {all} done, {bad} bad").fill(
                at=progress.position, all=progress.total, bad=progress.bad
            )
            print(f"\r{self._name} {words.in_(language())} ", end="", file=sys.stderr, flush=True)

    def close(self, job: ImportJob) -> None:
        """Print the report of a finished import."""
        if self._shows:
            print(file=sys.stderr)
        problems = self._problems or list(import_.problems_of(job))
        if self._json:
            print(json.dumps(_as_json(job, problems), ensure_ascii=False))
            return
        for problem in problems:
            print(problem.sentence(language()))
        say(_outcome(job))


def _as_json(job: ImportJob, problems: list[import_.CellProblem]) -> dict[str, object]:
    return {
        "import": job.id,
        "form": job.form,
        "file": job.file_name,
        "state": job.state,
        "good": job.good,
        "bad": job.bad,
        "problems": [problem.as_json() for problem in problems],
    }


def _outcome(job: ImportJob) -> Text:
    match job.state:
        case "checked":
            words = Text(
                "{file}：试运行，{good} 条可导入，{bad} 条有问题；没有保存任何内容。",
                "{file}: dry run, {good} records are fine, {bad} are not; nothing was kept.",
            )
        case "refused":
            words = Text(
                "{file}:{bad} 条有问题，因此一条也没有导入。",
                "{file}: {bad} records are not fine, so none was imported.",
            )
        case _:
            words = Text(
                "{file}：已导入 {good} 条，{bad} 条有问题。",
                "{file}: {good} records imported, {bad} refused.",
            )
    return words.fill(file=job.file_name, good=job.good, bad=job.bad)
