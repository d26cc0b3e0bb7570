"""Reads the text of a formula into something that computes, or says everything wrong with it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.problems import Place, Refused
from seamline.scope import Scope, ValueType
from seamline.text import Text

from .building import build
from .piece import Building, Run

LENGTH_LIMIT = 1000  # characters
NODE_LIMIT = 200
DEPTH_LIMIT = 100
_NOTHING: Mapping[str, Any] = {}
# Signs that an input method types, outside of quotes, and what they mean.
_SIGNS = str.maketrans(
    "（），。＋－＊×／÷％＝＜＞　０１２３４５６７８９", "(),.+-**//%=<> 0123456789"
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula: its text, the type of its result, and the facts it needs.

    `needs` names header facts as `qty`, `customer.credit_line`, columns as `lines[].qty`.
    """

    text: str
    type: ValueType
    needs: frozenset[str]
    run: Run

    def compute(self, facts: Mapping[str, Any]) -> Any:
        """Return the result for `facts`: None where an operand is missing or nothing comes out.

        Numbers are exact Decimals of at most 60 digits (or whole numbers). `today()` and `now()`
        are the facts `_today` and `_now` where those are given, else of the clock in UTC.
        """
        try:
            return self.run(facts, _NOTHING)
        except (ArithmeticError, TypeError, ValueError, AttributeError):
            # Beyond the calendar or the digits, or a fact of another type than its name has.
            return None


def parse(text: str, scope: Scope, place: Place | None = None) -> Formula:
    """Return the formula of `text`, whose names and types `scope` gives.

    Raises `Refused` with every problem; each sentence names the character where it stands.
    """
    plain = _plain(text)
    building = Building(plain, scope, place or Place())
    tree = _tree(building)
    piece = build(building, tree) if tree is not None else None
    if piece is None or building.problems:
        raise Refused(building.problems)
    return Formula(text, piece.type, frozenset(building.needs), piece.run)


def _plain(text: str) -> str:
    """Return the formula with the signs of an input method made plain, texts in quotes kept."""
    out: list[str] = []
    quote = ""
    for sign in text.strip()[: LENGTH_LIMIT + 1]:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        else:
            sign = " " if sign in "\r\n\t" else sign.translate(_SIGNS)
        out.append(sign)
    return "".join(out)


def _tree(building: Building) -> ast.expr | None:
    """Return the syntax tree within its limits, None after having said what is wrong."""
    text = building.text
    if not text:
        building.refuse_at(0, "blank", Text("公式是空的。", "The formula is empty."))
        return None
    if len(text) > LENGTH_LIMIT:
        say = Text(f"最多 {LENGTH_LIMIT} 个字符。", f"At most {LENGTH_LIMIT} characters.")
        building.refuse_at(LENGTH_LIMIT, "formula_too_long", say)
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "1 is 2" and the like are refused below
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        spot = max((error.offset or 1) - 1, 0)
        _refuse_syntax(building, min(spot, len(text) - 1))
        return None
    except (ValueError, MemoryError, RecursionError):
        _refuse_syntax(building, 0)
        return None
    return tree if _within_limits(building, tree) else None


def _refuse_syntax(building: Building, spot: int) -> None:
    near = building.text[spot : spot + 10]
    say = Text(f"“{near}”附近无法读懂。", f"Cannot be read near '{near}'.")
    hint = None
    if "=" in building.text.replace("==", "").replace("<=", "").replace(">=", ""):
        hint = Text("只写等号右边。", "Write only what stands right of the equal sign.")
    building.refuse_at(spot, "bad_formula", say, hint, near)


def _within_limits(building: Building, tree: ast.expr) -> bool:
    count, level = 0, [tree]
    for _depth in range(DEPTH_LIMIT):
        count += len(level)
        below = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr)
        ]
        if not below:
            break
        level = below
    else:
        say = Text(f"嵌套超过 {DEPTH_LIMIT} 层。", f"Nested more than {DEPTH_LIMIT} deep.")
        building.refuse_at(0, "formula_too_deep", say)
        return False
    if count > NODE_LIMIT:
        say = Text(
            f"太长：{count} 个部分，最多 {NODE_LIMIT} 个。",
            f"Too long: {count} parts, at most {NODE_LIMIT}.",
        )
        building.refuse_at(0, "formula_too_long", say)
        return False
    return True
