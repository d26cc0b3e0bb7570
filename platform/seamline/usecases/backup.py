"""Backup: the whole workspace in one file, made while people work; and back from it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import seamline
from seamline import clock, settings as settings_
from seamline.facts import Actor
from seamline.jobs.places import copied as copied_runs, file_of
from seamline.problems import Refused
from seamline.settings import Settings
from seamline.store import Store, Unit, Verdict, open_store
from seamline.store.copying import copy, is_empty, put_back
from seamline.store.files import path_of
from seamline.text import Text

from .backing.archive import MANIFEST, Member, checked, members, written
from .desk import Desk
from .dispatch import UNCERTAIN

FORMAT = 1
RUNS = "runs.db"  # of SQLite: PostgreSQL has them in its dump
DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds: the number of journal entries, the hash of the last, the files."""

    path: Path
    entries: int
    head: str
    files: int
    size: int


def backup(desk: Desk, actor: Actor, target: Path) -> Kept:
    """Write a backup to the new file `target`; writers go on meanwhile.

    Raises Refused: 409 where the file is there already, 400 where PostgreSQL's programs are
    missing or a stored file is damaged.
    """
    desk.catalogs.current().access.require(actor, "backup", "*")
    if target.exists():
        raise _exists(target)
    database = DATABASES[desk.store.dialect]
    with TemporaryDirectory(prefix="seamline-", dir=_folder(target)) as work:
        copied = Path(work) / database
        # Before the database: what is asked for in between is asked for again when it is put back.
        runs = Path(work) / RUNS
        running = copied_runs(desk.settings.database, runs)
        head, known = copy(desk.store, copied, _moment)
        draft = Path(work) / "backup.zip"
        with ZipFile(draft, "w", allowZip64=True) as archive:
            found = [written(archive, copied, database, ZIP_DEFLATED)]
            if running:
                found.append(written(archive, runs, RUNS, ZIP_DEFLATED))
            for sha256 in known:
                found.append(_stored_file(archive, desk.settings.files, sha256))
            archive.writestr(MANIFEST, _manifest(desk.store, database, head, found))
        os.chmod(draft, 0o600)
        _place(draft, target)
    return Kept(target, head[0], head[1], len(known), target.stat().st_size)


def _moment(unit: Unit) -> tuple[tuple[int, str], tuple[str, ...]]:
    return unit.journal.head(), unit.files.all()


def _stored_file(archive: ZipFile, folder: Path, sha256: str) -> Member:
    path = path_of(folder, sha256)
    member = written(archive, path, f"files/{sha256[:2]}/{sha256}", ZIP_STORED)
    if member.sha256 != sha256:
        raise Refused.one(
            "damaged_file",
            Text(f"文件 {path} 已损坏。", f"The stored file {path} is damaged."),
            status=400,
            hint=Text("请从较早的备份恢复该文件。", "Bring it back from an earlier backup."),
        )
    return member


def _manifest(store: Store, database: str, head: tuple[int, str], found: list[Member]) -> str:
    document = {
        "seamline_backup": FORMAT,
        "seamline": seamline.__version__,
        "made_at": clock.now().isoformat(),
        "dialect": store.dialect,
        "database": database,
        "journal": {"entries": head[0], "head": head[1]},
        "members": {
            member.name: {"sha256": member.sha256, "size": member.size} for member in found
        },
    }
    return json.dumps(document, indent=1)


def restore(
    source: Path, workspace: Path, environment: Mapping[str, str] = os.environ
) -> tuple[Settings, Verdict]:
    """Make a workspace out of a backup; every hash and the journal are verified on the way.

    Raises Refused: 409 where there is something already, 400 where the backup is damaged, not
    one of ours, or of the other kind of database. Sessions are not restored.
    """
    asked = settings_.load(workspace, environment)
    if asked.workspace.exists() and any(asked.workspace.iterdir()):
        raise _exists(asked.workspace)
    with _draft(asked.workspace) as draft, _opened(source) as archive:
        manifest = checked(archive)
        _same_kind(manifest, asked)
        made = settings_.found(draft, environment)
        for member in members(manifest):
            if member.name.startswith("files/"):
                member.take_out(archive, made.workspace / member.name)
        dumped = made.workspace / ("seamline.db" if made.embedded else manifest["database"])
        _database(manifest).take_out(archive, dumped)
        _put_runs_back(archive, manifest, made)
        verdict = _filled(asked, manifest, dumped)
        if asked.workspace.exists():
            asked.workspace.rmdir()
        os.replace(draft, asked.workspace)
    return asked, verdict


def _put_runs_back(archive: ZipFile, manifest: Mapping[str, Any], made: Settings) -> None:
    file = file_of(f"sqlite:///{made.workspace / 'seamline.db'}")
    for member in members(manifest):
        if member.name == RUNS and file is not None:
            member.take_out(archive, file)


def _ask_again(url: str, manifest: Mapping[str, Any]) -> None:
    """Let runs be asked for again that were asked for while the backup was made."""
    made_at = datetime.fromisoformat(manifest["made_at"])
    with closing(open_store(url)) as store, store.unit() as unit:
        unit.outbox.reopen(made_at - UNCERTAIN)


def _filled(asked: Settings, manifest: Mapping[str, Any], dumped: Path) -> Verdict:
    """Put the database where it belongs and verify the journal in it."""
    url = asked.database
    if manifest["dialect"] == "sqlite":
        url = f"sqlite:///{dumped}"
    else:
        _loaded(asked, dumped)
    verdict = _verified(url, manifest)
    _ask_again(url, manifest)
    return verdict


def _loaded(asked: Settings, dumped: Path) -> None:
    """Fill an empty PostgreSQL database from a dump."""
    with closing(open_store(asked.database)) as store:
        if not is_empty(store):
            raise _exists(Path(store.engines.write.url.database or ""))
        put_back(store, dumped)
    dumped.unlink()


def _verified(url: str, manifest: Mapping[str, Any]) -> Verdict:
    with closing(open_store(url)) as store, store.reading() as unit:
        verdict = unit.journal.verify()
        entries, head = unit.journal.head()
    if not verdict.sound or manifest["journal"] != {"entries": entries, "head": head}:
        raise Refused.one(
            "journal_broken",
            Text(
                f"备份中的日志不完整：{verdict.say.zh}", f"The journal is broken: {verdict.say.en}"
            ),
            status=400,
            hint=Text("请使用另一份备份。", "Use another backup."),
        )
    return verdict


def _database(manifest: Mapping[str, Any]) -> Member:
    return next(member for member in members(manifest) if member.name == manifest["database"])


def _same_kind(manifest: Mapping[str, Any], asked: Settings) -> None:
    here = "sqlite" if asked.embedded else "postgresql"
    elsewhere = asked.embedded and asked.database != _own_database(asked)
    if manifest["dialect"] != here or elsewhere:
        raise Refused.one(
            "other_database",
            Text(
                f"备份来自 {manifest['dialect']}，而此工作区使用 {here}。",
                f"The backup is of {manifest['dialect']}, the workspace would use {here}.",
            ),
            status=400,
            hint=Text(
                "请将 SEAMLINE_DATABASE 设为空的 PostgreSQL 数据库；SQLite 备份则不要设置它。",
                "Set SEAMLINE_DATABASE to an empty PostgreSQL database; remove it for a backup of "
                "SQLite, which is restored into the workspace's folder.",
            ),
        )


def _own_database(asked: Settings) -> str:
    return settings_.load(asked.workspace, {}).database


@contextmanager
def _draft(workspace: Path) -> Iterator[Path]:
    """Give a folder beside `workspace` that is gone again unless it took its place."""
    draft = Path(mkdtemp(prefix=f".{workspace.name}-", dir=_folder(workspace)))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _opened(source: Path) -> Iterator[ZipFile]:
    try:
        archive = ZipFile(source)
    except Exception as error:
        raise Refused.one(
            "unreadable",
            Text(f"无法读取备份 {source}。", f"The backup {source} cannot be read."),
            status=400,
        ) from error
    with archive:
        yield archive


def _folder(target: Path) -> Path:
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _place(draft: Path, target: Path) -> None:
    """Give a finished backup its name, unless somebody took it meanwhile."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise _exists(target) from None
    except OSError:  # a file system without hard links
        os.replace(draft, target)


def _exists(place: Path) -> Refused:
    return Refused.one(
        "exists_already",
        Text(f"{place} 已存在，不会覆盖。", f"{place} is there already and is not overwritten."),
        status=409,
        hint=Text("请换一个位置。", "Choose another place."),
    )
