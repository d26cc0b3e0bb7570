"""Back up a workspace.

Database and files go into one .zip with a manifest of hashes, as they were at one moment; people
go on working meanwhile. PostgreSQL needs pg_dump. Keep the head that is shown.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from seamline.text import Text
from seamline.usecases.backup import backup
from seamline.usecases.desk import open_desk

from . import OPERATOR, say, settings_of, workspace_option


def configure(verb: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    verb.add_argument("file", type=Path, help="the .zip to write; it must not be there yet")
    workspace_option(verb)


def run(asked: argparse.Namespace) -> None:
    """Back up and say what was kept."""
    with closing(open_desk(settings_of(asked))) as desk:
        kept = backup(desk, OPERATOR, asked.file)
    say(
        Text(
            f"已备份到 {kept.path}:{kept.entries} 条日志，{kept.files} 个文件，{kept.size} 字节。",
            f"Backed up to {kept.path}: {kept.entries} journal entries, {kept.files} files, "
            f"{kept.size} bytes.",
        )
    )
    say(Text(f"链首：{kept.head}", f"Head: {kept.head}"))
