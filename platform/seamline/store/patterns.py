"""Patterns of LIKE that mean the same on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from .types import words as text_type


def pattern(word: str) -> str:
    """Return the pattern of LIKE for what holds `word`."""
    return f"%{escaped(word)}%"


def like(column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Return LIKE that takes `a` and `A` alike (other letters as they are) on both databases."""
    return Like(column, literal(pattern, text_type()))


class Like(FunctionElement[bool]):
    """LIKE of a column and a pattern escaped by `escaped`."""

    type = Boolean()
    inherit_cache = True
    name = "seam_like"


@compiles(Like)
def _like(element: Like, compiler: SQLCompiler, **more: Any) -> str:
    column, pattern = (compiler.process(part, **more) for part in element.clauses)
    # SQLite's LIKE is blind to the case of ASCII letters by itself, PostgreSQL's is not.
    word = "ILIKE" if compiler.dialect.name == "postgresql" else "LIKE"
    return f"({column} {word} {pattern} ESCAPE '\\')"


def escaped(word: str) -> str:
    """Return `word` with the wildcards of LIKE made plain letters."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
