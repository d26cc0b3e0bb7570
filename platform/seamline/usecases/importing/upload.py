"""A file as somebody gave it, before anything is known of what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seamline.problems import Refused
from seamline.usecases.spreadsheets import FILE_BYTES, unreadable


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was given: its name and its bytes."""

    name: str
    content: bytes

    @classmethod
    def of(cls, path: Path) -> Upload:
        """Read a file from disk; raises Refused 413 where it is too large."""
        if path.stat().st_size > FILE_BYTES:
            raise too_large(path.name)
        return cls(path.name, path.read_bytes())


def too_large(name: str) -> Refused:
    """Return the refusal of a file beyond the limit."""
    return unreadable(name, "文件超过 50 MB。", "The file is larger than 50 MB.", 413)
