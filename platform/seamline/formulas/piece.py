"""What a formula is built of: typed pieces, and the place where problems of it are said."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from seamline.problems import Place, Problem, shorten
from seamline.scope import Scope, ValueType
from seamline.text import Text

Facts: TypeAlias = Mapping[str, Any]
# Gives the value of a piece for the facts of a record and, inside a sum, of one row.
Run: TypeAlias = Callable[[Facts, Facts], Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula: its type, and how to compute it (None where an operand is missing)."""

    type: ValueType
    run: Run


@dataclass(slots=True)
class Building:
    """A formula on its way from text to closures: its scope, its needs and its problems.

    `table` is the sub-table whose rows the innermost sum goes through; empty outside of sums, and
    `*` until the first column names it.
    """

    text: str
    scope: Scope
    place: Place
    problems: list[Problem] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)
    table: str = ""

    def refuse(self, node: ast.expr, code: str, say: Text, hint: Text | None = None) -> None:
        """Say what is wrong with `node`; the sentence names the character where it stands."""
        spot = len(self.text.encode()[: node.col_offset].decode(errors="ignore"))
        self.refuse_at(spot, code, say, hint, self.source(node))

    def refuse_at(
        self, spot: int, code: str, say: Text, hint: Text | None = None, got: str | None = None
    ) -> None:
        """Say what is wrong at the character `spot` (from 0) of the formula."""
        said = Text(
            f"公式第 {spot + 1} 个字符：{say.zh}", f"Formula, character {spot + 1}: {say.en}"
        )
        place = self.place if self.place.file else replace(self.place, column=spot + 1)
        self.problems.append(Problem(code, said, place, hint, got))

    def source(self, node: ast.expr) -> str:
        """Return the text of `node`, shortened."""
        return shorten(ast.get_source_segment(self.text, node) or "")
