"""What other systems tell: rightly signed, stored once, and counted where it is not."""

from __future__ import annotations

import pytest

from seamline.ui.app import create_app

from ..browsing import answering

pytestmark = pytest.mark.cap(82)


@pytest.fixture(scope="module")
def served(reached):
    with answering(create_app(reached.desk)) as url:
        yield url


def told(desk):
    with desk.store.reading() as unit:
        return [one for one in unit.outbox.next(1000) if one.topic.startswith("connection.")]


def test_wecom_verifies_the_address_and_an_order_written_to_the_app_is_kept_once(reached, served):
    service = reached.wecom.services["wecom"]
    answer = service._verify(type("R", (), {"data": {"url": f"{served}/connect/wecom"}})())
    assert answer.status == 200
    reached.wecom.fault("duplicate_callback", times=1)
    service.say("m05", "连杆 200 件，12 月 1 日")
    reached.wecom.bench.settle()
    found = told(reached.desk)
    assert [one.topic for one in found] == ["connection.wecom.message"]
    assert found[0].body["text"] == "连杆 200 件，12 月 1 日"
    answers = [one for one in reached.wecom.bench.deliveries() if one.get("kind") == "callback"]
    assert [one["status"] for one in answers[-2:]] == [200, 200]


def test_what_is_not_signed_is_refused_and_counted(reached, served):
    app = create_app(reached.desk)
    client = app.test_client()
    before = len(told(reached.desk))
    for _ in range(3):
        assert client.post("/connect/wecom?msg_signature=0", data=b"<xml/>").status_code == 403
    assert client.post("/connect/nobody").status_code == 404
    assert app.extensions["seamline.refused_calls"].count == 3
    assert len(told(reached.desk)) == before
    assert b"seamline_calls_refused_total 3" in client.get("/metrics").data


def test_whoever_keeps_guessing_has_to_wait(reached):
    client = create_app(reached.desk).test_client()
    for _ in range(300):
        client.post("/connect/wecom", data=b"x")
    answer = client.post("/connect/wecom", data=b"x")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
