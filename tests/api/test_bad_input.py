"""Bad input: each probe gets a 4xx answer that names the field, in both languages, and no trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Job = Callable[..., dict[str, Any]]

MARKUP = "<script>alert(1)</script>"
SQL = "x'; DROP TABLE f_job; --"
# What the peers' comparison sent to three other platforms, and what ours names.
PROBES: list[tuple[str, dict[str, Any], str, str]] = [
    ("zero", {"qty": 0}, "qty", "too_small"),
    ("negative", {"qty": -5}, "qty", "too_small"),
    ("text in a number", {"qty": "abc"}, "qty", "number_expected"),
    ("date too early", {"due": "2019-12-31"}, "due", "too_early"),
    ("no date", {"due": "31/02/2027"}, "due", "date_expected"),
    ("missing text", {"subject": ""}, "subject", "required"),
    ("missing reference", {"part": None}, "part", "required"),
    ("unknown reference", {"part": "P999"}, "part", "unknown_reference"),
    ("outside the choice", {"shift": "noon"}, "shift", "not_an_option"),
    ("SQL as reference", {"part": SQL}, "part", "unknown_reference"),
    ("markup in a choice", {"shift": MARKUP}, "shift", "not_an_option"),
    ("markup in an address", {"link": f"javascript:{MARKUP}"}, "link", "url_expected"),
    ("unknown field", {"prise": 1}, "prise", "unknown_field"),
    ("300 characters", {"subject": "x" * 300}, "subject", "too_long"),
    ("control character", {"subject": "a\x00b"}, "subject", "control_character"),
    ("row of another shape", {"lines": [["P1"]]}, "lines", "rows_expected"),
    ("nineteen digits", {"budget": 10**19}, "budget", "number_too_large"),
    ("unknown row field", {"lines": [{"material": "P1", "count": 1, "x": 1}]}, "lines[1].x",
     "unknown_field"),
    ("row reference", {"lines": [{"material": "P9", "count": 1}]}, "lines[1].material",
     "unknown_reference"),
    ("no rows", {"lines": []}, "lines", "too_few_rows"),
    ("filled by the platform", {"total": 5}, "total", "platform_filled"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "code"), [p[1:] for p in PROBES], ids=lambda v: "")
def test_each_probe_names_its_field(
    api: Any, job: Job, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = api.post("/job", job(**changes), Accept_Language="en")
    body = answer.get_json()
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [entry["field"] for entry in body["errors"]] == [field]
    assert body["errors"][0]["code"] == code
    assert set(body["errors"][0]["messages"]) == {"zh", "en"}
    assert "Traceback" not in answer.text and "/seamline/" not in answer.text


# JSON that other parsers let through, as bytes.
RAW: list[tuple[bytes, int, str]] = [
    (b'{"values": {"qty": 1e400}}', 422, "qty"),
    (b'{"values": {"qty": 1e99999999999999999999}}', 400, "body"),
    (b'{"values": {"qty": NaN}}', 400, "body"),
    (b'{"values": {"qty": Infinity}}', 400, "body"),
    (b'{"values": {"qty": 1, "qty": 2}}', 400, "body"),
    (b'{"values": {"subject": "\\ud800"}}', 400, "body"),
    (b'{"values": {"qty": ' + b"9" * 5000 + b"}}", 400, "body"),
    (b"[" * 100_000, 400, "body"),
    (b'{"values": {"lines": ' + b"[" * 40 + b"]" * 40 + b"}}", 400, "body"),
    (b'{"values"', 400, "body"),
    (b"", 400, "body"),
    (b"[]", 400, "body"),
    (b'"text"', 400, "body"),
    (b"\xff\xfe{}", 400, "body"),
    (b'{"values": []}', 400, "values"),
    (b'{"values": {}, "reason": 5}', 400, "reason"),
    (b'{"values": {}, "confirm": "x"}', 400, "confirm"),
    (b'{"value": {}}', 400, "value"),
]


@pytest.mark.parametrize(("raw", "status", "field"), RAW, ids=range(len(RAW)))
def test_strict_json(api: Any, raw: bytes, status: int, field: str) -> None:
    answer = api.post("/job", raw)
    assert answer.status_code == status, answer.text
    assert field in [entry["field"] for entry in answer.get_json()["errors"]]


@pytest.mark.cap(2)
def test_every_missing_required_field_is_named_at_once(api: Any) -> None:
    answer = api.post("/job", {"values": {"lines": [{"price": 1}]}})
    named = {e["field"] for e in answer.get_json()["errors"] if e["code"] == "required"}
    assert answer.status_code == 422
    assert named == {"subject", "part", "qty", "due", "shift",
                     "lines[1].material", "lines[1].count"}  # fmt: skip


@pytest.mark.cap(60)
def test_a_hard_rule_refuses_here_too(api: Any, job: Job) -> None:
    answer = api.post("/job", job(urgent=True, shift="night"), Accept_Language="zh-CN")
    body = answer.get_json()
    assert answer.status_code == 422
    assert body["errors"][0]["code"] == "hard_rule"
    assert body["errors"][0]["message"] == "夜班不接急单。"
    assert answer.headers["Content-Language"] == "zh-CN"


def test_ten_megabytes_are_refused_before_they_are_read(api: Any) -> None:
    raw = json.dumps({"values": {"note": "x" * 10_000_000}}).encode()
    answer = api.post("/job", raw)
    assert answer.status_code == 413
    assert answer.get_json()["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/json; charset=gbk", ""]
)
def test_another_content_type_is_415(api: Any, job: Job, content_type: str) -> None:
    raw = json.dumps(job()).encode()
    answer = api.ask("POST", "/job", raw, Content_Type=content_type)
    assert answer.status_code == 415
    assert answer.get_json()["errors"][0]["field"] == "Content-Type"


def test_text_that_looks_dangerous_is_kept_as_it_is(api: Any, job: Job) -> None:
    answer = api.post("/job", job(subject=MARKUP, note=SQL, remark=None) | {})
    assert answer.status_code == 422  # `remark` is a column of the lines
    answer = api.post("/job", job(subject=MARKUP, note=SQL))
    assert answer.status_code == 201
    read = api.get(f"/job/{answer.get_json()['id']}").get_json()
    assert (read["values"]["subject"], read["values"]["note"]) == (MARKUP, SQL)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/jop", 404),
        ("GET", "/job/NONE", 404),
        ("GET", "/job/%00", 404),
        ("GET", f"/job/{'x' * 5000}", 404),
        ("POST", "/job/NONE/steps/finish", 404),
        ("POST", "/job/NONE/steps/create", 404),
        ("GET", "/job/NONE/files/abc", 404),
        ("GET", "/tracking/NONE", 404),
        ("GET", "/a/b/c/d/e/f", 404),
        ("GET", "/", 404),
        ("DELETE", "/job", 405),
        ("PUT", "/job/1", 405),
        ("POST", "/forms", 404),
        ("GET", "/forms?x=1", 400),
        ("GET", "/openapi.json?x=1", 400),
    ],
)
def test_every_path_answers_with_a_problem(api: Any, method: str, path: str, status: int) -> None:
    answer = api.ask(method, path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status
    assert (status == 405) == ("Allow" in answer.headers)


def test_an_unknown_form_is_met_with_the_nearest_name(api: Any) -> None:
    assert "'job'" in api.get("/jobb", Accept_Language="en").get_json()["detail"]


def test_our_own_fault_is_an_incident_in_the_log(
    api: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seamline.usecases import look

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(look, "tracked", broken)
    answer = api.get("/tracking/JOB-1")
    body = answer.get_json()
    assert answer.status_code == 500
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert body["incident"] in caplog.text
    assert "secret detail" in caplog.text
