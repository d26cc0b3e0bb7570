"""The assembled schemas: valid, current, complete, and as strict as the checker."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from seamline import schema
from seamline.documents import read
from seamline.fields import KINDS
from seamline.package.sources import kind_of_path

ROOT = Path(__file__).parents[2]


def said(text: str, kind: str | None = None):
    return schema.check(read(text, "x.yaml"), kind)


@pytest.mark.cap(1)
@pytest.mark.parametrize("kind", schema.DOCUMENT_KINDS)
def test_every_schema_is_valid_and_stands_alone(kind):
    law = schema.assembled()[kind]
    Draft202012Validator.check_schema(law)
    references = [ref for ref in every(law, "$ref") if not ref.startswith("#/$defs/")]
    assert references == []
    assert {ref.removeprefix("#/$defs/") for ref in every(law, "$ref")} == set(law["$defs"])


def every(part, key):
    """Yield every value of `key` anywhere in a schema."""
    if isinstance(part, dict):
        if key in part and isinstance(part[key], str):
            yield part[key]
        for value in part.values():
            yield from every(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from every(value, key)


def test_the_written_schemas_are_current():
    assert schema.stale(ROOT / "schemas") == []


def test_a_stale_or_missing_schema_is_named(tmp_path):
    schema.write(tmp_path)
    assert schema.stale(tmp_path) == []
    (tmp_path / "form.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "role.schema.json").unlink()
    assert sorted(schema.stale(tmp_path)) == ["form.schema.json", "role.schema.json"]


def test_a_change_of_what_is_assembled_does_not_reach_the_checker():
    schema.assembled()["form"].clear()
    assert said("seamline: 1\nform: x\n", "form")


@pytest.mark.cap(1)
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_closed_and_described(name):
    parts = schema.assembled()["form"]["$defs"]
    assert name in parts["field"]["properties"]["kind"]["enum"]
    assert (name in parts["column"]["properties"]["kind"]["enum"]) == KINDS[name].in_tables
    own = parts[f"field_{name}"]
    assert own["additionalProperties"] is False
    assert KINDS[name].title.zh in own["description"] and KINDS[name].title.en in own["description"]
    for key in KINDS[name].settings:
        assert own["properties"][key]


def test_every_key_of_the_frames_is_described_for_editors():
    undescribed = [
        f"{path.name}: {where}"
        for path in sorted((ROOT / "schemas" / "frames").glob("*.json"))
        for where, part in properties(json.loads(path.read_text(encoding="utf-8")), "")
        if isinstance(part, dict) and "description" not in part and "$ref" not in part
    ]
    # What holds the lists of a form is told by what is inside.
    assert [one for one in undescribed if not one.endswith(("fields", "packages"))] == []


def test_what_describes_a_key_parts_into_both_languages():
    whole = [
        f"{path.name}: {where}"
        for path in sorted((ROOT / "schemas" / "frames").glob("*.json"))
        for where, part in properties(json.loads(path.read_text(encoding="utf-8")), "")
        if isinstance(part, dict) and " · " not in part.get("description", " · ")
    ]
    assert whole == []


def properties(part, where):
    if isinstance(part, dict):
        for name, value in part.get("properties", {}).items():
            yield f"{where}.{name}", value
        for name, value in part.items():
            yield from properties(value, f"{where}.{name}")


def documents():
    for folder in ("examples", "tests/packages_broken/good"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            head = next(p for p in path.parents if (p / "package.yaml").is_file())
            kind = kind_of_path(path.relative_to(head).as_posix())
            if kind is not None:
                yield pytest.param(path, kind, id=path.relative_to(ROOT).as_posix())


@pytest.mark.parametrize(("path", "kind"), list(documents()))
def test_a_plain_validator_takes_what_the_checker_takes(path, kind):
    """An editor must not mark red what `seamline check` accepts."""
    document = read(path.read_text(encoding="utf-8"), path.name)
    assert schema.check(document, kind) == []
    assert list(Draft202012Validator(schema.assembled()[kind]).iter_errors(document.data)) == []


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("form: x", "language_missing", "seamline"),
        ("seamline: true\nform: x", "language_version", "seamline"),
        ("seamline: '1'\nform: x", "language_version", "seamline"),
        ("seamline: 1\nfrom: x", "document_kind", ""),
        ("seamline: 1", "document_kind", ""),
        ("- a", "not_a_mapping", ""),
        ("just words", "not_a_mapping", ""),
    ],
)
def test_what_stops_a_check_at_once(text, code, path):
    (problem,) = said(text)
    assert (problem.code, problem.place.path) == (code, path)


def test_a_document_is_of_the_first_kind_it_names():
    assert schema.kind_of({"seamline": 1, "import": "a", "form": "b"}) == "import"
    assert schema.kind_of({"form": "b"}) == "form"
    assert schema.kind_of({"import": "a", "form": "b"}, "form") == "form"
    assert schema.kind_of([]) is None


def test_one_mistake_is_told_once():
    head = "seamline: 1\nform: x\ntitle: X\n"
    field = "sections: [{id: a, title: A, fields: [{id: b, label: B, %s}]}]"
    (problem,) = said(head + field % "kind: integr, mim: 3")
    assert problem.hint is not None and problem.hint.en == "Did you mean 'integer'?"
    (problem,) = said(head + field % "kind: integer, mim: 3")
    assert problem.hint is not None and "'min'" in problem.hint.en
    (problem,) = said("seamline: 1\nform: x\ntitel: X\n" + field % "kind: integer")
    assert problem.code == "unknown_key"


def test_a_flood_of_mistakes_ends():
    fields = ", ".join("{id: 1}" for _ in range(20_000))
    problems = said(
        f"seamline: 1\nform: x\ntitle: X\nsections: [{{id: a, title: A, fields: [{fields}]}}]"
    )
    assert len(problems) == 100


def test_generated_schemas_can_be_copied_elsewhere(tmp_path):
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    for kind in schema.DOCUMENT_KINDS:
        text = (tmp_path / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8")
        assert json.loads(text) == schema.assembled()[kind]


def test_a_long_list_of_different_things_is_refused_quickly():
    items = ", ".join(f"{{a: {number}}}" for number in range(60_000))
    problems = said(f"seamline: 1\nrole: x\ntitle: X\npools: [{items}]")
    assert problems[0].code == "out_of_bounds"
