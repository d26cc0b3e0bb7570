"""Files: stored once by what they contain, on disk for certain before any row names them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from sqlalchemy import Connection, Row, func, insert, select

from seamline import clock
from seamline.facts import FileRef
from seamline.problems import Refused
from seamline.text import Text

from .platform_tables import FILES


class Files:
    """The stored files, inside one transaction; `folder` is None where a store keeps none."""

    def __init__(self, connection: Connection, folder: Path | None) -> None:
        self._connection = connection
        self._folder = folder

    def put(self, data: bytes, name: str, media_type: str) -> FileRef:
        """Store a file under the SHA-256 of its bytes; the same bytes are kept once."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if not path.exists():
            _write(path, data)
        if self._row(sha256) is None:
            row = {"sha256": sha256, "name": name, "media_type": media_type,
                   "size": len(data), "at": clock.now()}  # fmt: skip
            self._connection.execute(insert(FILES), row)
        return FileRef(sha256, name, media_type, len(data))

    def find(self, sha256: str) -> FileRef | None:
        """Return what is known of a file, as it was first stored."""
        row = self._row(sha256)
        return None if row is None else FileRef(row.sha256, row.name, row.media_type, row.size)

    def open(self, sha256: str) -> IO[bytes]:
        """Open a stored file for reading; raises Refused 404 where there is none."""
        path = self.path(sha256) if self._row(sha256) is not None else None
        if path is None or not path.is_file():
            raise Refused.one(
                "unknown_file", Text("没有这个文件。", "There is no such file."), status=404
            )
        return path.open("rb")

    def all(self) -> tuple[str, ...]:
        """Return the SHA-256 of every stored file."""
        return tuple(self._connection.execute(select(FILES.c.sha256)).scalars())

    def total(self) -> tuple[int, int]:
        """Return how many files are stored, and their bytes."""
        row = self._connection.execute(
            select(func.count(), func.coalesce(func.sum(FILES.c.size), 0))
        ).one()
        return int(row[0]), int(row[1])

    def path(self, sha256: str) -> Path:
        """Return where the bytes of a file lie; raises Refused where the store keeps no files."""
        if self._folder is None:
            raise Refused.one(
                "no_files",
                Text("此工作区不保存文件。", "This workspace keeps no files."),
                status=400,
            )
        return path_of(self._folder, sha256)

    def _row(self, sha256: str) -> Row[tuple[object, ...]] | None:
        wanted = select(FILES).where(FILES.c.sha256 == sha256)
        return self._connection.execute(wanted).one_or_none()


def path_of(folder: Path, sha256: str) -> Path:
    """Return the path of a stored file: two letters of its hash, then the hash."""
    return folder / sha256[:2] / sha256


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            os.replace(draft.name, path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise
    for folder in (path.parent, path.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is durable by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
