"""Both example packages are whole: they pass every check, in two languages, without any Python."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from seamline.metadata import Package
from seamline.metadata.ruleset import HARD_LIMIT, SOFT_LIMIT
from seamline.publish import plan
from seamline.store import open_store
from seamline.testing.trade import field, publish

EXAMPLES = Path(__file__).parents[2] / "examples"
CHINESE = re.compile("[\u4e00-\u9fff]")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
PACKAGES = ("auto_parts", "bike_factory")
FORMS = {
    "auto_parts": {
        "complaint", "freight_charge", "service_contact", "customer", "material", "supplier",
        "warehouse", "stock", "stock_move", "bom_version", "sales_order", "purchase_order",
        "production_order", "subcontract_task", "delivery", "settlement", "tech_document",
        "past_order", "supplement", "quality_deduction",
    },
    "bike_factory": {
        "unit", "location", "product_category", "product_subcategory", "product", "vendor",
        "product_vendor", "bom_component", "inventory", "purchase_order", "part_request",
    },
}  # fmt: skip


def documents() -> list[Path]:
    return [path for name in PACKAGES for path in sorted((EXAMPLES / name).rglob("*.yaml"))]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every `{zh, en}` of a document with its path."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield path, value
            return
        for key, part in value.items():
            yield from texts(part, f"{path}.{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, f"{path}[{index}]")


# Here these keys name a field or hold its value, and a unit may read alike in both languages.
FIELD_NAMED = (".formula.", ".documents.", ".binds[", ".given[")


def wordy(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands under a key that people read."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("title", "label", "help", "say", "description", "pattern_say", "group"):
                yield f"{path}.{key}", part
            else:
                yield from wordy(part, f"{path}.{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from wordy(part, f"{path}[{index}]")


def test_has_its_forms(package: Package) -> None:
    assert {form.id for form in package.forms} == FORMS[package.head.id]


@pytest.mark.cap(1)
@pytest.mark.parametrize("name", PACKAGES)
def test_is_metadata_and_data_only(name: str) -> None:
    kinds = {path.suffix for path in (EXAMPLES / name).rglob("*") if path.is_file()}
    assert kinds <= {".yaml", ".csv", ".gz", ".md", ".txt"}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_every_text_is_in_both_languages(path: Path) -> None:
    document = yaml.safe_load(path.read_text("utf-8"))
    plain = [
        where
        for where, part in wordy(document)
        if isinstance(part, str) and not where.startswith(FIELD_NAMED)
        # The label of a scan page is a pattern of what a code holds.
        if (where, document.get("kind")) != (".label", "scan")
    ]
    assert plain == [], "a text in one language only"
    for where, text in texts(document):
        assert where == ".unit" or CHINESE.search(text["zh"]), where
        assert not CHINESE.search(text["en"]), where
        assert text["en"].strip(), where
        assert not HALF_WIDTH.search(text["zh"]), f"{where}: half-width punctuation"


@pytest.mark.cap(58)
def test_rules_keep_the_law(package: Package) -> None:
    assert package.rulesets
    for rules in package.rulesets:
        assert len(rules.hard) <= HARD_LIMIT
        assert len(rules.soft) <= SOFT_LIMIT
        assert rules.review.within > 0


@pytest.mark.cap(56)
def test_twelve_kinds_of_risk_are_spread_over_the_steps(auto_parts: Package) -> None:
    risks = {
        "technical_agreement", "material_locked", "customer_suspended", "credit_exceeded",
        "stock_below_line", "due_date_tight", "bom_missing", "drawing_not_approved",
        "payment_missing", "receivable_overdue", "supplier_blocked", "report_missing",
    }  # fmt: skip
    steps = {
        rules.step
        for rules in auto_parts.rulesets
        for rule in (*rules.hard, *rules.soft, rules.review)
        if rule.id in risks
    }
    found = {
        rule.id
        for rules in auto_parts.rulesets
        for rule in (*rules.hard, *rules.soft, rules.review)
    }
    assert risks <= found
    assert len(steps) >= 4


def test_every_review_pool_has_people(package: Package) -> None:
    pools = {pool for role in package.roles for pool in role.pools}
    assert {rules.review.pool for rules in package.rulesets} <= pools


@pytest.mark.cap(43, 44, 45)
def test_a_subcontractor_checks_its_tasks_in_and_nothing_else(auto_parts: Package) -> None:
    role = next(role for role in auto_parts.roles if role.id == "supplier")
    assert role.kind == "external"
    assert (role.pages, role.home) == (("supplier_board",), "supplier_board")
    [six] = role.grants
    assert six.fields == (
        "sales_order", "material", "qty", "due_date", "_state", "expected_finish",
    )  # fmt: skip
    assert role.party == "supplier" and six.where is not None
    steps = ("quench", "temper", "shot_blast", "finish", "report_trouble")
    assert [(grant.form, grant.steps, grant.export) for grant in role.grants] == [
        ("subcontract_task", steps, False)
    ]


@pytest.mark.cap(13)
def test_what_follows_an_order_refers_to_it(auto_parts: Package) -> None:
    followers = {
        form.id
        for form in auto_parts.forms
        for field in form.fields
        if field.kind == "reference" and field.settings["to"] == "sales_order"
    }
    assert followers == {
        "purchase_order", "production_order", "subcontract_task", "delivery", "settlement",
        "complaint", "service_contact", "freight_charge", "supplement", "quality_deduction",
    }  # fmt: skip
    tracked = [form.id for form in auto_parts.forms if form.code and form.code.tracking]
    assert tracked == ["sales_order"]


def test_every_data_file_has_the_columns_of_its_map(
    package: Package, rows: Callable[[str, str], list[dict[str, str]]]
) -> None:
    maps = {part.id: part for part in package.imports}
    for data in package.head.data:
        wanted = maps[data.map]
        head = set(rows(package.head.id, data.file.removeprefix("data/"))[0])
        lines = wanted.lines
        of_lines = set(rows(package.head.id, lines.file)[0]) if lines and lines.file else head
        assert {column.column for column in wanted.columns if column.column} <= head
        assert set(wanted.key) <= head
        if lines is not None:
            assert {column.column for column in lines.columns if column.column} <= of_lines
            assert lines.join is None or lines.join in head & of_lines


def test_data_says_where_it_comes_from() -> None:
    assert "Apache-2.0" in (EXAMPLES / "auto_parts/data/README.md").read_text("utf-8")
    assert "MIT License" in (EXAMPLES / "bike_factory/data/LICENSE.txt").read_text("utf-8")
    assert "481085dc" in (EXAMPLES / "bike_factory/data/PROVENANCE.md").read_text("utf-8")


def test_the_guide_names_every_form_and_role(package: Package) -> None:
    guide = (EXAMPLES.parent / "docs/packages.md").read_text("utf-8")
    for word in [*(form.id for form in package.forms), *(role.id for role in package.roles)]:
        assert f"`{word}`" in guide, word
    for rules in package.rulesets:
        assert f"`{rules.step}`" in guide, rules.step


def test_the_due_day_of_what_is_delivered_counts_no_more(auto_parts: Package) -> None:
    forms = {form.id: form for form in auto_parts.forms}
    assert forms["sales_order"].pressing == ("submitted", "confirmed", "released", "in_production")
    assert forms["delivery"].pressing == ("picking",)


def test_a_workspace_in_which_an_order_had_the_id_of_u8_as_a_number_is_upgraded(
    auto_parts: Package, tmp_path: Path
) -> None:
    order = next(form for form in auto_parts.forms if form.id == "sales_order")
    *rest, last = order.sections
    fields = (*(one for one in last.fields if one.id != "u8_id"), field("u8_id", "integer"))
    was = replace(order, sections=(*rest, replace(last, fields=fields)))
    forms = tuple(was if form is order else form for form in auto_parts.forms)
    served = replace(auto_parts, forms=forms)
    with closing(open_store(f"sqlite:///{tmp_path}/store.db")) as store:
        store.upgrade()
        publish(store, None, served)
        assert plan((served,), (auto_parts,), store).problems == ()
