"""What a run remembers of its source: files that are kept, or a connection and its entity."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seamline.connector import Reads, Setback
from seamline.metadata import ImportMap
from seamline.pipelines.asking import no_reading
from seamline.problems import Refused
from seamline.store import Run
from seamline.text import Text
from seamline.usecases.connected import using
from seamline.usecases.desk import Desk
from seamline.usecases.importing.jobs import map_of
from seamline.usecases.importing.upload import Upload
from seamline.usecases.submitting.admit import form_named

from .handing import Archive, Folder, Papers
from .sources import Source, connector_source, opened

_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Given:
    """What a migration is to read: files, or an entity of a connection.

    `papers` holds the attachments as a zip archive, `folder` names them on this machine.
    """

    file: Upload | None = None
    lines: Upload | None = None
    approvals: Upload | None = None
    papers: Upload | None = None
    folder: str = ""
    connection: str = ""
    entity: str = ""
    rows: str = ""


@contextmanager
def source_of(desk: Desk, run: Run) -> Iterator[Source]:
    """Open the source of a run for as long as the block lasts."""
    model = form_named(desk.catalogs.current(), run.form)
    wanted, kept = map_of(run.map), run.source
    with ExitStack() as stack:
        if kept.get("connection"):
            connector = stack.enter_context(connected(desk, str(kept["connection"])))
            yield connector_source(
                model, wanted, connector, str(kept["entity"]), str(kept.get("rows", ""))
            )
            return
        with desk.store.reading() as unit:
            source = opened(unit, model, wanted, kept, stack)
        yield source


@contextmanager
def connected(desk: Desk, connection: str) -> Iterator[Reads]:
    """Open a connection that is read from; raises Refused 409 where it cannot be."""
    with ExitStack() as stack:
        try:
            opened_ = stack.enter_context(using(desk, connection))
        except Setback as setback:
            raise Refused((setback.problem,), 409) from setback
        if not isinstance(opened_, Reads):
            raise Refused((no_reading(connection),), 409)
        yield opened_


def kept_of(desk: Desk, given: Given, wanted: ImportMap) -> dict[str, Any]:
    """Store the files of a migration and return what a run remembers of its source."""
    takes = wanted.takes_over
    if given.file is None:
        source = takes.source if takes is not None else None
        connection = given.connection or (source.connection if source else "")
        if not connection:
            raise Refused.one(
                "no_source",
                Text("没有给出文件或连接。", "Neither a file nor a connection is given."),
            )
        entity = given.entity or (source.entity if source else "")
        rows = given.rows or (source.rows if source else "")
        return {"connection": connection, "entity": entity, "rows": rows, "folder": given.folder}
    kept: dict[str, Any] = {"folder": given.folder}
    with desk.store.unit() as unit:
        for name in ("file", "lines", "approvals", "papers"):
            upload: Upload | None = getattr(given, name)
            if upload is not None:
                stored = unit.files.put(upload.content, upload.name, _TYPE)
                kept |= {name: stored.sha256, f"{name}_name": upload.name}
    return kept


def columns_needed(wanted: ImportMap, kept: Mapping[str, Any]) -> Iterator[str]:
    """Yield the columns of the head that a migration needs beside those of its map."""
    takes = wanted.takes_over
    if takes is None:
        return
    for one in takes.approvals:
        yield from (name for name in (one.by, one.at, one.words) if name)
    if takes.attachments is not None and (kept.get("papers") or kept.get("folder")):
        yield takes.attachments.column
    if takes.approval_rows is not None and kept.get("approvals"):
        yield takes.approval_rows.join


@contextmanager
def papers_of(desk: Desk, run: Run) -> Iterator[Papers | None]:
    """Open the attachments of a run for as long as the block lasts; None where it has none."""
    if run.source.get("papers"):
        with desk.store.reading() as unit, unit.files.open(str(run.source["papers"])) as stream:
            data = io.BytesIO(stream.read())
        with zipfile.ZipFile(data) as archive:
            yield Archive(archive)
    elif run.source.get("folder"):
        yield Folder(Path(str(run.source["folder"])))
    else:
        yield None


def named_by(run: Run) -> str:
    """Return what a run reads, in a word: the name of its file, or connection and entity."""
    kept: Mapping[str, Any] = run.source
    return str(kept.get("file_name") or f"{kept.get('connection')} · {kept.get('entity')}")
