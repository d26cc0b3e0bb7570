"""Where files lie: a folder of the server, or one of another machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from seamline.connector import AskPerson, Retry
from seamline.problems import Place, Problem
from seamline.text import Text

from .tables import wrong


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One file by its path below the folder, when it was changed (in ns) and its bytes."""

    at: int
    path: str
    size: int

    @property
    def name(self) -> str:
        """Return its name without the folders."""
        return self.path.rpartition("/")[2]

    @property
    def stamp(self) -> tuple[str, int, int]:
        """Return what is another one once the file is another."""
        return self.name, self.at, self.size


class Shelf(Protocol):
    """A folder whose files are listed and read; what goes wrong is a setback."""

    def entries(self) -> Sequence[Entry]:
        """Return the files of the folder and below; links and hidden ones are passed over."""

    def content(self, entry: Entry, most: int) -> bytes:
        """Return the bytes of a file that stood still meanwhile, up to so many."""

    def close(self) -> None:
        """Give back what it holds."""


def hidden(name: str) -> bool:
    """Return whether a name is of a hidden file, or of one that a program has open."""
    return name.startswith((".", "~$"))


def check_size(name: str, size: int, most: int) -> None:
    """Raise AskPerson where a file is larger than is read."""
    if size > most:
        words = most // 2**20
        raise wrong(name, f"超过 {words} MB。", f"It is larger than {words} MB.")


def unreadable(name: str, why: str) -> Retry:
    """Return the setback of a file that cannot be read just now."""
    say = Text(f"读不到 {name}({why})。", f"{name} cannot be read ({why}).")
    return Retry(Problem("unreadable_file", say, Place(file=name)))


def moving(name: str) -> Retry:
    """Return the setback of a file that somebody is still writing."""
    say = Text(f"{name} 正在写入。", f"{name} is being written.")
    return Retry(Problem("file_moving", say, Place(file=name)))


class Folder:
    """A folder of the machine the server runs on."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def entries(self) -> Sequence[Entry]:
        """Return its files."""
        try:
            found = sorted(self._folder.rglob("*"))
            if not self._folder.is_dir():
                raise FileNotFoundError
        except OSError:
            raise AskPerson(_no_folder(self._folder)) from None
        entries = []
        for path in found:
            inner = path.relative_to(self._folder)
            if any(map(hidden, inner.parts)) or path.is_symlink() or not path.is_file():
                continue
            about = path.stat()
            entries.append(Entry(about.st_mtime_ns, inner.as_posix(), about.st_size))
        return entries

    def content(self, entry: Entry, most: int) -> bytes:
        """Return the bytes of a file."""
        check_size(entry.name, entry.size, most)
        path = self._folder / entry.path
        try:
            raw = path.read_bytes()
            after = path.stat()
        except OSError as error:
            raise unreadable(entry.name, type(error).__name__) from None
        if (entry.at, entry.size) != (after.st_mtime_ns, after.st_size) or len(raw) != entry.size:
            raise moving(entry.name)
        return raw

    def close(self) -> None:
        """Give back nothing."""


def _no_folder(folder: Path) -> Problem:
    return Problem(
        "no_folder",
        Text(f"文件夹 {folder} 读不到。", f"The folder {folder} cannot be read."),
        Place("folder"),
        Text(
            "检查路径，以及运行服务的账户有没有读取权限。",
            "Check the path, and whether the server's account may read it.",
        ),
    )
