"""Verifying the journal: of a workspace, or of an export, far away from any database."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import IO

from seamline.facts import Actor
from seamline.problems import Refused
from seamline.store import Verdict, verify_export, verify_story
from seamline.text import Text

from . import dossier
from .desk import Desk

PDF = b"%PDF-"


def workspace(desk: Desk, actor: Actor) -> Verdict:
    """Check every entry of the workspace's journal and the decisions behind them."""
    desk.catalogs.current().access.require(actor, "verify", "*")
    with desk.store.reading() as unit:
        return unit.journal.verify()


def export(desk: Desk, actor: Actor, out: IO[str]) -> tuple[int, str]:
    """Write the journal for an auditor; return the number of entries and the hash of the last."""
    desk.catalogs.current().access.require(actor, "verify", "*")
    with desk.store.reading() as unit:
        return unit.journal.export(out)


def file(path: Path) -> Verdict:
    """Check an exported journal, story or dossier; raises Refused where the file cannot be read."""
    try:
        with path.open("rb") as begun:
            if begun.read(len(PDF)) == PDF:
                return dossier.verify(path.read_bytes())
        # Line ends are taken as they are: a changed one is found as well.
        with path.open(encoding="utf-8", newline="") as lines:
            first = next(lines, "")
            check = verify_story if '"seamline_story"' in first else verify_export
            return check(chain((first,), lines))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused.one(
            "unreadable",
            Text(f"无法读取 {path}。", f"{path} cannot be read."),
            status=400,
            hint=Text(
                "请给出由 seamline verify --export 或档案页导出的文件，或封存的档案。",
                "Give a file that `seamline verify --export` or the page of a story has written, "
                "or a sealed dossier.",
            ),
        ) from error
