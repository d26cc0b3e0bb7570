"""Records through the API: create, read, change, steps, versions, repetition."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

Job = Callable[..., dict[str, Any]]


def without_row_ids(body: dict[str, Any]) -> dict[str, Any]:
    """Return a record's JSON without the ids of its rows."""
    for row in body["values"]["lines"]:
        row.pop("_id", None)
    return body


@pytest.mark.cap(11)
def test_create_gives_record_code_and_tag(api: Any, job: Job) -> None:
    answer = api.post("/job", job(budget="1000.5", weight=2, lasts="90m", tags=["heavy"]))
    body = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/job/{body['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert body["tracking"] == body["code"] and body["code"].startswith("JOB-")
    assert body["values"]["budget"] == "1000.50"
    assert body["values"]["lasts"] == "1h30m"
    assert body["values"]["part_name"] == "Bolt"
    assert body["values"]["total"] == "5.50"
    assert body["labels"]["lines[2].material"] == "Nut"
    assert (body["state"], body["held"], body["outcome"]) == ("planned", "", "passed")


def test_what_was_created_reads_back_the_same(api: Any, job: Job) -> None:
    made = api.post("/job", job(site={"latitude": 31.2, "longitude": 121.4})).get_json()
    for word in (made["id"], made["code"]):
        answer = api.get(f"/job/{word}")
        assert answer.headers["ETag"] == '"1"'
        assert all(row["_id"] for row in answer.get_json()["values"]["lines"])
        read = without_row_ids(answer.get_json())
        assert {name: without_row_ids(made)[name] for name in read} == read


def test_not_modified_is_said_without_a_body(api: Any, job: Job) -> None:
    made = api.post("/job", job()).get_json()
    answer = api.get(f"/job/{made['id']}", If_None_Match='W/"1"')
    assert (answer.status_code, answer.data) == (304, b"")
    assert api.get(f"/job/{made['id']}", If_None_Match='"2"').status_code == 200


def test_soft_and_review_rules_answer_with_findings(api: Any, job: Job) -> None:
    body = api.post("/job", job(weight=1001, budget=200_000)).get_json()
    assert (body["outcome"], body["held"]) == ("held", "pending")
    assert {(one["rule"], one["class"]) for one in body["findings"]} == {
        ("heavy", "soft"), ("budget", "review"),
    }  # fmt: skip


def test_change_replaces_what_is_given_and_nothing_else(api: Any, job: Job) -> None:
    made = api.post("/job", job(weight=1, budget=1)).get_json()
    answer = api.patch(f"/job/{made['id']}", {"values": {"qty": 9, "weight": None}}, If_Match='"1"')
    body = answer.get_json()
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert (body["values"]["qty"], body["values"]["weight"]) == (9, None)
    assert body["values"]["budget"] == "1.00"
    assert len(body["values"]["lines"]) == 2


@pytest.mark.cap(14)
def test_a_revising_step_needs_its_reason_and_is_told_in_the_journal(api: Any, job: Job) -> None:
    made = api.post("/job", job(weight=1, budget=1)).get_json()
    path = f"/job/{made['id']}/steps/rush"
    refused = api.post(path, {"values": {"due": "2027-01-01"}})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "reason"
    done = api.post(
        path, {"values": {"due": "2027-01-01"}, "reason": "customer called"}, X_Device="PDA-7"
    ).get_json()
    assert (done["revision"], done["values"]["due"]) == (2, "2027-01-01")
    newest = api.get(f"/job/{made['id']}/events").get_json()["items"][0]
    assert (newest["actor"], newest["via"], newest["reported"]) == ("boss", "api", "PDA-7")
    assert newest["reason"] == "customer called"
    assert newest["body"]["changes"]["due"] == ["2027-03-01", "2027-01-01"]


def test_a_step_without_fields_needs_no_body(api: Any, job: Job) -> None:
    made = api.post("/job", job(weight=1, budget=1)).get_json()
    assert api.post(f"/job/{made['id']}/steps/finish").get_json()["state"] == "done"
    again = api.post(f"/job/{made['id']}/steps/finish", {})
    assert (again.status_code, again.get_json()["errors"][0]["code"]) == (409, "wrong_state")


IF_MATCH = [
    ('"1"', 200),
    ("*", 200),
    ('"1", "7"', 200),
    ('"7"', 412),
    ('"7", "8"', 412),
    ('W/"1"', 412),
    ('"abc"', 412),
    ("1", 400),
    ('"1', 400),
    ("", 400),
]


@pytest.mark.parametrize(("header", "status"), IF_MATCH)
def test_if_match(api: Any, job: Job, header: str, status: int) -> None:
    made = api.post("/job", job(weight=1, budget=1)).get_json()
    answer = api.patch(f"/job/{made['id']}", {"values": {"qty": 4}}, If_Match=header)
    assert answer.status_code == status, answer.text
    if status == 412:
        assert answer.get_json()["version"] == 1
        assert answer.headers["ETag"] == '"1"'


@pytest.mark.cap(15)
def test_a_possible_duplicate_is_confirmed_by_name(api: Any, job: Job) -> None:
    body = job(subject="Twice", weight=1, budget=1)
    assert api.post("/job", body).status_code == 201
    doubt = api.post("/job", body)
    entry = doubt.get_json()["errors"][0]
    assert (doubt.status_code, entry["code"], entry["got"]) == (
        409, "possible_duplicate", "same_subject",
    )  # fmt: skip
    assert api.post("/job", body | {"confirm": [entry["got"]]}).status_code == 201


def test_a_repeated_request_counts_once(api: Any, job: Job) -> None:
    body = job(weight=1, budget=1)
    first = api.post("/job", body, Idempotency_Key="order-1")
    again = api.post("/job", body, Idempotency_Key="order-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Location"] == first.headers["Location"]
    assert without_row_ids(again.get_json()) == without_row_ids(first.get_json())
    other = api.post("/job", job(), Idempotency_Key="order-1")
    assert (other.status_code, other.get_json()["errors"][0]["code"]) == (409, "key_used")


@pytest.mark.parametrize("key", ["", "x" * 201, "ä", "a\tb"])
def test_an_unusable_key_is_refused(api: Any, job: Job, key: str) -> None:
    answer = api.post("/job", job(), Idempotency_Key=key)
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["field"] == "Idempotency-Key"


def test_archive_and_restore(api: Any, job: Job) -> None:
    made = api.post("/job", job(weight=1, budget=1)).get_json()
    path = f"/job/{made['id']}"
    assert api.post(f"{path}/steps/archive").get_json()["archived_at"]
    assert api.patch(path, {"values": {"qty": 2}}).status_code == 409
    assert api.post(f"{path}/steps/restore").get_json()["archived_at"] is None


@pytest.mark.cap(4)
def test_the_original_file_goes_with_the_record(api: Any, job: Job) -> None:
    content = "图纸".encode() + bytes(range(256))
    sent = {"file": (BytesIO(content), "../drawing 1.pdf", "application/pdf")}
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = api.client.post("/api/v1/files", data=sent, headers=headers)
    file = answer.get_json()
    assert (answer.status_code, file["name"], file["size"]) == (201, "drawing 1.pdf", len(content))
    made = api.post("/job", job(drawing=[file])).get_json()
    assert made["values"]["drawing"] == [file]
    got = api.get(f"/job/{made['id']}/files/{file['sha256']}")
    assert (got.status_code, got.data) == (200, content)
    assert got.headers["Content-Disposition"].startswith("attachment")
    other = api.post("/job", job()).get_json()
    assert api.get(f"/job/{other['id']}/files/{file['sha256']}").status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 415), ({"other": "x"}, 415), ({"file": "no file"}, 415)],
)
def test_an_upload_without_a_file_is_refused(api: Any, data: dict[str, str], status: int) -> None:
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = api.client.post("/api/v1/files", data=data, headers=headers)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_tracking_finds_the_record(api: Any, job: Job) -> None:
    made = api.post("/job", job()).get_json()
    items = api.get(f"/tracking/{made['tracking']}").get_json()["items"]
    assert [(one["form"], one["id"]) for one in items] == [("job", made["id"])]
