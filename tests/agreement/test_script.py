"""The scripts that judge in the browser: no code from data, old browsers, nothing but what the
server writes."""

from __future__ import annotations

import re

import pytest

from seamline.ui.assets import FOLDER

SCRIPTS = ("conditions.js", "spans.js", "typed.js", "live.js")
# What a strict content policy forbids, and what came after Chrome 90 or Safari 14.1.
REFUSED = (
    r"\beval\(", r"\bFunction\(", r"\binnerHTML\b", r"\bouterHTML\b", r"\.on[a-z]+ ?=",
    r"\.at\(", r"\bhasOwn\(", r"\.findLast", r"structuredClone", r"\bstatic \{", r"[ .]#[a-z]",
    r"\(\?<[=!]", r"\.toSorted\(", r"\.groupBy\(", r"^await ", r"\bmatchAll\(.*\bd\b",
)  # fmt: skip
HOSTILE = """async () => {
  const { compiled } = await import("/js/conditions.js");
  const qty = { var: "qty", type: "number" };
  const day = { var: "day", type: "date" };
  let deep = { op: "var", left: qty };
  for (let level = 0; level < 1000; level += 1) deep = { op: "!", part: deep };
  const circle = { op: "!" };
  circle.part = circle;
  const trees = [
    deep, circle, {}, { op: "constructor" }, { op: "==", left: qty, right: "many" },
    { op: "<", left: { var: "x", type: "__proto__" }, right: "1" }, { op: "matches", left: qty },
    ...[
      [day, {}], [day, { way: "in" }], [day, { way: "near", period: "today" }], [day, null],
      [day, { way: "in", period: "this epoch" }], [day, { way: "in", period: "now" }],
      [day, { way: "in", period: "last", count: 2, unit: "y" }], [day, "today"],
      [day, { way: "in", period: "last", count: "2", unit: "d" }],
      [day, { way: "in", period: "last", count: 2, unit: "h" }],
      [qty, { way: "in", period: "today" }], [day, { way: "in", period: "constructor" }],
      [day, { way: "in", period: "this constructor" }],
      [day, { way: "constructor", period: "today" }],
    ].map(([left, right]) => ({ op: "falls", left, right })),
  ];
  const told = (tree) => {
    try { compiled(tree); return ""; } catch (error) { return error.name; }
  };
  return trees.map(told);
}"""
DAMAGED = """async ([tree, values]) => {
  const { compiled } = await import("/js/conditions.js");
  const judge = compiled(tree);
  return values.map((qty) => judge({ qty }));
}"""


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_keeps_to_what_browsers_and_the_policy_allow(name) -> None:
    text = (FOLDER / "js" / name).read_text("utf-8")
    code = re.sub(r"^\s*(//|\*|/\*).*$|\s//.*$", "", text, flags=re.M)
    assert [word for word in REFUSED if re.search(word, code, re.M)] == []


@pytest.mark.browser
def test_what_the_server_never_writes_is_not_run(page) -> None:
    assert page.evaluate(HOSTILE) == ["TypeError"] * 21


@pytest.mark.browser
def test_damaged_values_are_unknown_never_wrong(page) -> None:
    tree = {"op": "<", "left": {"var": "qty", "type": "number"}, "right": "5"}
    values = [
        1,
        "1",
        "4.999999999999999999",
        "5",
        None,
        "",
        "many",
        "1e9",
        "0x1",
        [],
        {},
        True,
        1.5,
    ]
    expected = [True, True, True, False] + [None] * 9
    assert page.evaluate(DAMAGED, [tree, values]) == expected


@pytest.mark.parametrize("name", ["live.html", "studio/scripts.html"])
def test_a_page_asks_at_once_for_all_that_its_script_imports(name) -> None:
    text = (FOLDER.parent / "templates" / name).read_text("utf-8")
    asked = {FOLDER / one for one in re.findall(r"asset\('(.*?)'\)", text)}
    assert len(asked) > 1
    for path in asked:
        found = re.findall(r'^import .* from "\./(.*)";', path.read_text("utf-8"), re.M)
        assert {path.parent / one for one in found} <= asked
