"""Small files, short functions, plain names, a sentence on each."""

from __future__ import annotations

import ast
import re

import pytest

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 30
# Names that say nothing about what is inside.
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "base", "misc"}
CODE = ("platform", "connectors", "ui", "migrations", "benchmarks", "tests")
# Inside these the name before the docstring says it all, or a framework has named it.
FRAMEWORK_NAMES = re.compile(r"test_|visit_|upgrade$|downgrade$")


def functions(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.end_lineno - node.lineno + 1


def test_files_are_short(house):
    long = {}
    for path in house.under(*CODE, suffix=".py"):
        lines = len((house.ROOT / path).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            long[str(path)] = lines
    assert long == {}


def test_functions_are_short(house):
    usual = total = 0
    long = []
    for module in house.modules().values():
        for node, lines in functions(module.tree):
            total += 1
            usual += lines <= USUAL_FUNCTION
            if lines > LONGEST_FUNCTION:
                long.append(f"{module.path}:{node.lineno}: {node.name} has {lines} lines")
    assert long == []
    assert usual >= 0.9 * total


def test_no_name_is_empty_of_meaning(house):
    wrong = [
        str(path)
        for path in house.under(*CODE)
        if EMPTY_NAMES & {part.partition(".")[0] for part in path.parts}
    ]
    for module in house.modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                last = re.findall(r"[A-Z][a-z]+|$", node.name)
                if EMPTY_NAMES & {word.lower() for word in last}:
                    wrong.append(f"{module.path}:{node.lineno}: {node.name}")
    assert wrong == []


@pytest.mark.parametrize("folders", [("platform", "connectors", "ui"), ("tests", "benchmarks")])
def test_every_module_says_what_it_is(house, folders):
    silent = [
        str(path)
        for path in house.under(*folders, suffix=".py")
        if not ast.get_docstring(ast.parse((house.ROOT / path).read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_public_name_says_what_it_does(house):
    silent = []
    for module in house.modules().values():
        for node in public(module.tree):
            if not ast.get_docstring(node) and not FRAMEWORK_NAMES.match(node.name):
                silent.append(f"{module.path}:{node.lineno}: {node.name}")
    assert silent == []


def public(tree: ast.Module | ast.ClassDef):
    """Yield public functions and classes, and the public methods of public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_") or is_overload(node):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def is_overload(node) -> bool:
    return any(
        isinstance(mark, ast.Name) and mark.id in ("overload", "override")
        for mark in node.decorator_list
    )


def test_nothing_is_left_undone(house):
    # Written apart, so that these lines do not find themselves.
    mark = re.compile("|".join((r"\bTO" "DO\\b", r"\bFIX" "ME\\b", r"\bX" "XX\\b")))
    silenced = re.compile("type: ig" r"nore(?!\[[^\]]+\]\s+#)")
    left = [
        f"{path}:{number}"
        for path in house.under(*CODE, suffix=".py")
        for number, line in enumerate(
            (house.ROOT / path).read_text(encoding="utf-8").splitlines(), 1
        )
        if mark.search(line) or silenced.search(line)
    ]
    assert left == []
