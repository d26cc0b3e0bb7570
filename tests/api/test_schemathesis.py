"""The description and the API agree: generated requests find no crash and no other answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

EXAMPLES = 25
# Left out: that every request that fits its schema succeeds (rules and states may disagree), and
# that every other is refused (numbers and dates are also taken as people write them).
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_generated_requests_find_nothing_undescribed(
    desk: Any, client: Any, api: Any, job: Callable[..., Any], mode: GenerationMode
) -> None:
    # Requests of the other mode may have archived or renamed the parts that were there.
    part = f"S-{mode.value}"
    api.post("/part", {"values": {"code": part, "name": part}})
    lines = [{"material": part, "count": 2, "price": "1.25"}]
    made = api.post("/job", job(weight=1, budget=1, part=part, lines=lines))
    assert made.status_code == 201, made.get_json()
    known = {"part": part, "job": made.get_json()["code"]}
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", client.application, headers=sent(api.token)
    )
    failures: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()
        try:
            explore(operation, mode, api.token, known)()
        except (Exception, BaseExceptionGroup) as error:  # every operation has its turn
            failures.append(f"{operation.label}: {error}")
    assert failures == []


def sent(token: str) -> dict[str, str]:
    """Return the headers of every request."""
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


def explore(
    operation: Any, mode: GenerationMode, token: str, known: dict[str, str]
) -> Callable[[], None]:
    """Return a property test of one operation."""
    turn = iter(range(1_000_000))

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.headers = {**dict(case.headers or {}), **sent(token)}
        if next(turn) % 4:  # three in four name records that are there
            point_at(case, known)
        case.validate_response(case.call(), checks=CHECKS)

    return check


def point_at(case: Any, known: dict[str, str]) -> None:
    """Let a request name records that exist, where it names any."""
    form = case.operation.path.split("/")[3]
    if form in known and "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = known[form]
    values = case.body.get("values") if isinstance(case.body, dict) else None
    if not isinstance(values, dict):
        return
    if values.get("part"):
        values["part"] = known["part"]
    rows = values.get("lines")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("material"):
            row["material"] = known["part"]
            row.pop("_id", None)
