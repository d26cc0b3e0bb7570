"""Turns the syntax tree of a formula into typed closures, naming everything that is wrong."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from seamline.scope import ValueType
from seamline.text import Text

from .arithmetic import OPERATIONS, ORDERED, RELATIONS, Operation
from .calls import build_call
from .names import build_name
from .piece import Building, Facts, Piece, Run
from .words import type_words

TEXT_LIMIT, NUMBER_DIGITS = 1000, 18
_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def build(building: Building, node: ast.expr) -> Piece | None:
    """Return the piece that `node` means, None after having said what is wrong with it."""
    match node:
        case ast.Constant():
            return _constant(building, node)
        case ast.Name() | ast.Attribute():
            return build_name(building, node)
        case ast.Call():
            return build_call(building, node, build)
        case ast.BinOp():
            return _binary(building, node)
        case ast.UnaryOp():
            return _unary(building, node)
        case ast.Compare():
            return _compare(building, node)
        case ast.BoolOp():
            return _junction(building, node)
        case ast.IfExp():
            return _choice(building, node)
    building.refuse(
        node,
        "not_in_formulas",
        Text("公式里不能这样写。", "This cannot be written in a formula."),
        Text(
            "可用字段名、数字、带引号的文本、+ - * / // %、比较、and or not、"
            "a if 条件 else b 和函数。",
            "Use field names, numbers, quoted text, + - * / // %, comparisons, and, or, not, "
            "a if condition else b, and functions.",
        ),
    )
    return None


def _constant(building: Building, node: ast.Constant) -> Piece | None:
    value: Any = node.value
    type_: ValueType | None = None
    if isinstance(value, bool):
        type_ = "boolean"
    elif isinstance(value, str) and len(value) <= TEXT_LIMIT:
        type_ = "text"
    elif isinstance(value, (int, float)):
        value, type_ = _exact(ast.get_source_segment(building.text, node)), "number"
    if type_ is None or value is None:
        say = Text(
            f"不是公式认得的数字(最多 {NUMBER_DIGITS} 位)或文本。",
            f"Not a number (at most {NUMBER_DIGITS} digits) or text of a formula.",
        )
        building.refuse(node, "bad_constant", say)
        return None
    return Piece(type_, lambda facts, row: value)


def _exact(source: str | None) -> Decimal | None:
    """Return the number as it is written: a float of it would not be exact."""
    try:
        value = Decimal((source or "").replace("_", ""))
    except InvalidOperation:  # 0x1f and the like
        return None
    fits = value.adjusted() < NUMBER_DIGITS and len(value.as_tuple().digits) <= NUMBER_DIGITS
    return value if fits and -value.adjusted() <= NUMBER_DIGITS else None


def _binary(building: Building, node: ast.BinOp) -> Piece | None:
    left, right = build(building, node.left), build(building, node.right)
    sign = _SIGNS.get(type(node.op))
    if sign is None:
        say = Text("公式没有这个运算符。", "Formulas do not have this operator.")
        hint = Text("可用 + - * / // %。", "Use + - * / // %.")
        building.refuse(node, "unknown_operator", say, hint)
        return None
    if left is None or right is None:
        return None
    known = OPERATIONS[sign].get((left.type, right.type))
    if known is None:
        _refuse_pair(building, node, sign, left.type, right.type)
        return None
    return Piece(known[0], _applied(known[1], left.run, right.run))


def _applied(operation: Operation, left: Run, right: Run) -> Run:
    def run(facts: Facts, row: Facts) -> Any:
        first = left(facts, row)
        if first is None:
            return None
        second = right(facts, row)
        return None if second is None else operation(first, second)

    return run


def _refuse_pair(
    building: Building, node: ast.expr, sign: str, left: ValueType, right: ValueType
) -> None:
    one, other = type_words(left), type_words(right)
    say = Text(
        f"{one.zh}和{other.zh}之间不能用“{sign}”。",
        f"'{sign}' does not work between {one.en} and {other.en}.",
    )
    hint = None
    if {left, right} in ({"date", "number"}, {"datetime", "number"}):
        hint = Text("天数请写 days(3)。", "Write a number of days as days(3).")
    elif "text" in (left, right) and sign == "+":
        hint = Text("连接文本请用 concat(…)。", "Join texts with concat(…).")
    building.refuse(node, "types_do_not_fit", say, hint)


def _unary(building: Building, node: ast.UnaryOp) -> Piece | None:
    part = build(building, node.operand)
    if part is None:
        return None
    inner = part.run
    if isinstance(node.op, ast.Not) and part.type == "boolean":
        return Piece("boolean", lambda facts, row: _opposite(inner(facts, row)))
    if isinstance(node.op, (ast.USub, ast.UAdd)) and part.type in ("number", "duration"):
        if isinstance(node.op, ast.UAdd):
            return part
        return Piece(part.type, lambda facts, row: _negative(inner(facts, row)))
    words = type_words(part.type)
    say = Text(f"不能用在{words.zh}上。", f"Does not work on {words.en}.")
    building.refuse(node, "types_do_not_fit", say)
    return None


def _opposite(value: Any) -> bool | None:
    return None if value is None else not value


def _negative(value: Any) -> Any:
    # `copy_negate` where it can be: the minus sign of Decimal would round to the thread's context.
    return value.copy_negate() if isinstance(value, Decimal) else None if value is None else -value


def _compare(building: Building, node: ast.Compare) -> Piece | None:
    left, right = build(building, node.left), build(building, node.comparators[0])
    sign = _SIGNS.get(type(node.ops[0]))
    if len(node.ops) > 1 or sign is None:
        say = Text("每次只比较两个值。", "Compare two values at a time.")
        hint = Text("请用 and 连接。", "Join comparisons with and.")
        building.refuse(node, "bad_comparison", say, hint)
        return None
    if left is None or right is None:
        return None
    equality = sign in ("==", "!=") and left.type in ("text", "boolean")
    if left.type != right.type or not (equality or left.type in ORDERED):
        _refuse_pair(building, node, sign, left.type, right.type)
        return None
    return Piece("boolean", _applied(RELATIONS[sign], left.run, right.run))


def _junction(building: Building, node: ast.BoolOp) -> Piece | None:
    parts = [build(building, value) for value in node.values]
    for part, value in zip(parts, node.values, strict=True):
        if part is not None and part.type != "boolean":
            _refuse_truth(building, value, part.type)
    runs = [part.run for part in parts if part is not None and part.type == "boolean"]
    if len(runs) < len(parts):
        return None
    decisive = isinstance(node.op, ast.Or)

    def run(facts: Facts, row: Facts) -> bool | None:
        known: bool | None = not decisive
        for part in runs:
            value: bool | None = part(facts, row)
            if value is decisive:
                return decisive
            known = None if value is None else known
        return known

    return Piece("boolean", run)


def _refuse_truth(building: Building, node: ast.expr, type_: ValueType) -> None:
    words = type_words(type_)
    say = Text(f"此处应为条件，不是{words.zh}。", f"A condition is expected here, not {words.en}.")
    building.refuse(node, "types_do_not_fit", say)


def _choice(building: Building, node: ast.IfExp) -> Piece | None:
    test, then, other = (build(building, part) for part in (node.test, node.body, node.orelse))
    if test is not None and test.type != "boolean":
        _refuse_truth(building, node.test, test.type)
        return None
    if test is None or then is None or other is None:
        return None
    if then.type != other.type:
        one, two = type_words(then.type), type_words(other.type)
        say = Text(
            f"两种结果应同类，一个是{one.zh}，另一个是{two.zh}。",
            f"Both results must be of one type; one is {one.en}, the other {two.en}.",
        )
        building.refuse(node, "types_do_not_fit", say)
        return None
    return Piece(then.type, _chosen(test.run, then.run, other.run))


def _chosen(test: Run, then: Run, other: Run) -> Run:
    def run(facts: Facts, row: Facts) -> Any:
        value = test(facts, row)
        if value is None:
            return None
        return then(facts, row) if value else other(facts, row)

    return run
