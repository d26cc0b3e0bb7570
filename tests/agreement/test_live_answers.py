"""Three hundred fillings of one form: the page shows, requires and says what the server would."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from seamline.catalog import Catalog, build
from seamline.fields import Reading
from seamline.package import read_package
from seamline.rules import decide
from seamline.ui.forms.typed import TypedRow, for_door
from seamline.ui.pages.live import live
from seamline.ui.pages.visibility import visibility

pytestmark = pytest.mark.browser
PACKAGE = Path(__file__).parents[1] / "packages" / "live_desk"
FILLINGS, SEED = 300, 351
CHOICES: dict[str, list[str]] = {
    "urgency": ["", "normal", "urgent", "line_down"],
    "amount": ["", "0", "1000.10", "1000.11", "1,000.11", "5000", "5,000.01", "￥20001", "much"],
    "approver": ["", "Wang", " "],
    "reason": ["", "Needed"],
    "starts": ["", "2025-12-31T23:59", "2026-01-01T00:00", "2024-02-30T10:00"],
    "subject": ["", "Filled"],
}
QUANTITIES = ["", "100", "101", "1,000", "-5", "x"]
JUDGE = """async ([told, names, rules, fillings]) => {
  const page = document.querySelector("main");
  const form = document.createElement("form");
  form.dataset.live = told;
  form.innerHTML = '<input name="_shown">' + names.map((name) =>
    `<div data-field="${name}"><label class="lab">x</label>` + (name === "lines"
      ? '<table data-rows="lines"><tbody></tbody></table>'
      : name === "tags"
      ? '<input type="checkbox" name="tags" value="fragile">'
      : `<input name="${name}">`) + "</div>").join("");
  page.replaceChildren(form);
  await import("/js/live.js");
  for (const control of form.querySelectorAll("[data-field] [name], table")) {
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const field = (name) => form.querySelector(`[data-field=${name}]`);
  return fillings.map(({ plain, fragile, rows }) => {
    for (const [name, words] of Object.entries(plain)) form.elements[name].value = words;
    form.elements.tags.checked = fragile;
    field("lines").querySelector("tbody").innerHTML = rows.map((words, number) =>
      `<tr><td><input type="hidden" name="lines.${number}._id">` +
      `<input name="lines.${number}.qty" value="${words}"></td></tr>`).join("");
    window.dispatchEvent(new Event("pageshow"));
    const spoken = (name) => (field(name).querySelector("[data-preview] p") ? [name] : []);
    return {
      hidden: names.filter((name) => field(name).hidden),
      required: names.filter((name) => field(name).querySelector(".req")),
      spoken: rules.flatMap(spoken),
      shown: form.elements._shown.value.split(" ").filter(Boolean).sort(),
    };
  });
}"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The catalog of the package with conditional fields."""
    return build([read_package(PACKAGE)], {}, 1)


def made() -> list[dict[str, Any]]:
    """Return fillings of the form by a seeded dice."""
    dice = Random(SEED)
    return [
        {
            "plain": {name: dice.choice(words) for name, words in CHOICES.items()},
            "fragile": dice.random() < 0.5,
            "rows": [dice.choice(QUANTITIES) for _ in range(dice.randrange(4))],
        }
        for _ in range(FILLINGS)
    ]


def server(catalog: Catalog, names: list[str], filling: dict[str, Any]) -> dict[str, Any]:
    """Return what the server answers to a filling."""
    model, reading = catalog.forms["request"], Reading("en", catalog.zone)
    step = model.steps["create"]
    rows = [TypedRow(number, "", {"qty": one}) for number, one in enumerate(filling["rows"])]
    tags = ["fragile"] if filling["fragile"] else []
    typed = filling["plain"] | {"tags": tags, "lines": rows}
    seen = visibility(catalog, model, step, typed, None, reading, names)
    values, _ = model.read(for_door(model.form.fields, typed), step, None, reading)
    model.finish(values, {})
    _, findings = decide(catalog.rules["request.create"], model.facts(values, {}), {})
    places = {"no_drawing": "drawing", "large": "amount"}
    fired = {one.rule for one in findings if one.result == "true"}
    watched = set(json.loads(seen.live.text)["shows"])
    return {
        "hidden": [name for name in names if name in seen.hidden],
        "required": [name for name in names if name in seen.required],
        "spoken": [place for rule, place in places.items() if rule in fired],
        "shown": sorted(watched - seen.hidden),
    }


@pytest.mark.cap(108)
def test_the_page_answers_as_the_server(page, catalog) -> None:
    model = catalog.forms["request"]
    names = [one.id for one in model.form.fields if one.id != "guarantee"]
    reading = Reading("en", catalog.zone)
    told = live(catalog, model, model.steps["create"], names, set(), {}, reading, None).text
    fillings = made()
    got = page.evaluate(JUDGE, [told, names, ["drawing", "amount"], fillings])
    expected = [server(catalog, names, filling) for filling in fillings]
    different = [
        (filling, ours, theirs)
        for filling, ours, theirs in zip(fillings, expected, got, strict=True)
        if ours != theirs
    ]
    assert different == []
    for name in ("approver", "reason", "early", "packing", "truck", "stacked", "urgency_note"):
        hidden = sum(name in one["hidden"] for one in expected)
        assert 0 < hidden < FILLINGS, name
    assert sum(bool(one["spoken"]) for one in expected) > FILLINGS / 10
