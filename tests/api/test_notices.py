"""Notices through the API: the caller's own, read one by one and all at once."""

from __future__ import annotations

from typing import Any

from seamline.text import Text
from seamline.usecases import notices
from seamline.usecases.desk import Desk


def test_notices_are_listed_as_described_and_read(api: Any, api_of: Any, desk: Desk, job) -> None:
    made = api.post("/job", job()).get_json()
    with desk.store.unit() as unit:
        (event,) = unit.journal.of_record("job", made["id"], 1)
        say = Text("看一下{record}", "look at {record}")
        for kind in ("trouble", "clash"):
            notices.tell(unit, desk.catalogs.current(), event, kind, say, people=["anna"])
    anna = api_of("anna")
    page = anna.get("/notices?unread=true&limit=1").get_json()
    described = anna.get("/openapi.json").get_json()["components"]["schemas"]["Notices"]
    assert set(page) == set(described["required"])
    (one,) = page["items"]
    assert set(one) == set(described["properties"]["items"]["items"]["required"])
    assert (page["unread"], one["kind"], one["record"]) == (2, "clash", made["id"])
    assert one["say"]["en"] == f"look at {one['form'].title()} {made['code']}"
    rest = anna.get(f"/notices?cursor={page['next']}").get_json()
    assert [other["kind"] for other in rest["items"]] == ["trouble"]
    assert anna.post("/notices/read", {"notices": [one["id"]]}).get_json() == {"read": 1}
    assert anna.post("/notices/read", {}).get_json() == {"read": 1}
    assert anna.get("/notices").get_json()["unread"] == 0
    assert api.get("/notices").get_json()["items"] == []
    for wrong in ({"notices": "all"}, {"which": []}):
        assert anna.post("/notices/read", wrong).status_code == 400
    assert anna.get("/notices?kind=gossip").status_code == 400
