"""One serving process per SQLite workspace, held by a lock on a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from seamline.problems import Refused
from seamline.text import Text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows locks the byte itself against reading too, so it lies far behind the text.
_LOCKED_BYTE = 4096


@contextmanager
def owned(lock: Path, note: str = "") -> Iterator[None]:
    """Hold `lock` until the block ends; `note` tells a second comer who holds it.

    Raises `Refused` (409) where another process holds it. The system lets go of the lock when
    the process ends in whatever way, so a crash leaves nothing to clean up.
    """
    with lock.open("a+", encoding="utf-8") as file:
        if not _taken(file):
            file.seek(0)
            raise _busy(lock.parent, file.readline().strip())
        file.seek(0)
        file.truncate()
        file.write(f"{note or os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()


def _taken(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _busy(workspace: Path, note: str) -> Refused:
    return Refused.one(
        "workspace_served",
        Text(
            f"另一个进程正在提供 {workspace}({note or '未知'})。",
            f"Another process already serves {workspace} ({note or 'unknown'}).",
        ),
        status=409,
        hint=Text(
            "SQLite 工作区只能由一个进程提供：请先停止它，或改用 PostgreSQL。",
            "A SQLite workspace has one serving process: stop that one, or use PostgreSQL.",
        ),
    )
