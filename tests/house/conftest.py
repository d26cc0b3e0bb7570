"""What the laws are read from: the tracked tree, its modules and what they import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Folder of each mapped root and the package it becomes (setup.cfg says the same, a test holds it).
ROOTS = {
    "platform/seamline": "seamline",
    "connectors": "seamline.connectors",
    "ui": "seamline.ui",
    "schemas": "seamline.schemas",
    "rulesets": "seamline.rulesets",
    "migrations": "seamline.migrations",
    "examples": "seamline.examples",
}

# The floor of every room of the house: imports go down or stay level, never up.
FLOORS = {
    1: ("seamline", "text", "problems", "clock", "workdays", "facts", "metadata"),
    2: ("scope", "documents", "registry", "settings", "connector", "statements", "standins"),
    3: (
        "conditions",
        "versioning",
        "formulas",
        "fields",
        "pages",
        "proofs",
        "measures",
        "pipelines",
        "printing",
        "store",
        "jobs",
        "migrations",
        "schemas",
        "rulesets",
        "connectors",
    ),
    4: ("schema", "forms", "rules", "access", "connecting", "examples"),
    5: ("package", "publish", "correlate", "promising", "reading"),
    6: ("catalog", "standing", "testing"),
    7: ("usecases",),
    8: ("ui", "__main__"),
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file under version control that exists, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    names = (Path(name) for name in listed.split("\0") if name)
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def under(*folders: str, suffix: str = "") -> Iterator[Path]:
    """Yield the tracked files under `folders` with `suffix`."""
    for path in tracked():
        if any(path.is_relative_to(folder) for folder in folders) and path.name.endswith(suffix):
            yield path


@dataclass(frozen=True)
class Module:
    """A module of the product: its dotted name, its file and its syntax tree."""

    name: str
    path: Path
    tree: ast.Module
    is_package: bool

    @property
    def room(self) -> str:
        """Return the part of the house it stands in: `store`, `forms`, `ui`."""
        words = self.name.split(".")
        return words[1] if len(words) > 1 else words[0]


def name_of(path: Path) -> str:
    """Return the dotted name of a source file of the product."""
    for folder, package in ROOTS.items():
        if path.is_relative_to(folder):
            words = path.relative_to(folder).with_suffix("").parts
            dotted = ".".join((package, *words))
            return dotted.removesuffix(".__init__")
    raise ValueError(path)


@cache
def modules() -> dict[str, Module]:
    """Return every module of the product by dotted name."""
    found = {}
    for path in under(*ROOTS, suffix=".py"):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))
        name = name_of(path)
        found[name] = Module(name, path, tree, path.name == "__init__.py")
    return found


def imported(module: Module) -> Iterator[tuple[str, int]]:
    """Yield what a module imports as (dotted name, line), wherever the import stands.

    `from a import b` yields `a.b` where that is a module of ours, else `a`. Imports for type
    checking count: a reader has to follow them as well.
    """
    known = modules()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            source = absolute(module, node)
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                yield (whole if whole in known else source), node.lineno


def absolute(module: Module, node: ast.ImportFrom) -> str:
    """Return the module that `from ... import` names, relative dots resolved."""
    if not node.level:
        return node.module or ""
    words = module.name.split(".")
    kept = words[: len(words) - node.level + (1 if module.is_package else 0)]
    return ".".join([*kept, node.module] if node.module else kept)


@pytest.fixture(scope="session")
def house() -> ModuleType:
    """Return this module: what the laws are read from."""
    return sys.modules[__name__]
