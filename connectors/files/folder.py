"""The connector of a folder: each kind of table is an entity, and so are its files as such."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
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

from .sftp import Sftp
from .shelf import Entry, Folder, Shelf
from .tables import MOST_BYTES, Table, read_table, wrong

FILE = "file"
MOST_FILE = 20 * 1024 * 1024
# What may be wrong with one table while the others can be read.
_OF_ONE = ("no_file", "wrong_file", "unreadable_file", "file_moving")
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
    """The connection to one folder, of the server or of another machine."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        remote = bool(settings["server"])
        self._shelf: Shelf = Sftp(settings, context) if remote else Folder(settings["folder"])
        self._tables = {one["name"]: one for one in settings["tables"]}
        self._context = context
        self._read: dict[str, tuple[tuple[str, int, int], Table]] = {}

    def check(self) -> Sequence[Finding]:
        """Return whether the folder can be read, and each kind of table in it."""
        try:
            count = len(self._shelf.entries())
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
            entry = self._newest(name)
            table = self._table(name, entry)
            list(_keyed(entry.name, table, self._tables[name]["key"]))
        except Setback as setback:
            hint = setback.problem.hint or Text("请检查该文件。", "Look at that file.")
            return Finding(title, False, setback.problem.say, hint)
        rows = len(table.rows)
        return Finding(title, True, Text(f"{entry.name},{rows} 行", f"{entry.name}, {rows} row(s)"))

    def describe(self) -> Sequence[Entity]:
        """Return the kinds of tables by their newest file, and the files as such."""
        entities = [_FILES]
        for name, asked in self._tables.items():
            title = Text.same(name)
            try:
                columns = self._table(name, self._newest(name)).columns
            except Setback as setback:
                if setback.problem.code not in _OF_ONE:
                    raise
                wrong = setback.problem
                entities.append(Entity(name, title, (), (), readable=False, wrong=wrong))
                continue
            members = tuple(Member(one, "text", Text.same(one)) for one in columns)
            entities.append(Entity(name, title, tuple(asked["key"]), members))
        return entities

    def read(self, entity: str, since: Cursor | None, limit: int) -> Page:
        """Read files by their age, or the rows of the newest file of a table.

        A newer file is read from its beginning, which the page tells as a restart.
        """
        if entity == FILE:
            return self._read_files(since, limit)
        entry = self._newest(entity)
        stamp = list(entry.stamp)
        same = since is not None and list(since["file"]) == stamp
        if since is not None and same and since["row"] == since.get("rows"):
            return Page((), since, False, _moment(entry.at))  # read to its end: not fetched again
        begin = int(since["row"]) if since is not None and same else 0
        table = self._table(entity, entry)
        changes = list(_keyed(entry.name, table, self._tables[entity]["key"]))
        end = min(begin + limit, len(changes))
        return Page(
            tuple(changes[begin:end]),
            {"file": stamp, "row": end, "rows": len(changes)},
            end < len(changes),
            _moment(entry.at),
            restart=since is not None and not same,
        )

    def find(self, entity: str, key: str) -> Change | None:
        """Return one row by its key, or one file by its path."""
        if entity == FILE:
            found = next((one for one in self._shelf.entries() if one.path == key), None)
            return None if found is None else self._file(found)
        entry = self._newest(entity)
        keyed = _keyed(entry.name, self._table(entity, entry), self._tables[entity]["key"])
        return next((one for one in keyed if one.key == key), None)

    def close(self) -> None:
        """Forget what was read, and hang up."""
        self._read.clear()
        self._shelf.close()

    def _read_files(self, since: Cursor | None, limit: int) -> Page:
        after = (int(since["at"]), str(since["path"])) if since else (-1, "")
        now = self._context.now()
        later = [one for one in sorted(self._shelf.entries()) if (one.at, one.path) > after]
        changes: list[Change] = []
        size = 0
        for entry in later[:limit]:
            if changes and size + entry.size > MOST_PAGE:
                break
            changes.append(self._file(entry))
            size += entry.size
            after = (entry.at, entry.path)
        cursor = {"at": after[0], "path": after[1]}
        return Page(tuple(changes), cursor, len(changes) < len(later), now)

    def _file(self, entry: Entry) -> Change:
        content = self._shelf.content(entry, MOST_FILE)
        values = {
            "path": entry.path,
            "name": entry.name,
            "size": len(content),
            "modified": _moment(entry.at),
            "content": content,
        }
        return Change(entry.path, values, _digest(content))

    def _newest(self, name: str) -> Entry:
        """Return the newest file of a kind of table."""
        asked = self._tables.get(name)
        if asked is None:
            say = Text(f"没有“{shorten(name)}”。", f"There is no '{shorten(name)}'.")
            raise AskPerson(Problem("unknown_entity", say, got=shorten(name)))
        fitting = [one for one in self._shelf.entries() if fnmatch(one.name, asked["files"])]
        if not fitting:
            raise AskPerson(_no_file(asked["files"]))
        return max(fitting, key=lambda one: (one.at, one.name))

    def _table(self, name: str, entry: Entry) -> Table:
        """Return what is in a file of a kind of table."""
        asked = self._tables[name]
        kept = self._read.get(name)
        if kept is None or kept[0] != entry.stamp:
            raw = self._shelf.content(entry, MOST_BYTES)
            table = read_table(entry.name, raw, asked.get("sheet", ""))
            missing = [one for one in asked["key"] if one not in table.columns]
            if missing:
                words, there = ", ".join(missing), shorten(", ".join(table.columns), 200)
                raise wrong(
                    entry.name,
                    f"缺少列：{words}。文件里有：{there}。",
                    f"Columns are missing: {words}. The file has: {there}.",
                    _KEY,
                )
            kept = self._read[name] = (entry.stamp, table)
        return kept[1]


_KEY = Text(
    "改正文件，或在连接的设置“认出一行的列”里写上能区分各行的列。",
    "Mend the file, or name other columns to tell its rows apart in the connection's settings.",
)


def _keyed(file: str, table: Table, key: Sequence[str]) -> Iterator[Change]:
    """Yield the rows as changes; raises AskPerson where their keys do not tell them apart."""
    seen: dict[str, int] = {}
    for number, values in table.rows:
        parts = [values.get(name, "").strip() for name in key]
        word = "|".join(parts)
        if not any(parts):
            raise wrong(file, f"第 {number} 行没有键。", f"Row {number} has no key.")
        if word in seen:
            raise wrong(
                file,
                f"第 {seen[word]} 行和第 {number} 行的键相同：{shorten(word)}。",
                f"Rows {seen[word]} and {number} have one key: {shorten(word)}.",
                _KEY,
            )
        seen[word] = number
        yield Change(word, values, _digest(repr(sorted(values.items())).encode()))


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 10**9, UTC)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


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
