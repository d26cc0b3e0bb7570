"""The scorecards of the rules, asked through the API as they are described."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.cap(109)
def test_scorecards_are_as_described(api) -> None:
    answer = api.get("/rules/scorecards?days=30")
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    described = api.get("/openapi.json").get_json()
    schema = described["components"]["schemas"]["Scorecards"]
    assert set(told) == set(schema["required"])
    assert told["days"] == 30
    card = schema["properties"]["rules"]["items"]
    assert told["rules"]
    assert all(set(one) == set(card["required"]) for one in told["rules"])
    assert "/api/v1/rules/scorecards" in described["paths"]


@pytest.mark.parametrize("days", ["0", "x", "99999999", "-1"])
def test_a_span_that_is_none_is_refused(api, days: str) -> None:
    answer = api.get(f"/rules/scorecards?days={days}")
    assert answer.status_code == 400
    assert [one["code"] for one in answer.get_json()["errors"]] == ["wrong_days"]


def test_a_token_that_may_read_one_form_sees_its_rules_only(api_of: Callable[..., object]) -> None:
    told = api_of("boss", "part:read").get("/rules/scorecards").get_json()
    assert {one["step"].partition(".")[0] for one in told["rules"]} <= {"part"}
