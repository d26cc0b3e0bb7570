"""Rows of public JsonLogic: what is the same here, what differs, and that the papers say so."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from seamline.conditions.constant import read_constant
from seamline.conditions.evaluate import TRUTH, compiled
from seamline.conditions.parse import parse
from seamline.conditions.reading import OPERATORS
from seamline.problems import Refused
from seamline.scope import MOMENT, Scope

FILE = yaml.safe_load(Path(__file__).with_name("jsonlogic_rows.yaml").read_text("utf-8"))
ROWS: list[dict[str, Any]] = FILE["rows"]
SCOPE = Scope(FILE["names"], {"lines": Scope(FILE["columns"])})
DOCUMENT = Path(__file__).parents[2] / "docs" / "conditions.md"
READ = ("date", "datetime", "duration")  # written in the rows as texts


def facts_of(row: dict[str, Any], scope: Scope = SCOPE) -> dict[str, Any]:
    return {name: fact(scope.types[name], value) for name, value in row.items()}


def fact(type_: str, value: Any) -> Any:
    if type_ == "table":
        return tuple(facts_of(row, SCOPE.rows["lines"]) for row in value)
    if type_ == "number":
        return Decimal(str(value))
    if type_ == "list":
        return tuple(value) or None  # nothing chosen is missing
    return read_constant(value, type_) if type_ in READ else value


def answer(row: dict[str, Any]) -> Any:
    """Return true, false, "unknown", or the code that the condition is refused with."""
    try:
        node = parse(row["when"], SCOPE)
    except Refused as refused:
        return refused.problems[0].code
    facts = {MOMENT: datetime.fromisoformat(FILE["moment"]), **facts_of(row["facts"])}
    word = TRUTH[compiled(node)(facts)]
    return {"true": True, "false": False}.get(word, word)


def listed() -> list[str]:
    """Return the names of the deviations that the document lists."""
    text = DOCUMENT.read_text("utf-8").partition("## Where we differ from public JsonLogic")[2]
    return re.findall(r"^\| `(\w+)` \|", text.partition("\n## ")[0], re.M)


@pytest.mark.cap(108)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["when"])[:60])
def test_a_row_has_the_answer_that_it_says(row) -> None:
    assert answer(row) == row["ours"]


def test_every_row_that_differs_names_a_listed_deviation() -> None:
    for row in ROWS:
        differs = "jsonlogic" in row
        assert differs is ("deviation" in row), row
        assert not differs or row["jsonlogic"] != row["ours"], row
    named = {row["deviation"] for row in ROWS if "deviation" in row}
    known = listed()
    assert len(known) == len(set(known))
    assert named == set(known)


def test_every_operator_has_rows_of_both_answers() -> None:
    answers = Counter((row["op"], row["ours"]) for row in ROWS)
    for operator in OPERATORS:
        assert answers[operator, True] and answers[operator, False], operator
