"""Connectors, found in their folder and among installed distributions; the broken ones by place."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from seamline.connector import GROUP, MANIFEST, Connector, Context
from seamline.problems import Place, Problem, Refused, shorten
from seamline.text import Text

from .manifest import Manifest, read_manifest

OURS = "seamline.connectors"
Connect = Callable[[Mapping[str, Any], Context], Connector]


@dataclass(frozen=True, slots=True)
class Kind:
    """One connector: its manifest, and the module that has its `connect`."""

    manifest: Manifest
    module: str
    folder: str

    def connect(self) -> Connect:
        """Return its `connect`; raises Refused by file and line where the connector breaks."""
        try:
            found = getattr(import_module(self.module), "connect", None)
        except Exception as error:  # whatever a stranger's module raises must not end the product
            raise Refused([broken(error, self.folder, self.manifest.name)], 500) from error
        if not callable(found):
            say = Text(
                f"连接器 {self.manifest.name} 没有 connect(settings, context)。",
                f"The connector {self.manifest.name} has no connect(settings, context).",
            )
            place = Place("connect", str(Path(self.folder, "__init__.py")))
            raise Refused([Problem("no_connect", say, place)], 500)
        return found  # type: ignore[no-any-return]  # what it returns is held by the contract


@dataclass(frozen=True, slots=True)
class Discovered:
    """The connectors by name, and what is wrong with those that are none."""

    kinds: Mapping[str, Kind]
    problems: tuple[Problem, ...]


@cache
def discovered() -> Discovered:
    """Return every connector that is there; looked for once in a process."""
    return found_in(_of_folders(), entry_points(group=GROUP))


def found_in(folders: Iterator[tuple[str, str, Traversable]], points: Any) -> Discovered:
    """Return the connectors of folders (name, module, folder) and of entry points."""
    kinds: dict[str, Kind] = {}
    problems: list[Problem] = []

    def take(name: str, module: str, folder: Traversable) -> None:
        kind = _kind(name, module, folder, problems)
        if kind is not None and name in kinds:
            say = Text(
                f"连接器 {name} 有两个：{kinds[name].folder} 和 {kind.folder}。",
                f"There are two connectors {name}: {kinds[name].folder} and {kind.folder}.",
            )
            problems.append(Problem("two_connectors", say, Place(name, kind.folder)))
        elif kind is not None:
            kinds[name] = kind

    for name, module, folder in folders:
        take(name, module, folder)
    for point in sorted(points, key=lambda point: str(point.name)):
        try:
            take(point.name, point.module, files(point.module))
        except Exception as error:  # as above
            problems.append(broken(error, _origin(point), point.name))
    return Discovered(dict(sorted(kinds.items())), tuple(problems))


def _of_folders() -> Iterator[tuple[str, str, Traversable]]:
    for folder in sorted(files(OURS).iterdir(), key=lambda one: one.name):
        if folder.is_dir() and folder.joinpath(MANIFEST).is_file():
            yield folder.name, f"{OURS}.{folder.name}", folder


def of_folder(folder: Path, module: str) -> Kind:
    """Return the connector of a folder that is imported as `module`; raises Refused."""
    problems: list[Problem] = []
    kind = _kind(folder.name, module, folder, problems)
    if kind is None:
        raise Refused(problems)
    return kind


def _kind(name: str, module: str, folder: Traversable, problems: list[Problem]) -> Kind | None:
    file = folder.joinpath(MANIFEST)
    try:
        text = file.read_text(encoding="utf-8")
        return Kind(read_manifest(text, str(file), name), module, str(folder))
    except Refused as refused:
        problems.extend(refused.problems)
    except (OSError, UnicodeDecodeError) as error:
        say = Text(
            f"连接器 {name} 的 {MANIFEST} 读不到。",
            f"{MANIFEST} of the connector {name} cannot be read.",
        )
        place = Place("", str(file))
        problems.append(Problem("no_manifest", say, place, got=type(error).__name__))
    return None


def _origin(point: EntryPoint) -> str:
    """Return the file of an entry point's module without importing it."""
    module = sys.modules.get(point.module.partition(".")[0])
    return str(Path(module.__file__).parent) if module and module.__file__ else point.module


def broken(error: BaseException, folder: str, name: str) -> Problem:
    """Return the problem of what a connector's own code raised, at its deepest line in `folder`.

    Of the error only its kind is said where it is not about the code: its words may hold secrets.
    """
    place = Place("", folder)
    if isinstance(error, SyntaxError) and error.filename:
        place = Place("", error.filename, error.lineno or 0, error.offset or 0)
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename.startswith(folder):
                place = Place("", frame.filename, frame.lineno or 0, (frame.colno or 0) + 1)
    missing = isinstance(error, ModuleNotFoundError)
    told = isinstance(error, (ImportError, SyntaxError, NameError))
    why = f"{type(error).__name__}: {shorten(str(error), 120)}" if told else type(error).__name__
    say = Text(f"连接器 {name} 出错：{why}。", f"The connector {name} broke: {why}.")
    hint = (
        Text("请安装它需要的库。", "Install the library that it needs.")
        if missing
        else Text("请告知连接器的作者。", "Tell the author of the connector.")
    )
    return Problem("connector_broken", say, place, hint)
