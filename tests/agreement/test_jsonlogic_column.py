"""What the rows claim of JsonLogic, held to a plain reading of its operators in JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.browser
FILE = Path(__file__).parents[1] / "conditions" / "jsonlogic_rows.yaml"
# JsonLogic leaves most operators to the language: these are JavaScript's own, under its names.
PLAIN = """(rows) => {
  const truthy = (value) => (Array.isArray(value) ? value.length > 0 : !!value);
  const dig = (data, path) =>
    path.split(".").reduce((here, step) => (here == null ? undefined : here[step]), data);
  const named = (data, name, otherwise = null) => {
    if (name === undefined || name === "" || name === null) return data;
    const found = dig(data, String(name));
    return found === undefined || found === null ? otherwise : found;
  };
  const absent = (data, names) => names.filter((name) => [null, ""].includes(named(data, name)));
  const simple = {
    "==": (a, b) => a == b, "===": (a, b) => a === b,
    "!=": (a, b) => a != b, "!==": (a, b) => a !== b,
    "<": (a, b, c) => (c === undefined ? a < b : a < b && b < c),
    "<=": (a, b, c) => (c === undefined ? a <= b : a <= b && b <= c),
    ">": (a, b) => a > b, ">=": (a, b) => a >= b,
    "!": (a) => !truthy(a), "!!": (a) => truthy(a),
    in: (a, b) => (b && b.indexOf ? b.indexOf(a) !== -1 : false),
    "+": (...all) => all.reduce((sum, one) => sum + Number(one), 0),
    max: (...all) => Math.max(...all), cat: (...all) => all.join(""),
  };
  const rowwise = {
    some: (rows, holds) => rows.some(holds),
    all: (rows, holds) => rows.length > 0 && rows.every(holds),
    none: (rows, holds) => !rows.some(holds),
  };
  const run = (rule, data) => {
    if (Array.isArray(rule)) return rule.map((one) => run(one, data));
    if (rule === null || typeof rule !== "object" || Object.keys(rule).length !== 1) return rule;
    const [op] = Object.keys(rule);
    const parts = Array.isArray(rule[op]) ? rule[op] : [rule[op]];
    if (op === "and" || op === "or") {
      let last;
      for (const part of parts) {
        last = run(part, data);
        if (truthy(last) === (op === "or")) return last;
      }
      return last;
    }
    if (op === "if") return truthy(run(parts[0], data)) ? run(parts[1], data) : run(parts[2], data);
    if (op in rowwise) {
      const rows = run(parts[0], data);
      return rowwise[op](Array.isArray(rows) ? rows : [], (row) => truthy(run(parts[1], row)));
    }
    const given = parts.map((part) => run(part, data));
    if (op === "var") return named(data, ...given);
    if (op === "missing") return absent(data, given);
    if (op === "missing_some") {
      const lacking = absent(data, given[1]);
      return given[1].length - lacking.length >= given[0] ? [] : lacking;
    }
    return simple[op](...given);
  };
  return rows.map(({ when, facts }) => {
    try {
      return truthy(run(when, facts));
    } catch {
      return "error";
    }
  });
}"""


def test_the_column_of_jsonlogic_is_what_its_operators_say(page) -> None:
    rows: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["rows"]
    claimed = [row.get("jsonlogic", row["ours"]) for row in rows]
    got = page.evaluate(PLAIN, [{"when": row["when"], "facts": row["facts"]} for row in rows])
    wrong = [
        (row["when"], row["facts"], claim, said)
        for row, claim, said in zip(rows, claimed, got, strict=True)
        if claim != said
    ]
    assert wrong == []
