"""What a narrowed role reads: its records, its fields, and nothing by the side."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

SIX = {"code", "state", "id", "form", "version", "values", "labels"}


def rows(answer):
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"]


@pytest.mark.cap(45, 46)
def test_a_supplier_sees_six_fields_of_its_own_records(house):
    found = rows(house.api("vera")("GET", "/task?total=true"))
    assert [one["code"] for one in found] == [house.codes["one"], house.codes["three"]]
    for one in found:
        assert set(one) == SIX
        assert set(one["values"]) == {"material", "qty", "due", "finish"}
    assert found[0]["labels"] == {"material": "Shaft M1"}
    assert house.api("vera")("GET", "/task?total=true").get_json()["total"] == 2
    assert rows(house.api("nobody")("GET", "/task")) == []


def test_a_record_beyond_reach_is_answered_like_none(house):
    ask = house.api("vera")
    one = ask("GET", f"/task/{house.codes['one']}")
    assert one.status_code == 200 and set(one.get_json()["values"]) == {
        "material", "qty", "due", "finish",
    }  # fmt: skip
    foreign, none = ask("GET", f"/task/{house.codes['two']}"), ask("GET", "/task/WX-9999")
    assert foreign.status_code == none.status_code == 404
    assert foreign.text.replace(house.codes["two"], "WX-9999") == none.text
    assert ask("GET", f"/task/{house.codes['two']}/events").status_code == 404
    assert ask("GET", "/material").status_code == ask("GET", "/supplier").status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        "sort=price", "sort=-customer_po", "price=31.5", "price.gt=30", "supplier=S2",
        "customer_po.missing=false", "lines.rate=7.77", "_created_by=operator",
        "_created_at.gt=2020-01-01T00:00:00Z", "fields=price", "fields=lines", "amount.gt=1",
        "material_cost=10",
    ],
)  # fmt: skip
def test_hidden_fields_are_no_filter_no_sort_and_no_column(house, asked):
    answer = house.api("vera")("GET", f"/task?{asked}")
    assert answer.status_code == 400
    for hidden in ("price", "customer_po", "material_cost", "amount"):
        assert hidden in asked or hidden not in answer.text


def test_a_search_does_not_look_into_hidden_fields(house):
    ask = house.api("vera")
    for words in ("PO-one", "PO", "Heat", "S1", "secret"):
        assert rows(ask("GET", f"/task?q={words}")) == [], words
    assert len(rows(ask("GET", f"/task?q={house.codes['one']}"))) == 1
    assert len(rows(house.api("paul")("GET", "/task?q=PO-one"))) == 1
    assert rows(house.api("shaun")("GET", "/task?q=PO-one"))[0]["code"] == house.codes["one"]


def test_what_is_computed_from_a_hidden_field_is_hidden_with_it(house):
    [one] = rows(house.api("shaun")("GET", "/task?q=PO-one&fields=lines"))
    whole = house.api("shaun")("GET", f"/task/{one['code']}").get_json()
    hidden = {"price", "amount", "rates", "material_cost"}
    assert not hidden & set(whole["values"])
    assert {"qty", "customer_po", "remark", "lines"} <= set(whole["values"])
    assert [set(row) for row in whole["values"]["lines"]] == [{"_id", "work"}]
    assert whole["created_by"] == "operator" and "7.77" not in str(whole)


def test_roles_are_added_not_mixed(house):
    """Of one's own records everything, of all others what the second role shows."""
    mine = house.make(
        "task", house.who("mixed"), supplier="S2", material="M2", qty=77, due="2027-05-05",
        price="99.25", customer_po="PO-mine",
    )  # fmt: skip
    ask = house.api("mixed")
    found = {one["code"]: one for one in rows(ask("GET", "/task"))}
    assert len(found) >= 4 and set(found) >= {*house.codes.values(), mine}
    assert found[mine]["values"]["price"] == "99.25" and found[mine]["created_by"] == "mixed"
    other = found[house.codes["one"]]
    assert set(other["values"]) == {"qty"} and "created_by" not in other
    # A filter on a field finds only records on which the field is seen.
    assert [one["code"] for one in rows(ask("GET", "/task?price.gt=1"))] == [mine]
    assert [one["code"] for one in rows(ask("GET", "/task?customer_po.missing=true"))] == []
    assert ask("GET", "/task?sort=price").status_code == 400
    assert [one["code"] for one in rows(ask("GET", "/task?q=PO"))] == [mine]
    assert len(rows(house.api("anna")("GET", "/task"))) == 0


@pytest.mark.cap(13)
def test_a_tracking_code_finds_what_is_within_reach(house):
    code = house.codes["one"]
    assert house.api("vera")("GET", f"/tracking/{code}").status_code == 404  # not one of the six
    assert house.api("anna")("GET", f"/tracking/{code}").status_code == 404
    assert len(rows(house.api("shaun")("GET", f"/tracking/{code}"))) == 1


def test_the_description_names_no_hidden_field(house):
    text = house.api("vera")("GET", "/openapi.json").text
    for name in ("price", "customer_po", "lines", "amount", "material_cost"):
        assert f'"{name}' not in text, name
    assert '"photo"' in text and '"remark"' in text  # which may be filled in a step
    assert "created_by" in house.api("shaun")("GET", "/openapi.json").text


def test_lists_that_roles_narrow_have_an_index_for_it(house):
    """Of the reference in a condition, and of who made a record; ordered like the list."""
    with house.desk.store.reading() as unit:
        tables = house.desk.catalogs.current().forms["task"].tables
        found = inspect(unit.connection).get_indexes(tables.main.name)
    led = {tuple(one["column_names"])[:2] for one in found}
    assert {("supplier", "due"), ("_created_by", "due")} <= led


def test_a_shared_view_loses_what_it_asks_of_hidden_fields(house):
    query = [["price.gt", "30.77"], ["qty", "5"], ["sort", "-price,qty"], ["columns", "price"]]
    body = {"form": "task", "title": "Dear ones", "query": query, "role": "vendor"}
    saved = house.api("boss")("POST", "/views", body)
    assert saved.status_code == 201, saved.text
    mine = house.api("vera")("GET", "/views?form=task")
    assert "30.77" not in mine.text and "price" not in mine.text and "Dear ones" in mine.text
    [view] = [one for one in mine.get_json()["items"] if one["title"] == "Dear ones"]
    assert view["query"] == [["qty", "5"], ["sort", "qty"]]
    assert "30.77" in house.api("boss")("GET", "/views?form=task").text
