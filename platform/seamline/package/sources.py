"""The files of a package, from a folder or a zip archive, neither of which is trusted."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from seamline.documents import TEXT_LIMIT, decode
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean, shorten
from seamline.text import Text

# Where the documents of each kind live.
FOLDERS = {
    "forms": "form",
    "rulesets": "ruleset",
    "roles": "role",
    "imports": "import",
    "correlations": "correlation",
    "promises": "promise",
    "scenarios": "scenario",
    "pages": "page",
    "measures": "measure",
    "connections": "connection",
    "pipelines": "pipeline",
}
HEADS = ("package.yaml", "package.yml", "package.json")
ENDINGS = (".yaml", ".yml", ".json")
# Folders of a package that hold no documents of this language version.
DATA = "data"
PASSED_OVER = (DATA, "docs")

FILE_COUNT = 2_000
UNPACKED_LIMIT = 200_000_000  # bytes of an archive, unpacked
PIECE = 1_000_000  # bytes read at once


@dataclass(slots=True)
class Sources:
    """What a package holds: the text of each document by path, and the names of all files.

    `files` of None means that nobody knows which files lie beside the documents.
    """

    texts: dict[str, str] = field(default_factory=dict)
    files: frozenset[str] | None = None
    problems: Problems = field(default_factory=Problems)


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    read: Callable[[], bytes]


def kind_of_path(path: str) -> str | None:
    """Return the document kind that belongs at `path` of a package, or None."""
    pure = PurePosixPath(path)
    if path in HEADS:
        return "package"
    if pure.suffix in ENDINGS and len(pure.parts) > 1:
        return FOLDERS.get(pure.parts[0])
    return None


def gathered(path: Path) -> Sources:
    """Return the files of a package folder or zip archive; raises `Refused` (400, 404, 413)."""
    if path.is_dir():
        return _gather(list(_of_folder(path)), path.name)
    if path.is_file():
        return _of_zip(path)
    say = Text("没有“{name}”这个文件夹或压缩包。", "There is no folder or archive '{name}'.")
    raise Refused.one("no_package", say.fill(name=shorten(str(path), 200)), status=404)


def _of_folder(folder: Path) -> Iterator[_Member]:
    """Yield the files of a folder, hidden ones and links left out."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                inner = path.relative_to(folder).as_posix()
                yield _Member(inner, path.stat().st_size, partial(_first_bytes, path))


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(TEXT_LIMIT + 1)


def _of_zip(archive: Path) -> Sources:
    """Return the files of an archive; nothing is unpacked to disk.

    Names that climb out, links, encrypted members and archives that unpack to more than their
    limits are refused. One folder around the package is looked through.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = [info for info in opened.infolist() if not info.is_dir()]
            _check_archive(infos, archive.name)
            inner = _wrapping([info.filename for info in infos])
            members = [
                _Member(
                    info.filename.removeprefix(inner),
                    info.file_size,
                    partial(_unpacked, opened, info),
                )
                for info in infos
                if info.filename.startswith(inner)
            ]
            return _gather(members, archive.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
            ValueError, struct.error) as error:  # fmt: skip
        say = Text("压缩包读不出来：{why}。", "The archive cannot be read: {why}.")
        raise Refused.one(
            "bad_archive", say.fill(why=shorten(str(error))), status=400,
            place=Place("", archive.name),
        ) from None  # fmt: skip


def take_out(archive: Path, folder: Path) -> None:
    """Write the data files of a zip archive into a folder; raises Refused as `gathered` does."""
    _of_zip(archive)  # names, links and sizes are looked at here
    with zipfile.ZipFile(archive) as opened:
        infos = [info for info in opened.infolist() if not info.is_dir()]
        inner = _wrapping([info.filename for info in infos])
        left = UNPACKED_LIMIT
        for info in infos:
            name = info.filename.removeprefix(inner)
            if PurePosixPath(name).parts[:1] != (DATA,):
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(info) as stream, target.open("wb") as out:
                while piece := stream.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        say = Text("压缩包解开后太大。", "The archive is too large when unpacked.")
                        raise Refused.one("too_large", say, status=413)
                    out.write(piece)


def _unpacked(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    # The size that an archive claims is not to be believed: read one byte more than is allowed.
    with opened.open(info) as stream:
        return stream.read(TEXT_LIMIT + 1)


def _check_archive(infos: list[zipfile.ZipInfo], archive: str) -> None:
    """Raise `Refused` where an archive is unsafe to look into."""
    problems = Problems()
    for info in infos:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        link = stat.S_ISLNK(info.external_attr >> 16)
        if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0] or link:
            say = Text("压缩包里的“{name}”指向包外。", "'{name}' points out of the archive.")
            say = say.fill(name=shorten(info.filename))
            problems.add(Problem("unsafe_archive", say, Place("", archive)))
    if sum(info.file_size for info in infos) > UNPACKED_LIMIT:
        say = Text("压缩包解开后太大。", "The archive is too large when unpacked.")
        problems.add(Problem("too_large", say, Place("", archive)))
    problems.raise_if_any()


def _wrapping(names: list[str]) -> str:
    """Return the one folder that holds the whole package, with its slash, or nothing."""
    if any(name in HEADS for name in names):
        return ""
    around = [name.rpartition("/")[0] for name in names if name.rpartition("/")[2] in HEADS]
    top = min(around, key=len, default="")
    return f"{top}/" if top and "/" not in top else ""


def _gather(members: list[_Member], name: str) -> Sources:
    """Read the documents among `members`; what cannot be read becomes a problem."""
    if len(members) > FILE_COUNT:
        say = Text(f"文件超过 {FILE_COUNT} 个。", f"There are more than {FILE_COUNT} files.")
        raise Refused.one("too_large", say, status=413, place=Place("", name))
    sources = Sources(files=frozenset(member.name for member in members))
    for member in members:
        if kind_of_path(member.name) is None:
            continue
        try:
            sources.texts[member.name] = decode(member.read(), member.name)
        except Refused as refused:
            sources.problems.extend(refused.problems)
    sources.problems.extend(_strays(sorted(sources.files or ())))
    return sources


def _strays(files: list[str]) -> Iterator[Problem]:
    """Yield a problem for each document that lies where none is looked for."""
    for name in files:
        pure = PurePosixPath(name)
        if pure.suffix not in ENDINGS or kind_of_path(name) or pure.parts[0] in PASSED_OVER:
            continue
        say = Text(
            "“{name}”不在任何文档文件夹里，不会被读取。", "'{name}' lies in no document folder."
        ).fill(name=shorten(name))
        known = HEADS if len(pure.parts) == 1 else (*FOLDERS, *PASSED_OVER)
        words = ", ".join(f"{folder}/" for folder in FOLDERS)
        hint = did_you_mean(pure.parts[0], known) or Text(
            f"文档放在 {words}。", f"Documents belong into {words}."
        )
        yield Problem("stray_document", say, Place("", name), hint)
