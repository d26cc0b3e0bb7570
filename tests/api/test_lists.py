"""Lists: filters pass the type check of conditions, pages follow a cursor, wrong words named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Job = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def jobs(api: Any, job: Job) -> dict[str, str]:
    """Three jobs by subject, with the codes they got."""
    rows = [
        {"subject": "Alpha", "qty": 1, "weight": "0.500", "urgent": True, "tags": ["heavy"]},
        {"subject": "Beta, two", "qty": 20, "weight": 5, "urgent": False, "tags": ["fragile"]},
        {"subject": "Gamma", "qty": 300, "due": "2028-01-01", "lasts": "2h", "note": "late",
         "starts": "2027-05-01T08:00:00+08:00", "part": "P2",
         "lines": [{"material": "P2", "count": 7}]},
    ]  # fmt: skip
    codes = {}
    for row in rows:
        answer = api.post("/job", job(**row, link="https://example.com/list"))
        assert answer.status_code == 201, answer.text
        codes[row["subject"]] = answer.get_json()["code"]
    return codes


FILTERS = [
    ("subject=Alpha", "A"),
    ("subject.ne=Alpha", "BG"),
    ("subject.in=Alpha,Gamma", "AG"),
    ("subject.in=Alpha&subject.in=Gamma", "AG"),
    ("qty=20", "B"),
    ("qty.ge=20", "BG"),
    ("qty.gt=20&qty.lt=1000", "G"),
    ("qty.le=1", "A"),
    ("qty.in=1,300", "AG"),
    ("weight.lt=1", "A"),
    ("weight=0.5", "A"),
    ("urgent=true", "A"),
    ("urgent=false", "B"),
    ("due.gt=2027-12-31", "G"),
    ("tags=heavy", "A"),
    ("note.missing=true", "AB"),
    ("note.missing=false", "G"),
    ("lasts.ge=90m", "G"),
    ("starts.ge=2027-05-01T00:00:00%2B00:00", "G"),
    ("starts.ge=2027-05-01T08:00:00+08:00", "G"),
    ("part=P2", "G"),
    ("lines.material=P2&lines.count=7", "G"),
    ("lines.count.ge=3", "G"),
    ("drawing.missing=true", "ABG"),
    ("_state=planned", "ABG"),
    ("_state=done", ""),
    ("total.in=5.50", "AB"),
    ("total.ge=5", "AB"),
    ("urgent.in=true,false", "AB"),
    ("shift=day&qty.ge=20", "BG"),
]


@pytest.mark.parametrize(("query", "wanted"), FILTERS)
def test_filters(api: Any, jobs: dict[str, str], query: str, wanted: str) -> None:
    answer = api.get(f"/job?link=https://example.com/list&sort=_code&{query}")
    assert answer.status_code == 200, answer.text
    found = "".join(one["values"]["subject"][0] for one in answer.get_json()["items"])
    assert found == wanted


WRONG = [
    ("qyt=1", "qyt", "unknown_parameter"),
    ("qty.like=1", "qty.like", "unknown_parameter"),
    ("qty=abc", "qty", "wrong_parameter"),
    ("qty=1e400", "qty", "wrong_parameter"),
    ("qty=1&qty=2", "qty", "given_twice"),
    ("due=tomorrow", "due", "condition_type"),
    ("due=", "due", "condition_type"),
    ("starts=2027-01-01", "starts", "condition_type"),
    ("urgent=yes", "urgent", "wrong_parameter"),
    ("qty.missing=true", "qty.missing", "unknown_parameter"),
    ("subject=%00", "subject", "wrong_parameter"),
    ("drawing=1", "drawing", "unknown_parameter"),
    ("_id=1", "_id", "unknown_parameter"),
    ("sort=nothing", "sort", "unknown_name"),
    ("sort=lines", "sort", "unknown_name"),
    ("sort=qty,-qty", "sort", "wrong_parameter"),
    ("limit=0", "limit", "wrong_parameter"),
    ("limit=201", "limit", "wrong_parameter"),
    ("limit=x", "limit", "wrong_parameter"),
    ("total=1", "total", "wrong_parameter"),
    ("fields=nothing", "fields", "unknown_field"),
    ("cursor=garbage", "cursor", "broken_cursor"),
    ("limit=1&limit=2", "limit", "given_twice"),
]


@pytest.mark.parametrize(("query", "field", "code"), WRONG)
def test_wrong_parameters_are_named(api: Any, query: str, field: str, code: str) -> None:
    answer = api.get(f"/job?{query}")
    entry = answer.get_json()["errors"][0]
    assert (answer.status_code, entry["field"], entry["code"]) == (400, field, code), answer.text


def test_all_wrong_parameters_at_once_with_the_nearest_name(api: Any) -> None:
    answer = api.get("/job?qyt=1&limit=0&sort=x", Accept_Language="en")
    errors = {entry["field"]: entry["message"] for entry in answer.get_json()["errors"]}
    assert set(errors) == {"qyt", "limit", "sort"}
    assert "'qty" in errors["qyt"]


def test_pages_follow_the_cursor_without_gap_or_repeat(api: Any, jobs: dict[str, str]) -> None:
    query = "/job?link=https://example.com/list&sort=-qty&limit=1&total=true"
    found, cursor, links = [], "", 0
    for _ in range(5):
        answer = api.get(query + (f"&cursor={cursor}" if cursor else ""))
        body = answer.get_json()
        assert body["total"] == 3
        found += [one["values"]["subject"][0] for one in body["items"]]
        links += "Link" in answer.headers
        cursor = body["next"]
        if cursor is None:
            break
    assert ("".join(found), links) == ("GBA", 2)


def test_words_and_chosen_fields(api: Any, jobs: dict[str, str]) -> None:
    body = api.get("/job?q=gamm&fields=qty,lines").get_json()
    assert [set(one["values"]) for one in body["items"]] == [{"qty", "lines"}]
    assert body["items"][0]["values"]["lines"][0]["material"] == "P2"
    assert body["total"] is None
    plain = api.get("/job?q=gamm").get_json()["items"][0]["values"]
    assert "lines" not in plain and plain["part_name"] == "Nut"


def test_archived_records_are_left_out_unless_asked_for(api: Any, job: Job) -> None:
    made = api.post("/job", job(phone="13900000000", weight=1, budget=1)).get_json()
    api.post(f"/job/{made['id']}/steps/archive")
    query = "/job?phone=13900000000"
    assert api.get(query).get_json()["items"] == []
    assert len(api.get(f"{query}&archived=true").get_json()["items"]) == 1
