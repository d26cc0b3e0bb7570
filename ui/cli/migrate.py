"""Take closed records of another system over into a read-only library.

What is read is named by FILE, or by the connection in the map. Progress goes to stderr. A run that
was stopped or killed goes on where it was when the same is asked for again. At the end source and
library are reconciled; the exit code is 1 where a record was bad or the two do not agree.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from pathlib import Path

from seamline.metadata import ImportMap
from seamline.problems import Refused
from seamline.store import Run
from seamline.text import Text
from seamline.usecases import migrate
from seamline.usecases.desk import Desk, open_desk
from seamline.usecases.import_ import Upload
from seamline.usecases.migrating.reporting import rows_of, said

from . import MINE, OPERATOR, language, say, settings_of, workspace_option

BREATH = 0.5  # seconds between two lines of progress


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    workspace_option(verb)
    verb.add_argument("file", type=Path, nargs="?", metavar="FILE", help="file of the heads")
    verb.add_argument("--map", help="the map of the migration, of an installed package")
    verb.add_argument("--lines", type=Path, metavar="FILE", help="file of the lines")
    verb.add_argument("--approvals", type=Path, metavar="FILE", help="file of the approvals")
    verb.add_argument("--folder", type=Path, metavar="FOLDER", help="where the attachments lie")
    verb.add_argument("--connection", help="read from this connection, whatever the map says")
    verb.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
    verb.add_argument("--runs", action="store_true", help="list the runs, and stop")
    verb.add_argument("--resume", metavar="RUN", help="carry a stopped run on")
    verb.add_argument(
        "--force", action="store_true", help="take a run from a process that is known to be gone"
    )
    verb.add_argument("--reconcile", metavar="RUN", help="compare source and library of a run anew")
    verb.add_argument("--report", type=Path, metavar="FILE", help="write the reconciliation as CSV")
    verb.add_argument("--json", action="store_true", help="print the result as JSON")


def run(asked: argparse.Namespace) -> int:
    """Migrate, or say how migrations stand."""
    desk = open_desk(settings_of(asked))
    try:
        if asked.runs:
            return _listed(desk, asked.json)
        if asked.reconcile:
            return _told(desk, migrate.reconcile(desk, OPERATOR, asked.reconcile), asked)
        run_id = asked.resume or _begun(desk, asked).id
        shows = _Progress()
        done = migrate.run(desk, OPERATOR, run_id, shows.watch, force=asked.force)
        shows.end()
        return _told(desk, done, asked)
    finally:
        desk.close()


def _begun(desk: Desk, asked: argparse.Namespace) -> Run:
    if not asked.map:
        raise Refused.one(
            "no_map", Text("请用 --map 给出迁移映射。", "Name the map of the migration with --map.")
        )
    wanted = migrate.map_named(desk, asked.map)
    given = migrate.Given(
        file=_upload(asked.file),
        lines=_upload(asked.lines or _beside(asked.file, _lines_of(wanted))),
        approvals=_upload(asked.approvals or _beside(asked.file, _approvals_of(wanted))),
        folder=str(asked.folder.resolve()) if asked.folder else "",
        connection=asked.connection or "",
    )
    begun = migrate.start(desk, OPERATOR, wanted, given, dry=asked.dry_run)
    if begun.position:
        note = Text("上次停在第 {n} 条，继续。", "Stopped at record {n} before; going on.")
        print(note.fill(n=begun.position).in_(language()), file=sys.stderr)
    return begun


def _upload(path: Path | None) -> Upload | None:
    if path is None:
        return None
    try:
        return Upload.of(path)
    except OSError as error:
        raise Refused.one(
            "no_file",
            Text(
                f"无法读取 {path}:{error.strerror}。", f"{path} cannot be read: {error.strerror}."
            ),
        ) from error


def _lines_of(wanted: ImportMap) -> str:
    return (wanted.lines.file or "") if wanted.lines is not None else ""


def _approvals_of(wanted: ImportMap) -> str:
    rows = wanted.takes_over.approval_rows if wanted.takes_over is not None else None
    return rows.file if rows is not None else ""


def _beside(file: Path | None, name: str) -> Path | None:
    """Return the file that the map names, beside the one given."""
    return file.parent / name if file is not None and name else None


class _Progress:
    """One line on the terminal: how far, how fast, how long still."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._shows = sys.stderr.isatty()

    def watch(self, run: Run) -> None:
        """Show how far a run is."""
        now = time.monotonic()
        if not self._shows or now - self._shown < BREATH:
            return
        self._shown = now
        pace = migrate.speed(run)
        words = Text(
            "{at}/{all} 条，每秒 {rate} 条，还需 {left} 秒，有问题 {bad} 条",
            "{at} of {all}, {rate} a second, {left} s left, {bad} bad",
        ).fill(
            at=run.position,
            all=run.total or "?",
            rate=f"{pace.per_second or 0:.0f}",
            left="?" if pace.seconds_left is None else f"{pace.seconds_left:.0f}",
            bad=run.bad,
        )
        print(f"\r{words.in_(language())}   ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shows:
            print(file=sys.stderr)


def _told(desk: Desk, done: Run, asked: argparse.Namespace) -> int:
    model = desk.catalogs.current().forms[done.form]
    if asked.report and done.report:
        with asked.report.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(rows_of(model, done.report, language()))
    if asked.json:
        print(json.dumps(_as_json(done), ensure_ascii=False))
    else:
        for key, problem in migrate.problems_of(done):
            print(f"{key}: {problem.sentence(language())}")
        say(_outcome(done))
        if done.report:
            say(said(done.report))
    return MINE if done.bad or (done.report and not done.report["equal"]) else 0


def _as_json(run: Run) -> dict[str, object]:
    return {
        "run": run.id,
        "library": run.form,
        "source": migrate.named_by(run),
        "state": run.state,
        "total": run.total,
        "read": run.position,
        "taken": run.taken,
        "unchanged": run.same,
        "renewed": run.renewed,
        "left_out": run.left,
        "bad": run.bad,
        "lines": run.lines,
        "seconds": run.milliseconds / 1000,
        "reconciliation": dict(run.report),
    }


def _outcome(run: Run) -> Text:
    figures = Text(
        f"迁入 {run.taken} 条({run.lines} 行)，未变 {run.same}，更新 {run.renewed},"
        f"按条件不迁移 {run.left}，有问题 {run.bad}；用时 {run.milliseconds / 1000:.1f} 秒。",
        f"{run.taken} taken over ({run.lines} lines), {run.same} unchanged, {run.renewed} renewed, "
        f"{run.left} left out, {run.bad} bad; {run.milliseconds / 1000:.1f} s.",
    )
    start = {
        "checked": Text("试运行，没有保存任何内容。", "Dry run, nothing was kept. "),
        "stopped": Text("已停在第 {n} 条。", "Stopped at record {n}. "),
    }.get(run.state, Text("", ""))
    start = start.fill(n=run.position)
    return Text(start.zh + figures.zh, start.en + figures.en)


def _listed(desk: Desk, as_json: bool) -> int:
    runs = migrate.recent(desk, OPERATOR)
    if as_json:
        print(json.dumps([_as_json(one) for one in runs], ensure_ascii=False))
        return 0
    for one in runs:
        print(f"{one.id}  {one.form}  {one.state}  {one.position}/{one.total}  "
              f"{migrate.named_by(one)}")  # fmt: skip
    return 0
