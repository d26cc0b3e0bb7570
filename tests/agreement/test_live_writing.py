"""What goes to the browser: the conditions its own fields decide, and no fact beyond them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seamline.catalog import Catalog, build
from seamline.facts import Record
from seamline.fields import Reading
from seamline.package import read_package
from seamline.ui.pages.live import Live, live
from seamline.ui.pages.visibility import visibility

PACKAGE = Path(__file__).parents[1] / "packages" / "live_desk"
FACTS = {"amount": None, "subject": "secret", "urgency": "normal", "drawing": None, "tags": None}


@pytest.fixture(scope="module")
def catalog() -> Iterator[Catalog]:
    """The catalog of the package with conditional fields."""
    yield build([read_package(PACKAGE)], {}, 1)


def written(catalog: Catalog, step: str = "create", **more: Any) -> tuple[Live, dict[str, Any]]:
    model = catalog.forms["request"]
    given: dict[str, Any] = {"filled": [one.id for one in model.form.fields], "hidden": set()}
    given |= {"facts": FACTS, "reading": Reading("en", catalog.zone), "readable": None} | more
    made = live(catalog, model, model.steps[step], **given)
    return made, json.loads(made.text) if made.text else {}


def said(told: dict[str, Any]) -> list[str]:
    return [rule["say"] for rule in told.get("rules", [])]


def test_only_conditions_on_own_fields_are_written(catalog) -> None:
    made, told = written(catalog, hidden={"urgency_note", "guarantee"})
    own = {"urgency_note", "approver", "reason", "early", "packing", "truck", "stacked"}
    assert set(told["shows"]) == own
    assert set(told["requires"]) == {"urgency_note", "tags"}
    assert made.asleep == {"urgency_note"}  # `guarantee` looks at the partner's record
    assert not made.whole
    assert "limit" not in made.text
    assert told["zone"] == "Asia/Shanghai"
    assert told["facts"] == {}
    assert told["fields"]["lines"] == {
        "as": "table",
        "columns": {"material": {"as": "text"}, "qty": {"as": "number"}},
    }


def test_rules_that_are_off_or_on_trial_or_for_review_say_nothing(catalog) -> None:
    large, drawing = "{subject}: {amount} is a large amount.", "{amount} needs a drawing."
    assert said(written(catalog)[1]) == [drawing, large]
    flipped = {"request_create.large": False, "request_create.asleep": True}
    off = replace(catalog, switches=flipped)
    assert said(written(off)[1]) == [drawing, "A rule that is off."]
    on_trial = replace(catalog, shadows=frozenset({"request_create.no_drawing"}))
    assert said(written(on_trial)[1]) == [large]
    zh = written(catalog, reading=Reading("zh", catalog.zone))[1]
    assert said(zh)[0] == "金额 {amount} 需要图纸。"


def test_a_fact_that_is_not_on_the_page_goes_along_only_where_it_may_be_read(catalog) -> None:
    filled = ["urgency", "urgency_note"]
    facts = FACTS | {"amount": "100.01"}
    _, told = written(catalog, "rush", filled=filled, facts=facts)
    assert told["facts"] == {"amount": "100.01"}
    assert said(told) == ["{amount} and a line down."]
    _, less = written(catalog, "rush", filled=filled, facts=facts, readable=frozenset(filled))
    assert less["facts"] == {}
    assert said(less) == []


def test_a_form_without_conditions_sends_nothing(catalog) -> None:
    model = catalog.forms["partner"]
    made = live(
        catalog, model, model.steps["create"], ["code"], set(), {}, Reading("en", None), None
    )
    assert made == Live("", frozenset(), True)


def test_what_depends_on_a_hidden_field_is_hidden_with_it(catalog) -> None:
    model = catalog.forms["request"]
    stored = {"amount": Decimal(2000), "approver": "Wang", "reason": "Needed"}
    at = datetime(2026, 2, 1, tzinfo=UTC)
    record = Record("request", "1", "", "", "open", "", 0, 1, stored, at, "anna", at, "anna")

    def hidden(amount: str) -> set[str]:
        given = catalog, model, model.steps["change"], {"amount": amount}, record
        return visibility(*given, Reading("en", catalog.zone), ["amount"]).hidden

    assert not {"approver", "reason"} & hidden("2000")
    assert {"approver", "reason"} <= hidden("5")
