"""Files that a record names: they must be stored already, and are what the store says they are."""

from __future__ import annotations

from dataclasses import replace

from seamline.facts import FileRef, Row
from seamline.problems import Place, Problem
from seamline.text import Text

from .case import Case


def check_files(case: Case) -> None:
    """Put the store's own size and type into every file reference; report unknown files."""
    for name, value in case.values.items():
        if type(value) is not tuple or not value:
            continue
        if isinstance(value[0], FileRef):
            case.values[name] = _known(case, value, name)
        elif isinstance(value[0], Row):
            case.values[name] = _rows(case, name, value)


def _rows(case: Case, table: str, rows: tuple[object, ...]) -> tuple[Row, ...]:
    checked: list[Row] = []
    for number, row in enumerate(rows, 1):
        assert isinstance(row, Row)
        held = {
            name: _known(case, value, f"{table}[{number}].{name}")
            for name, value in row.values.items()
            if isinstance(value, tuple) and value and isinstance(value[0], FileRef)
        }
        checked.append(replace(row, values={**row.values, **held}) if held else row)
    return tuple(checked)


def _known(case: Case, files: tuple[object, ...], path: str) -> tuple[FileRef, ...]:
    known: list[FileRef] = []
    for file in files:
        assert isinstance(file, FileRef)
        stored = case.unit.files.find(file.sha256)
        if stored is None:
            case.problems.add(_unknown(file, path))
            continue
        known.append(replace(stored, name=file.name, capture=file.capture))
    return tuple(known)


def _unknown(file: FileRef, path: str) -> Problem:
    return Problem(
        "unknown_file",
        Text(f"文件“{file.name[:60]}”没有上传。", f"The file '{file.name[:60]}' is not stored."),
        Place(path),
        Text("请先上传文件，再提交。", "Upload the file first, then submit."),
        got=file.sha256[:12],
    )
