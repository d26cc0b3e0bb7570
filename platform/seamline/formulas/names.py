"""The names of a formula: fields, values of referenced records, columns of the summed rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seamline.problems import did_you_mean, shorten
from seamline.scope import Scope, ValueType
from seamline.text import Text

from .piece import Building, Facts, Piece, Run

# What a formula makes of types that facts hold in a simpler shape.
_SIMPLER: dict[ValueType, ValueType] = {"file": "number", "place": "text"}
ANY_TABLE = "*"


def dotted(node: ast.expr) -> str | None:
    """Return `a.b.c` for names joined by dots, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before is not None else None
    return None


def build_name(building: Building, node: ast.Name | ast.Attribute) -> Piece | None:
    """Return the piece that reads a fact; in a sum also the column of the row at hand."""
    path = dotted(node)
    if path is None:
        say = Text("点号前应为字段名。", "A field name must stand before the dot.")
        building.refuse(node, "not_in_formulas", say)
        return None
    type_ = building.scope.types.get(path)
    if type_ is not None and type_ not in ("table", "list"):
        building.needs.add(path)
        return Piece(_SIMPLER.get(type_, type_), _fact(path))
    table, _, column = path.partition(".")
    rows = building.scope.rows.get(table)
    if rows is not None:
        return _column(building, node, table, column, rows)
    if type_ == "list":
        say = Text("多选字段只能用在 count(…) 里。", "A list works only in count(…).")
        building.refuse(node, "types_do_not_fit", say)
        return None
    say = Text(f"没有“{shorten(path)}”这个名称。", f"There is no '{shorten(path)}'.")
    building.refuse(node, "unknown_name", say, did_you_mean(path, _known(building.scope)))
    return None


def _column(
    building: Building, node: ast.expr, table: str, column: str, rows: Scope
) -> Piece | None:
    if not building.table or not column:
        example = next(iter(rows.types), "qty")
        say = Text(f"“{table}”是子表。", f"'{table}' is a sub-table.")
        hint = Text(
            f"请用 sum({table}.{example}) 或 count({table})。",
            f"Use sum({table}.{example}) or count({table}).",
        )
        building.refuse(node, "table_outside_sum", say, hint)
        return None
    if building.table not in (ANY_TABLE, table):
        say = Text("一次只能汇总一个子表。", "Only one sub-table at a time can be summed.")
        building.refuse(node, "two_tables", say)
        return None
    type_ = rows.types.get(column)
    if type_ is None or type_ in ("list", "table"):
        say = Text(f"子表“{table}”没有可用的“{column}”列。", f"'{table}' has no column '{column}'.")
        building.refuse(node, "unknown_name", say, did_you_mean(column, rows.types))
        return None
    building.table = table
    building.needs.add(f"{table}[].{column}")
    return Piece(_SIMPLER.get(type_, type_), _cell(column))


def _known(scope: Scope) -> Iterator[str]:
    yield from scope.types
    for table, rows in scope.rows.items():
        yield from (f"{table}.{column}" for column in rows.types)


def _fact(name: str) -> Run:
    def run(facts: Facts, row: Facts) -> object:
        return facts.get(name)

    return run


def _cell(name: str) -> Run:
    def run(facts: Facts, row: Facts) -> object:
        return row.get(name)

    return run
