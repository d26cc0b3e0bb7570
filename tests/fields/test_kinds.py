"""Each kind reads, writes, shows and refuses what the rows of its file say."""

from __future__ import annotations

import datetime
import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from jsonschema import Draft202012Validator

from seamline import clock
from seamline.facts import FileRef, GeoPoint, Ref, Row
from seamline.fields import KINDS, Invalid, Kind, Reading, kind_of
from seamline.fields.kind import Column
from seamline.formulas import FUNCTIONS
from seamline.metadata import Field
from seamline.text import Text

HERE = Path(__file__).parent
ZH = Reading("zh", ZoneInfo("Asia/Shanghai"))
EN = Reading("en", ZoneInfo("Asia/Shanghai"))
MOMENT = datetime.datetime(2026, 2, 18, 2, 30, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Sample:
    """One kind with the field and the rows of its file."""

    kind: Kind
    field: Field
    rows: dict[str, Any]


def field_of(kind: str, settings: dict[str, Any], columns: Sequence[Any] = ()) -> Field:
    """Return a field of `kind`."""
    return Field(
        "x",
        kind,
        Text("甲", "X"),
        settings=settings,
        fields=tuple(
            Field(one["id"], one["kind"], Text.same(one["id"]), settings=one["settings"])
            for one in columns
        ),
    )


@cache
def sample(kind: str) -> Sample:
    """Return the rows of `kind`."""
    rows = yaml.safe_load((HERE / f"{kind}.yaml").read_text(encoding="utf-8"))
    return Sample(KINDS[kind], field_of(kind, rows["settings"], rows.get("fields", ())), rows)


def each(part: str) -> list[Any]:
    """Return every row of `part` of every kind, as parameters."""
    return [
        pytest.param(sample(kind), row, id=f"{kind}-{number}")
        for kind in KINDS
        for number, row in enumerate(sample(kind).rows[part])
    ]


def raw_of(row: dict[str, Any]) -> Any:
    """Return the input of a row; a long one is written as what it repeats."""
    if "repeat" in row:
        return row["repeat"] * row["times"] + row.get("then", type(row["repeat"])())
    return row["raw"]


@pytest.fixture
def at_noon():
    """Hold the clock, so that `today` and `now` are known."""
    with clock.frozen(MOMENT):
        yield


NAMES = {
    "datetime": datetime, "Decimal": Decimal, "Ref": Ref, "Row": Row, "FileRef": FileRef,
    "GeoPoint": GeoPoint,
}  # fmt: skip


@pytest.mark.parametrize(("sample", "row"), each("reads"))
def test_reads_writes_and_shows(sample, row, at_noon):
    kind, field = sample.kind, sample.field
    value = kind.parse(field, row["raw"], ZH)
    expected = eval(row["value"], dict(NAMES))
    assert (value, type(value)) == (expected, type(expected))
    assert kind.to_json(field, value) == row["json"]
    assert kind.to_text(field, value) == row["text"]
    assert kind.show(field, value, ZH) == row["zh"]
    assert kind.show(field, value, EN) == row["en"]


@pytest.mark.parametrize(("sample", "row"), each("reads"))
def test_what_it_writes_reads_back(sample, row, at_noon):
    kind, field = sample.kind, sample.field
    value = kind.parse(field, row["raw"], ZH)
    assert kind.parse(field, kind.to_text(field, value), ZH) == value
    assert kind.parse(field, kind.to_json(field, value), EN) == value
    assert kind.parse(field, json.loads(json.dumps(kind.to_json(field, value))), ZH) == value


@pytest.mark.parametrize(("sample", "row"), each("reads"))
def test_its_json_obeys_its_schema(sample, row, at_noon):
    kind, field = sample.kind, sample.field
    schema = kind.value_schema(field)
    Draft202012Validator.check_schema(schema)
    shown = kind.to_json(field, kind.parse(field, row["raw"], ZH))
    if kind.name == "table":  # null stands for a cell without a value; the API adds it
        shown = [{key: cell for key, cell in one.items() if cell is not None} for one in shown]
    Draft202012Validator(schema).validate(shown)


@pytest.mark.parametrize(("sample", "row"), each("refuses"))
def test_refuses_with_a_sentence_in_both_languages(sample, row):
    with pytest.raises(Invalid) as refused:
        sample.kind.parse(sample.field, raw_of(row), ZH)
    problem = refused.value.problem
    assert problem.code == row["code"]
    assert problem.say.zh != problem.say.en
    assert any("\u4e00" <= sign <= "\u9fff" for sign in problem.say.zh)
    assert problem.say.en.isprintable()
    assert len(problem.got or "") <= 100


@pytest.mark.parametrize("name", KINDS)
def test_the_column_and_the_type_are_as_written(name):
    one = sample(name)
    assert one.kind.column(one.field) == Column(**one.rows["column"])
    assert one.kind.value_type(one.field) == one.rows["type"]


@pytest.mark.parametrize(("sample", "row"), each("reads"))
def test_what_its_column_holds_comes_back(sample, row, at_noon):
    kind, field = sample.kind, sample.field
    value = kind.parse(field, row["raw"], ZH)
    if kind.dump is not None and kind.load is not None:
        assert kind.load(field, kind.dump(field, value)) == value
    else:
        assert kind.dump is kind.load is None


def test_a_kind_is_one_file_with_one_row_file():
    assert {path.stem for path in HERE.glob("*.yaml")} == set(KINDS)
    for name, kind in KINDS.items():
        assert kind.name == name
        assert importlib.import_module(f"seamline.fields.{name}").__doc__
        assert kind_of(field_of(name, {"to": "x"})) is kind


@pytest.mark.parametrize("name", KINDS)
def test_settings_are_said_in_both_languages(name):
    kind = KINDS[name]
    Draft202012Validator.check_schema({"properties": dict(kind.settings)})
    for setting, schema in kind.settings.items():
        assert set(schema["x-text"]) == {"zh", "en"}, setting
    assert set(kind.settings_required) <= set(kind.settings)
    assert kind.widget
    assert kind.title.zh != kind.title.en
    Draft202012Validator({"properties": dict(kind.settings)}).validate(
        sample(name).rows["settings"]
    )


@pytest.mark.parametrize(
    ("kind", "settings", "code", "place"),
    [
        ("decimal", {"min": 5, "max": 4}, "bounds_crossed", "min"),
        ("integer", {"min": 5, "max": 4}, "bounds_crossed", "min"),
        ("text", {"min_length": 9, "max_length": 4}, "bounds_crossed", "min_length"),
        ("text", {"pattern": "["}, "bad_pattern", "pattern"),
        ("text", {"pattern": "(a+)+b"}, "bad_pattern", "pattern"),
        ("text", {"pattern": "(a|aa)*b"}, "bad_pattern", "pattern"),
        ("text", {"pattern": r"(a)\1"}, "bad_pattern", "pattern"),
        ("barcode", {"pattern": "(?=x)"}, "bad_pattern", "pattern"),
        ("date", {"min": "2026-02-30"}, "date_expected", "min"),
        ("date", {"min": "2026-02-03", "max": "2026-02-01"}, "bounds_crossed", "min"),
        ("datetime", {"max": "noon"}, "datetime_expected", "max"),
        ("table", {"min_rows": 4, "max_rows": 3}, "bounds_crossed", "min_rows"),
        (
            "choice",
            {"options": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]},
            "option_twice",
            "options[a]",
        ),
    ],
)
def test_settings_that_make_no_sense_are_named(kind, settings, code, place):
    problems = KINDS[kind].check(field_of(kind, settings))
    assert [(problem.code, problem.place.path) for problem in problems] == [(code, place)]


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{2}-\d{4}", r"(SO|PO)-\d+", r"\(\d+\)", r"[^)(]*", r"(?:ab){3}x?"]
)
def test_plain_patterns_are_taken(pattern):
    assert KINDS["text"].check(field_of("text", {"pattern": pattern})) == []


def test_hints_name_the_mending_act():
    choice = field_of(
        "choice", {"options": [{"id": "heat", "label": {"zh": "热处理", "en": "Heat"}}]}
    )
    with pytest.raises(Invalid) as refused:
        KINDS["choice"].parse(choice, "haet", ZH)
    assert refused.value.problem.hint.en == "Did you mean 'heat'?"
    with pytest.raises(Invalid) as refused:
        KINDS["url"].parse(field_of("url", {}), "example.com", ZH)
    assert "https://" in refused.value.problem.hint.en
    with pytest.raises(Invalid) as refused:
        KINDS["decimal"].parse(field_of("decimal", {}), "1,5", ZH)
    assert "decimal point" in refused.value.problem.hint.en


def test_units_and_currencies_are_shown():
    value = Decimal("-1234.50")
    for kind, settings, zh, en in (
        ("decimal", {"unit": {"zh": "千克", "en": "kg"}}, "-1,234.50 千克", "-1,234.50 kg"),
        ("money", {"currency": "USD"}, "-$1,234.50", "-$1,234.50"),
        ("money", {"currency": "CHF"}, "-CHF 1,234.50", "-CHF 1,234.50"),
        ("money", {}, "-1,234.50", "-1,234.50"),
        ("computed", {"formula": "a", "unit": "kg"}, "-1,234.50 kg", "-1,234.50 kg"),
        ("lookup", {"from": "a", "field": "b"}, "-1,234.50", "-1,234.50"),
    ):
        field = field_of(kind, settings)
        assert (kind_of(field).show(field, value, ZH), kind_of(field).show(field, value, EN)) == (
            zh,
            en,
        )


def test_every_kind_setting_and_function_is_documented():
    page = (HERE.parents[1] / "docs" / "fields.md").read_text(encoding="utf-8")
    lines = page.splitlines()
    for name, kind in KINDS.items():
        row = next(line for line in lines if line.startswith(f"| `{name}` | {kind.title.zh} |"))
        for setting in kind.settings:
            word = f"`{setting}`"
            assert (f"**{word}**" if setting in kind.settings_required else word) in row
    for function in FUNCTIONS.values():
        assert f"| `{function.usage}` | {function.say.en} | {function.say.zh} |" in lines
