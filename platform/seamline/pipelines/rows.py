"""Lines that a step writes: each made of a row of a sub-table, or of those looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seamline.documents import Path
from seamline.metadata import Form
from seamline.pages import Data
from seamline.problems import did_you_mean
from seamline.scope import Scope
from seamline.text import Text

from .kind import Gives, Hands, PipelineNames, under
from .shapes import ID, VALUE

ROWS: Mapping[str, Any] = {
    "description": "哪些行，如 record.lines · Which rows", "type": "string",
    "pattern": "^[a-z][a-z0-9_]{0,39}[.][A-Za-z_][A-Za-z0-9_]{0,79}$",
}  # fmt: skip
ALIAS: Mapping[str, Any] = {"description": "每一行叫什么 · What each row is called", **ID}
LINES: Mapping[str, Any] = {
    "description": "每一行写什么 · What is written of each row",
    "type": "object",
    "maxProperties": 10,
    "additionalProperties": {
        "type": "object",
        "properties": {
            "in": ROWS,
            "as": ALIAS,
            "values": {"type": "object", "additionalProperties": VALUE, "maxProperties": 100},
        },
        "required": ["in", "as", "values"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that become of the rows called `rows`, each of them under the name `alias`."""

    rows: str
    alias: str
    values: Mapping[str, Any]

    def filled(self, hands: Hands) -> list[dict[str, Any]]:
        """Return the lines, numbered from 1 by `number`, as plain values."""
        return [
            {
                name: hands.of_row(self.alias, {**row, "number": number}, written)
                for name, written in self.values.items()
            }
            for number, row in enumerate(hands.rows(self.rows), 1)
        ]


def filled(hands: Hands, values: Mapping[str, Any], lines: Mapping[str, Lines]) -> dict[str, Any]:
    """Return values and lines as plain JSON."""
    plain = {name: hands.value(written) for name, written in values.items()}
    return plain | {name: one.filled(hands) for name, one in lines.items()}


def read(data: Data) -> dict[str, Lines]:
    """Return the lines that settings name."""
    return {
        name: Lines(one["in"], one["as"], one["values"])
        for name, one in data.get("lines", {}).items()
    }


def check(
    data: Data, path: Path, names: PipelineNames, scope: Scope, form: Form | None = None
) -> None:
    """Ask whether rows and formulas of lines are there, and the sub-tables of a form they fill."""
    for name, one in data.get("lines", {}).items():
        at = (*path, "lines", name)
        inside = row_of(one, at, names, scope)
        table = names.field(at, form, name, ("table",)) if form is not None else None
        for member, written in one["values"].items():
            if form is not None and table is not None:
                names.field((*at, "values", member), form, f"{name}.{member}")
            if inside is not None:
                names.value((*at, "values", member), written, inside)


def row_of(data: Data, path: Path, names: PipelineNames, scope: Scope) -> Scope | None:
    """Return the names for each row of `in`, called `as`; None where there are none (said)."""
    if data["in"] in scope.rows:
        return _with_row(data, scope)
    say = Text(
        f"没有叫“{data['in']}”的行(子表，或查找多条的结果)。",
        f"There are no rows called '{data['in']}' (a sub-table, or records looked up).",
    )
    hint = did_you_mean(data["in"], scope.rows)
    names.tell((*path, "in"), "unknown_rows", say, hint, got=data["in"])
    return None


def names_of(data: Data, scope: Scope) -> Scope:
    """Return the names that formulas of lines may use, all of them."""
    for one in data.get("lines", {}).values():
        if one["in"] in scope.rows:
            scope = _with_row(one, scope)
    return scope


def _with_row(data: Data, scope: Scope) -> Scope:
    types = scope.rows[data["in"]].types
    return under(scope, data["as"], Gives({**types, "number": "number"}))
