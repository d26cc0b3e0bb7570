"""The calls of a formula: functions of values, and functions that go through a sub-table."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from seamline.problems import did_you_mean, shorten
from seamline.text import Text

from .arithmetic import rounded
from .functions import FUNCTIONS, Function
from .names import ANY_TABLE, dotted
from .piece import Building, Facts, Piece, Run
from .words import type_words

MOST_PLACES = 9
Build = Callable[[Building, ast.expr], Piece | None]


def build_call(building: Building, node: ast.Call, build: Build) -> Piece | None:
    """Return the piece that a call means; `build` makes the pieces of its arguments."""
    name = dotted(node.func) or ""
    function = FUNCTIONS.get(name)
    if function is None:
        known = ", ".join(FUNCTIONS)
        say = Text(f"没有函数“{shorten(name)}”。", f"There is no function '{shorten(name)}'.")
        hint = did_you_mean(name, FUNCTIONS) or Text(f"可用：{known}。", f"There are {known}.")
        building.refuse(node, "unknown_function", say, hint)
        return None
    arguments = node.args
    plain = not node.keywords and not any(isinstance(one, ast.Starred) for one in arguments)
    if not plain or not function.least <= len(arguments) <= function.most:
        _refuse_arguments(building, node, function)
        return None
    if function.name == "round":
        return _round(building, node, build)
    if function.over_rows and len(arguments) == 1:
        return _over_rows(building, node, function, build)
    pieces = [build(building, argument) for argument in arguments]
    made = [piece for piece in pieces if piece is not None]
    if len(made) < len(pieces):
        return None
    type_ = function.result([piece.type for piece in made])
    if type_ is None or function.build is None:
        _refuse_types(building, node, function, made)
        return None
    return Piece(type_, function.build([piece.run for piece in made]))


def _refuse_arguments(building: Building, node: ast.Call, function: Function) -> None:
    least, most = function.least, function.most
    counts = str(least) if least == most else f"{least}-{most}"
    say = Text(
        f"{function.name} 需要 {counts} 个参数，收到 {len(node.args)} 个。",
        f"{function.name} takes {counts} arguments, got {len(node.args)}.",
    )
    building.refuse(node, "wrong_arguments", say, _usage(function))


def _refuse_types(
    building: Building, node: ast.Call, function: Function, pieces: list[Piece]
) -> None:
    zh = "、".join(type_words(piece.type).zh for piece in pieces)
    en = ", ".join(type_words(piece.type).en for piece in pieces)
    say = Text(f"{function.name} 不能用在({zh})上。", f"{function.name} does not work on ({en}).")
    building.refuse(node, "types_do_not_fit", say, _usage(function))


def _usage(function: Function) -> Text:
    return Text(f"如：{function.usage}。", f"For example: {function.usage}.")


def _round(building: Building, node: ast.Call, build: Build) -> Piece | None:
    part = build(building, node.args[0])
    places = _places(node.args[1]) if len(node.args) == 2 else 0
    if places is None:
        say = Text(
            f"小数位数应为 0 到 {MOST_PLACES} 的整数。",
            f"The number of decimals is a whole number from 0 to {MOST_PLACES}.",
        )
        building.refuse(node.args[1], "bad_constant", say)
        return None
    if part is None:
        return None
    if part.type != "number":
        _refuse_types(building, node, FUNCTIONS["round"], [part])
        return None
    inner, digits = part.run, places

    def run(facts: Facts, row: Facts) -> Any:
        value = inner(facts, row)
        return None if value is None else rounded(value, digits)

    return Piece("number", run)


def _places(node: ast.expr) -> int | None:
    value = node.value if isinstance(node, ast.Constant) else None
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and 0 <= value <= MOST_PLACES else None


def _over_rows(
    building: Building, node: ast.Call, function: Function, build: Build
) -> Piece | None:
    argument = node.args[0]
    counted = dotted(argument)
    countable = counted is not None and building.scope.types.get(counted) in ("table", "list")
    if function.name == "count" and counted is not None and countable:
        building.needs.add(counted)
        return Piece("number", _length(counted))
    if building.table:
        say = Text("汇总函数里不能再有汇总。", "A sum cannot stand inside a sum.")
        building.refuse(node, "nested_sum", say)
        return None
    building.table = ANY_TABLE
    part = build(building, argument)
    table, building.table = building.table, ""
    if part is None:
        return None
    type_ = function.result([part.type])
    if table == ANY_TABLE or type_ is None or function.fold is None:
        _refuse_types(building, node, function, [part])
        return None
    return Piece(type_, _folded(table, part.run, function.fold))


def _length(name: str) -> Run:
    def run(facts: Facts, row: Facts) -> int:
        return len(facts.get(name) or ())

    return run


def _folded(table: str, part: Run, fold: Callable[[list[Any]], Any]) -> Run:
    def run(facts: Facts, row: Facts) -> Any:
        values = [part(facts, one) for one in facts.get(table) or ()]
        return fold([value for value in values if value is not None])

    return run
