"""Finds the sample data of a package: each file with its map and the file of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from seamline.metadata import DataFile, ImportMap, Package
from seamline.problems import Place, Problem, Problems, Refused, did_you_mean
from seamline.text import Text


@dataclass(frozen=True, slots=True)
class DataSource:
    """One file of sample data: where it lies, its map, and the file of its sub-table's rows."""

    file: Path
    map: ImportMap
    lines: Path | None = None


def sources(
    package: Package, folder: Path, maps: Mapping[str, ImportMap]
) -> tuple[DataSource, ...]:
    """Return the sample data of `package`, whose files lie in `folder`, in load order.

    Raises Refused naming every file or map that is missing.
    """
    problems = Problems()
    found = tuple(_sources(package.head.data, folder, maps, problems))
    problems.raise_if_any()
    return found


def _sources(
    files: tuple[DataFile, ...],
    folder: Path,
    maps: Mapping[str, ImportMap],
    problems: Problems,
) -> Iterator[DataSource]:
    for data in files:
        file = folder / data.file
        wanted = maps.get(data.map)
        if not file.is_file():
            problems.add(_no_file(data.file))
            continue
        if wanted is None:
            problems.add(_no_map(data.map, maps))
            continue
        lines = None
        if wanted.lines is not None and wanted.lines.file is not None:
            lines = file.parent / wanted.lines.file
            if not lines.is_file():
                problems.add(_no_file(wanted.lines.file))
                continue
        yield DataSource(file, wanted, lines)


def _no_file(name: str) -> Problem:
    say = Text(f"没有数据文件“{name}”。", f"There is no data file '{name}'.")
    return Problem("no_file", say, Place(file=name))


def _no_map(name: str, maps: Mapping[str, ImportMap]) -> Problem:
    say = Text(f"没有导入映射“{name}”。", f"There is no import map '{name}'.")
    return Problem("unknown_map", say, Place("map"), did_you_mean(name, maps), name)


def map_named(maps: Mapping[str, ImportMap], name: str) -> ImportMap:
    """Return the import map of that id; raises Refused 404 with the nearest name."""
    if name not in maps:
        raise Refused((_no_map(name, maps),), 404)
    return maps[name]
