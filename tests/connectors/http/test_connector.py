"""What the HTTP connector makes of a document, checks, sends and refuses."""

from __future__ import annotations

import json

import pytest

from seamline.connector import AskPerson, GiveUp, Write
from seamline.connectors.http.document import described
from seamline.connectors.http.resources import resources

from .test_contract import ORDER


def test_it_lists_collections_members_and_operations(connecting):
    with connecting() as connector:
        found = {one.name: one for one in connector.describe()}
    assert list(found) == ["orders", "parts", "events", "notes", "colours"]
    orders = found["orders"]
    assert orders.operations == ("create", "update", "delete", "cancelOrder")
    assert (orders.key, orders.since, found["parts"].since) == (("code",), True, False)
    members = {one.name: one for one in orders.members}
    assert (members["due"].kind, members["updated_at"].kind) == ("date", "datetime")
    assert members["code"].required and members["code"].title.en == "单号"
    assert not members["state"].writable
    assert [one.name for one in members["lines"].rows] == ["part", "quantity"]
    assert members["reason"].writable  # what an operation takes beyond the thing itself


@pytest.mark.parametrize(
    ("entity", "count"),
    [("orders", 65), ("parts", 47), ("events", 42), ("notes", 31), ("colours", 3)],
)
def test_every_way_of_paging_comes_to_its_end(connecting, entity, count):
    with connecting() as connector:
        page = connector.read(entity, None, 1000)
    assert not page.more
    assert len({one.key for one in page.changes}) == count


@pytest.mark.parametrize(
    "way",
    [
        {"auth": "bearer"}, {"auth": "basic", "user": "seamline"}, {"auth": "header"},
        {"auth": "header", "auth_name": "X-API-KEY"}, {"auth": "query", "auth_name": "api_key"},
    ],
    ids=str,
)  # fmt: skip
def test_it_says_who_it_is_in_every_way(connecting, desk, way):
    with connecting(**way) as connector:
        assert connector.find("parts", "3").values["name"] == "零件 3"
    with connecting(credential="another-key-of-nobody", **way) as connector:
        with pytest.raises(AskPerson):
            connector.find("parts", "3")
        assert [one.ok for one in connector.check()] == [True, False]
    assert "order-desk-key" not in json.dumps(desk.requests())


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({**ORDER, "priority": "soon"}, "priority"),
        ({**ORDER, "customer": None}, "customer"),
        ({**ORDER, "lines": [{"part": "P1"}]}, "lines[1].quantity"),
        ({**ORDER, "lines": [{"part": "P1", "quantity": -1}]}, "lines[1].quantity"),
        ({**ORDER, "code": "x" * 41}, "code"),
        ({**ORDER, "colour": "red"}, "colour"),
        ({**ORDER, "code": 5}, "code"),
    ],
)
def test_parameters_are_checked_before_anything_is_sent(connecting, desk, values, told):
    with connecting() as connector, pytest.raises(AskPerson) as wrong:
        connector.write(Write("orders", "create", "k", values))
    assert wrong.value.problem.place.path == told
    assert wrong.value.effect == "none"
    assert {one["method"] for one in desk.requests()} == {"GET"}
    assert desk.effects() == []


def test_everything_that_is_wrong_is_said_at_once(connecting):
    with connecting() as connector, pytest.raises(AskPerson) as wrong:
        connector.write(Write("orders", "create", "k", {"priority": "soon", "colour": 1}))
    said = wrong.value.problem.say.en
    assert all(word in said for word in ("code", "customer", "lines", "priority", "colour"))


def test_what_changed_meanwhile_is_not_overwritten(connecting, desk):
    order = desk.services["http"].orders["SO-0005"]
    change = Write("orders", "update", "k", {"customer": "乙"}, "SO-0005", {"priority": "urgent"})
    with connecting() as connector, pytest.raises(AskPerson):
        connector.write(change)
    order["priority"] = "urgent"
    with connecting() as connector:
        connector.write(change)
    patch = next(one for one in desk.requests() if one["method"] == "PATCH")
    assert patch["headers"]["if-match"].startswith('"')
    assert order["customer"] == "乙"


def test_a_key_that_is_anothers_is_put_before_somebody(connecting, desk):
    with connecting(once="look") as connector, pytest.raises(AskPerson) as taken:
        connector.write(Write("orders", "create", "k", {**ORDER, "code": "SO-0001"}))
    assert taken.value.problem.code == "http_key_taken"
    assert desk.effects() == []


def test_keys_are_quoted_into_addresses(connecting, desk):
    with connecting() as connector:
        assert connector.find("orders", "../parts/3") is None
        assert connector.find("orders", "a?b#c") is None
    assert [one["path"] for one in desk.requests()][-1] == "/orders/a?b#c"


def test_a_link_to_another_host_is_not_followed(connecting, desk):
    desk.fault("foreign", path="/notes", args={"url": "https://elsewhere.example"})
    with connecting() as connector, pytest.raises(GiveUp) as elsewhere:
        connector.read("notes", None, 100)
    assert elsewhere.value.problem.code == "http_elsewhere"


@pytest.mark.parametrize("network", ["public", "private"])
def test_this_machine_is_not_called_where_the_connection_does_not_allow_it(
    connecting, desk, network
):
    with connecting(network=network) as connector:
        with pytest.raises(GiveUp):
            connector.describe()
        assert not connector.check()[0].ok
    assert desk.requests() == []


def test_the_document_may_not_send_us_elsewhere(connecting, desk):
    desk.fault("foreign", path="/openapi.json", args={"url": "http://169.254.169.254/latest"})
    with connecting() as connector, pytest.raises(GiveUp):
        connector.find("parts", "1")
    with connecting(server=desk.url) as connector:
        assert connector.find("parts", "1")


@pytest.mark.parametrize(
    "text", [b"<html>", b"[]", b"{}", b'{"paths": {}}', b'{"openapi": "4.0", "paths": {}}']
)
def test_another_text_is_no_document(text):
    with pytest.raises(AskPerson):
        described(text, "https://api.example.com/openapi.json")


def test_what_is_left_open_is_told_by_the_connection(connecting):
    wrong = [{"entity": "ordres"}, {"entity": "orders", "items": "nothing"}]
    with connecting(reads=wrong) as connector:
        found = connector.check()
    assert ["ordres" in one.say.en or "reads" in one.title.en for one in found if not one.ok]


def test_references_in_a_circle_and_outside_end():
    again = {"$ref": "#/components/schemas/A"}
    answer = {"content": {"application/json": {"schema": {"type": "array", "items": again}}}}
    members = {
        "id": {"type": "integer"}, "up": again, "all": {"type": "array", "items": again},
        "far": {"$ref": "https://elsewhere.example/x.json"},
    }  # fmt: skip
    whole = {"allOf": [{"$ref": "#/components/schemas/B"}, {"properties": {"x": {}}}]}
    told = {
        "openapi": "3.0.0",
        "paths": {"/things": {"get": {"responses": {"200": answer}}}},
        "components": {"schemas": {"A": whole, "B": {"properties": members}}},
    }
    found = described(json.dumps(told).encode(), "https://api.example.com/o.json")
    entity = resources(found, [])["things"].entity(found.shapes)
    assert [one.name for one in entity.members] == ["id", "up", "all", "far", "x"]
    value = {"id": 1}
    for _ in range(40):
        value = {"id": "wrong", "up": value}
    assert list(found.shapes.wrong(value, {"$ref": "#/components/schemas/A"}))


def test_a_document_of_swagger_2_is_read():
    told = {
        "swagger": "2.0", "host": "api.example.com", "basePath": "/v1", "schemes": ["https"],
        "definitions": {"Bill": {"type": "object", "required": ["no"],
                                 "properties": {"no": {"type": "string"}}}},
        "paths": {
            "/bills": {
                "get": {"parameters": [{"name": "page_index", "in": "query", "type": "integer"},
                                       {"name": "rows_per_page", "in": "query", "type": "integer"}],
                        "responses": {"200": {"schema": {"type": "object", "properties": {
                            "list": {"type": "array", "items": {"$ref": "#/definitions/Bill"}}}}}}},
                "post": {"parameters": [{"name": "bill", "in": "body", "required": True,
                                         "schema": {"$ref": "#/definitions/Bill"}}],
                         "responses": {"200": {}}},
            },
            "/bills/{no}": {"get": {
                "parameters": [{"name": "no", "in": "path", "type": "string"}],
                "responses": {"200": {"schema": {"$ref": "#/definitions/Bill"}}}}},
        },
    }  # fmt: skip
    found = described(json.dumps(told).encode(), "https://api.example.com/swagger.json")
    bills = resources(found, [])["bills"]
    assert found.server == "https://api.example.com/v1"
    assert (bills.key, bills.items, bills.paging.style) == ("no", ("list",), "page")
    assert bills.paging.asked(None) == {"rows_per_page": "100", "page_index": "1"}
    assert list(found.shapes.wrong({}, bills.acts["create"].body))[0].code == "http_missing"


def test_rows_that_nothing_tells_apart_are_read_only_once_a_key_is_named():
    answer = {"content": {"application/json": {"schema": {"type": "array", "items": {}}}}}
    told = {"openapi": "3.0.0", "paths": {"/things": {"get": {"responses": {"200": answer}}}}}
    found = described(json.dumps(told).encode(), "https://api.example.com/o.json")
    for reads, may in (([], False), ([{"entity": "things", "key": "no"}], True)):
        entity = resources(found, reads)["things"].entity(found.shapes)
        assert entity.readable is may
        assert set(entity.key) <= {one.name for one in entity.members}
