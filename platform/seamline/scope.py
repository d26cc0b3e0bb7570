"""Which names a condition or a formula may use, and the type of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# What conditions and formulas can do with a value.
ValueType = Literal[
    "text", "number", "boolean", "date", "datetime", "duration", "list", "table", "file", "place"
]

# The fact that says when a condition is judged: a moment in the zone of the workspace.
MOMENT = "_moment"


@dataclass(frozen=True, slots=True)
class Scope:
    """Names and their types: `qty`, `customer` (text: its key), `customer.credit_line`.

    `rows` gives the scope inside each sub-table (`some`, `all`, `none`, sums over lines).
    """

    types: Mapping[str, ValueType]
    rows: Mapping[str, Scope] = field(default_factory=dict)
