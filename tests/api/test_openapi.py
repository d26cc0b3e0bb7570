"""The OpenAPI document: valid, complete, made from the forms and current with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from seamline.fields import KINDS


@pytest.fixture(scope="module")
def document(api: Any) -> dict[str, Any]:
    """The OpenAPI document of the workspace."""
    found: dict[str, Any] = api.get("/openapi.json", Accept_Language="en").get_json()
    return found


def walk(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside."""
    if isinstance(part, dict):
        yield part
    for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from walk(item)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each operation with its method and path."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method, path, operation


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for part in walk(document):
        if "$ref" in part:
            target: Any = document
            for word in part["$ref"].removeprefix("#/").split("/"):
                target = target[word]


def test_every_schema_is_a_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for part in walk(document["paths"]):
        if isinstance(part.get("schema"), dict):
            Draft202012Validator.check_schema(part["schema"])


def test_operations_have_names_of_their_own_and_every_problem(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for method, path, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"400", "401", "500"} <= statuses, (method, path)
        if method in ("post", "patch") and "{id}" in path:
            assert {"404", "409", "412", "413", "415", "422"} <= statuses, (method, path)
        for name in [word[1:-1] for word in path.split("/") if word.startswith("{")]:
            shared = document["paths"][path].get("parameters", [])
            given = [*shared, *operation.get("parameters", [])]
            assert any(p.get("name") == name or p.get("$ref", "").endswith(f"/{name}")
                       for p in given), (path, name)  # fmt: skip


def test_no_parameter_is_named_twice(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        names = [p["name"] for p in operation.get("parameters", []) if "name" in p]
        assert len(set(names)) == len(names), (method, path)


def test_every_kind_of_field_has_its_schema(document: dict[str, Any], desk: Any) -> None:
    form = desk.catalogs.current().forms["job"].form
    kinds = {field.kind for _, field in form.every_field()}
    assert kinds == set(KINDS)  # the workshop package has one field of every kind
    values = document["components"]["schemas"]["job.values"]["properties"]
    assert set(values) == {field.id for field in form.fields}
    assert values["lines"]["items"]["properties"]["amount"]["readOnly"]
    body = document["components"]["schemas"]["job.create"]["properties"]["values"]
    assert set(body["required"]) == {"subject", "part", "qty", "due", "shift"}
    assert "total" not in body["properties"] and "part_name" not in body["properties"]
    rush = document["components"]["schemas"]["job.rush"]
    assert set(rush["properties"]["values"]["properties"]) == {"due"}
    assert rush["required"] == ["reason"]


def test_answers_fit_their_schemas(
    document: dict[str, Any], api: Any, job: Callable[..., Any]
) -> None:
    def check(name: str, data: Any) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        errors = [error.message for error in Draft202012Validator(schema).iter_errors(data)]
        assert errors == [], name

    made = api.post("/job", job(budget=5, site="31,121")).get_json()
    check("job.written", made)
    check("job.record", api.get(f"/job/{made['id']}").get_json())
    check("job.page", api.get("/job?total=true").get_json())
    check("Events", api.get(f"/job/{made['id']}/events").get_json())
    check("Heads", api.get(f"/tracking/{made['tracking']}").get_json())
    check("Forms", api.get("/forms").get_json())
    check("Problem", api.post("/job", {}).get_json())


def test_the_document_is_kept_until_something_changes(api: Any) -> None:
    first = api.get("/openapi.json")
    assert api.get("/openapi.json", If_None_Match=first.headers["ETag"]).status_code == 304
    zh = api.get("/openapi.json", Accept_Language="zh")
    assert zh.headers["ETag"] != api.get("/openapi.json", Accept_Language="en").headers["ETag"]
    assert (
        zh.get_json()["components"]["schemas"]["job.values"]["properties"]["due"]["title"] == "交期"
    )
