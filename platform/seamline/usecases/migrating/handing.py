"""From what a source says to what the door takes over: key, values, approvals, attachments."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from seamline.fields.moments import iso
from seamline.metadata import ImportMap
from seamline.problems import Place, Problem
from seamline.store import Unit
from seamline.text import Text
from seamline.usecases.importing.cells import raw_text
from seamline.usecases.importing.drafts import Draft, cell_at
from seamline.usecases.submitting.takeover import Handover

from .sources import Item

MOST_WORDS = 1_000


class Papers(Protocol):
    """Where the attachments of a source lie."""

    def find(self, name: str) -> bytes | None:
        """Return the bytes of a file by the name that a record gives it."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Attachments in a folder of this machine; no name leads out of it."""

    path: Path

    def find(self, name: str) -> bytes | None:
        """Return the bytes of a file below the folder."""
        root = self.path.resolve()
        file = (root / name).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            return None
        return file.read_bytes()


@dataclass(frozen=True, slots=True)
class Archive:
    """Attachments in a zip archive."""

    archive: zipfile.ZipFile

    def find(self, name: str) -> bytes | None:
        """Return the bytes of a file of the archive."""
        with suppress(KeyError):
            return self.archive.read(name)
        return None


@dataclass(frozen=True, slots=True)
class Hands:
    """Makes handovers of one migration into the library whose key field is `key`.

    `papers` are None where nobody gave any.
    """

    wanted: ImportMap
    key: str
    headers: Sequence[str]
    source: str
    zone: ZoneInfo
    papers: Papers | None = None

    def handover(self, item: Item) -> tuple[Handover, tuple[Problem, ...]]:
        """Return what is handed over of one thing, and what is wrong with it already."""
        draft = item.draft
        problems = list(draft.problems)
        values = self._own(draft)
        history = [*self._approvals(draft), *(self._acted(row) for row in item.history)]
        history.sort(key=lambda act: str(act["at"]))
        names = self._names(draft)
        names += [hashlib.sha256(one).hexdigest() for one in item.papers.values()]
        text = json.dumps([values, history, names], default=str, sort_keys=True, ensure_ascii=False)
        mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        told = {"source": self.source, "history": history}
        return Handover(key_of(draft, self.wanted), values, mark, told), tuple(problems)

    def _own(self, draft: Draft) -> dict[str, Any]:
        """Return the values of a draft, with the prefix of the map before its library's key."""
        values, prefix = dict(draft.values), prefix_of(self.wanted)
        if prefix and values.get(self.key):
            values[self.key] = f"{prefix}{values[self.key]}"
        return values

    def with_papers(
        self, unit: Unit, item: Item, handover: Handover
    ) -> tuple[Handover, tuple[Problem, ...]]:
        """Return a handover with its attachments, which are stored now where `unit` writes."""
        takes = self.wanted.takes_over
        names = self._names(item.draft)
        if takes is None or takes.attachments is None or not names:
            return handover, ()
        kept, problems = [], []
        for name in names:
            data = item.papers.get(name)
            if data is None and self.papers is not None:
                data = self.papers.find(name)
            if data is None:
                problems.append(_no_paper(name, takes.attachments.to))
            elif unit.writes:
                plain = PurePosixPath(name).name
                media = mimetypes.guess_type(plain)[0] or "application/octet-stream"
                file = unit.files.put(data, plain, media)
                kept.append({"sha256": file.sha256, "name": plain, "media_type": media,
                             "size": file.size})  # fmt: skip
        values = {**handover.values, **({takes.attachments.to: kept} if kept else {})}
        return (
            Handover(handover.key, values, handover.mark, handover.told),
            tuple(problems),
        )

    def _names(self, draft: Draft) -> list[str]:
        takes = self.wanted.takes_over
        if takes is None or takes.attachments is None:
            return []
        words = self._cell(draft, takes.attachments.column).replace("；", ";")
        return [word.strip() for word in words.split(";") if word.strip()]

    def _cell(self, draft: Draft, column: str) -> str:
        if not column or column not in self.headers or draft.line is None:
            return ""
        cell = cell_at(draft.line, self.headers.index(column))
        return "" if cell is None else str(raw_text(cell)).strip()

    def _approvals(self, draft: Draft) -> Iterator[dict[str, Any]]:
        takes = self.wanted.takes_over
        for one in takes.approvals if takes is not None else ():
            by, at = self._cell(draft, one.by), self._cell(draft, one.at)
            if by or at:
                words = self._cell(draft, one.words)[:MOST_WORDS]
                act = {"zh": one.act.zh, "en": one.act.en}
                yield {"act": act, "by": by, "at": self._moment(at), "words": words}

    def _acted(self, row: Mapping[str, str]) -> dict[str, Any]:
        act = {"zh": row["act"], "en": row["act"]}
        words = row["words"][:MOST_WORDS]
        return {"act": act, "by": row["by"], "at": self._moment(row["at"]), "words": words}

    def _moment(self, word: str) -> str:
        """Return a moment of the source as ours are written; as it stands where it is none."""
        with suppress(ValueError):
            moment = datetime.fromisoformat(word.strip().replace("/", "-"))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self.zone)
            return iso(moment.astimezone(UTC))
        return word.strip()


def prefix_of(wanted: ImportMap) -> str:
    """Return what stands before the keys of a map's source."""
    return wanted.takes_over.prefix if wanted.takes_over is not None else ""


def key_of(draft: Draft, wanted: ImportMap) -> str:
    """Return the key under which a thing of a source is taken over; empty where it has none."""
    key = " / ".join(draft.key).strip()
    return f"{prefix_of(wanted)}{key}" if key else ""


def _no_paper(name: str, to: str) -> Problem:
    return Problem(
        "no_attachment",
        Text(f"没有附件“{name[:80]}”。", f"There is no attachment '{name[:80]}'."),
        Place(to),
        Text("请把文件放进附件文件夹或压缩包。", "Put the file into the folder or archive given."),
        name[:80],
    )


def headers_needed(wanted: ImportMap) -> Iterator[str]:
    """Yield the columns that a migration needs beside those of its map."""
    takes = wanted.takes_over
    if takes is None:
        return
    for one in takes.approvals:
        yield from (name for name in (one.by, one.at, one.words) if name)
    if takes.attachments is not None:
        yield takes.attachments.column
