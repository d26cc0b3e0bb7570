"""A column whose value is among some words: one value for the database, however many there are."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from .types import Processor


class _Words(TypeDecorator[Any]):
    """Words as the database takes many at once: an array, or on SQLite a list in JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database itself knows."""
        return ARRAY(Text()) if dialect.name == "postgresql" else Text()

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Return what turns words into what the driver takes."""
        return list if dialect.name == "postgresql" else _listed


class Among(FunctionElement[bool]):
    """Whether a column of texts has one of the words that are given under `name`.

    Unlike `IN` with a place for each word, the statement is always the same: it is written once.
    """

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=_Words()))

    def self_group(self, against: OperatorType | None = None) -> Any:
        """Return it as it stands: compared with 1, as truths are on SQLite, no index would do."""
        return self


def _listed(words: Any) -> str:
    return json.dumps(list(words))


@compiles(Among, "sqlite")
def _in_sqlite(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, words = (compiler.process(one, **given) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({words})))"


@compiles(Among, "postgresql")
def _in_postgresql(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, words = (compiler.process(one, **given) for one in element.clauses)
    return f"({column} = ANY ({words}))"
