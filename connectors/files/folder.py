"""The connector of a folder: each kind of table is an entity, and so are its files as such."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from seamline.connector import (
    AskPerson,
    Change,
    Context,
    Cursor,
    Entity,
    Finding,
    Member,
    Page,
    Setback,
)
from seamline.problems import Place, Problem, shorten
from seamline.text import Text

from .tables import Table, read_table, whole, wrong

FILE = "file"
MOST_FILE = 20 * 1024 * 1024
MOST_PAGE = 64 * 1024 * 1024  # bytes of the files of one page
_FILES = Entity(
    FILE,
    Text("文件", "Files"),
    ("path",),
    (
        Member("path", "text", Text("路径", "Path")),
        Member("name", "text", Text("文件名", "Name")),
        Member("size", "integer", Text("字节数", "Bytes")),
        Member("modified", "datetime", Text("修改时间", "Modified")),
        Member("content", "file", Text("内容", "Content")),
    ),
    since=True,
)


class Files:
    """The connection to one folder of the server."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._folder = Path(settings["folder"])
        self._tables = {one["name"]: one for one in settings["tables"]}
        self._context = context
        self._read: dict[str, tuple[tuple[str, int, int], Table]] = {}

    def check(self) -> Sequence[Finding]:
        """Return whether the folder can be read, and each kind of table in it."""
        try:
            count = sum(1 for _ in self._paths())
        except Setback as setback:
            hint = setback.problem.hint
            return [Finding(Text("文件夹", "Folder"), False, setback.problem.say, hint)]
        found = Text(f"可读，{count} 个文件", f"It can be read: {count} file(s)")
        return [
            Finding(Text("文件夹", "Folder"), True, found),
            *(self._check_table(name) for name in self._tables),
        ]

    def _check_table(self, name: str) -> Finding:
        title = Text(f"表格 {name}", f"Table {name}")
        try:
            path, table = self._table(name)
            list(_keyed(path, table, self._tables[name]["key"]))
        except Setback as setback:
            hint = setback.problem.hint or Text("请检查该文件。", "Look at that file.")
            return Finding(title, False, setback.problem.say, hint)
        rows = len(table.rows)
        return Finding(title, True, Text(f"{path.name},{rows} 行", f"{path.name}, {rows} row(s)"))

    def describe(self) -> Sequence[Entity]:
        """Return the kinds of tables by their newest file, and the files as such."""
        entities = [_FILES]
        for name, asked in self._tables.items():
            columns = self._table(name)[1].columns
            members = tuple(Member(one, "text", Text.same(one)) for one in columns)
            entities.append(Entity(name, Text.same(name), tuple(asked["key"]), members))
        return entities

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Read files by their age, or the rows of the newest file of a table.

        A newer file is read from its beginning, which the page tells as a restart.
        """
        if entity == FILE:
            return self._read_files(since, limit)
        path, table = self._table(entity)
        stamp = list(_stamp(path))
        same = since is not None and list(since["file"]) == stamp
        begin = int(since["row"]) if since is not None and same else 0
        changes = list(_keyed(path, table, self._tables[entity]["key"]))
        end = min(begin + limit, len(changes))
        return Page(
            tuple(changes[begin:end]),
            {"file": stamp, "row": end},
            end < len(changes),
            _moment(path.stat().st_mtime),
            restart=since is not None and not same,
        )

    def find(self, entity: str, key: str) -> Change | None:
        """Return one row by its key, or one file by its path."""
        if entity == FILE:
            path = next((one for one in self._paths() if self._key(one) == key), None)
            return None if path is None else self._file(path)
        path, table = self._table(entity)
        keyed = _keyed(path, table, self._tables[entity]["key"])
        return next((one for one in keyed if one.key == key), None)

    def close(self) -> None:
        """Forget what was read."""
        self._read.clear()

    def _read_files(self, since: Cursor | None, limit: int) -> Page:
        after = (int(since["at"]), str(since["path"])) if since else (-1, "")
        now = self._context.now()
        known = sorted((one.stat().st_mtime_ns, self._key(one), one) for one in self._paths())
        later = [one for one in known if one[:2] > after]
        changes: list[Change] = []
        size = 0
        for at, key, path in later[:limit]:
            if changes and size + path.stat().st_size > MOST_PAGE:
                break
            changes.append(self._file(path))
            size += int(changes[-1].values["size"])
            after = (at, key)
        cursor = {"at": after[0], "path": after[1]}
        return Page(tuple(changes), cursor, len(changes) < len(later), now)

    def _file(self, path: Path) -> Change:
        content = whole(path, MOST_FILE)
        at = path.stat().st_mtime
        values = {
            "path": self._key(path),
            "name": path.name,
            "size": len(content),
            "modified": _moment(at),
            "content": content,
        }
        return Change(self._key(path), values, _digest(content))

    def _key(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _paths(self) -> Iterator[Path]:
        """Yield the files of the folder and below; links and hidden ones are passed over."""
        try:
            found = sorted(self._folder.rglob("*"))
            if not self._folder.is_dir():
                raise FileNotFoundError
        except OSError:
            raise AskPerson(_no_folder(self._folder)) from None
        for path in found:
            inner = path.relative_to(self._folder)
            hidden = any(part.startswith((".", "~$")) for part in inner.parts)
            if not hidden and not path.is_symlink() and path.is_file():
                yield path

    def _table(self, name: str) -> tuple[Path, Table]:
        """Return the newest file of a kind of table, and what is in it."""
        asked = self._tables.get(name)
        if asked is None:
            say = Text(f"没有“{shorten(name)}”。", f"There is no '{shorten(name)}'.")
            raise AskPerson(Problem("unknown_entity", say, got=shorten(name)))
        fitting = [one for one in self._paths() if fnmatch(one.name, asked["files"])]
        if not fitting:
            raise AskPerson(_no_file(asked["files"]))
        path = max(fitting, key=lambda one: (one.stat().st_mtime_ns, one.name))
        stamp = _stamp(path)
        kept = self._read.get(name)
        if kept is None or kept[0] != stamp:
            table = read_table(path, asked.get("sheet", ""))
            missing = [one for one in asked["key"] if one not in table.columns]
            if missing:
                words = ", ".join(missing)
                raise wrong(path, f"缺少列：{words}。", f"Columns are missing: {words}.")
            kept = self._read[name] = (stamp, table)
        return path, kept[1]


def _keyed(path: Path, table: Table, key: Sequence[str]) -> Iterator[Change]:
    """Yield the rows as changes; raises AskPerson where their keys do not tell them apart."""
    seen: dict[str, int] = {}
    for number, values in table.rows:
        parts = [values.get(name, "").strip() for name in key]
        word = "|".join(parts)
        if not any(parts):
            raise wrong(path, f"第 {number} 行没有键。", f"Row {number} has no key.")
        if word in seen:
            raise wrong(
                path,
                f"第 {seen[word]} 行和第 {number} 行的键相同：{shorten(word)}。",
                f"Rows {seen[word]} and {number} have one key: {shorten(word)}.",
            )
        seen[word] = number
        yield Change(word, values, _digest(repr(sorted(values.items())).encode()))


def _stamp(path: Path) -> tuple[str, int, int]:
    about = path.stat()
    return path.name, about.st_mtime_ns, about.st_size


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


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


def _no_file(pattern: str) -> Problem:
    return Problem(
        "no_file",
        Text(f"没有文件符合 {pattern}。", f"No file is called like {pattern}."),
        Place("tables"),
        Text(
            "检查文件是否已放入文件夹，以及名称样式。",
            "Check whether the file is there, and the pattern.",
        ),
    )
