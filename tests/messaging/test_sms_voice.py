"""Text messages and calls: a result per number, receipts, and no number said aloud."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from seamline.connector import AskPerson, GiveUp, Incoming, Message, Retry
from seamline.connectors.sms_voice import codes, templates

WORDS = {"code": "OD-2026-11-00001", "due": "11-28 17:00"}
pytestmark = pytest.mark.cap(50)


def text(*to, key="k1", template="due_soon", parameters=WORDS):
    return Message(key, to or ("13800000001",), template=template, parameters=parameters)


def test_every_number_has_its_own_result(sms, to_sms):
    with to_sms() as connector:
        found = connector.send(text("13800000001", "+86 138-0000-0002", "12345", "no number"))
        again = connector.send(text("13800000001", "+86 138-0000-0002", "12345", "no number"))
    assert [one.state for one in found] == ["accepted", "accepted", "failed", "failed"]
    assert [one.state for one in again] == [one.state for one in found]
    assert [effect.split()[1] for effect in sms.standin.effects()] == [
        "13800000001", "13800000002",
    ]  # fmt: skip


@pytest.mark.parametrize("manner", ["delivered", "failed", "never"])
def test_a_receipt_says_what_became_of_a_message(sms, to_sms, manner):
    sms.standin.services["sms"].phones.behave("13800000001", sms=manner)
    with to_sms() as connector:
        (sent,) = connector.send(text())
        assert connector.delivery(sent.reference)[0].state == "accepted"
    sms.advance(10)
    with to_sms() as connector:
        (found,) = connector.delivery(sent.reference)
        assert found.state == {"never": "accepted"}.get(manner, manner)
        assert (found.why is not None) == (manner == "failed")
        assert connector.delivery("of somebody else") == ()


@pytest.mark.parametrize("provider", ["aliyun"])
@pytest.mark.parametrize("manner", ["answered", "busy", "no_answer", "off"])
def test_whether_a_call_was_answered(sms, to_sms, provider, manner):
    sms.standin.services["sms"].phones.behave("13800000001", voice=manner)
    with to_sms() as connector:
        (sent,) = connector.send(text(template="due_call"))
    sms.advance(40)
    with to_sms() as connector:
        (found,) = connector.delivery(sent.reference)
    assert found.state == ("delivered" if manner == "answered" else "failed")


PUSHED = {
    "aliyun sms": ('[{"phone_number":"13800000001","success":false,"biz_id":"%s",'
                   '"err_code":"MK:0013"}]', "failed"),
    "tencent sms": ('[{"mobile":"13800000001","report_status":"SUCCESS","sid":"%s"}]', "delivered"),
    "tencent call": ('{"voiceprompt_callback":{"result":"0","callid":"%s",'
                     '"mobile":"13800000001"}}', "delivered"),
    "aliyun call": ('[{"call_id":"%s","status_code":"200002"}]', "failed"),
}  # fmt: skip


@pytest.mark.parametrize("shape", PUSHED)
def test_receipts_are_pushed_too(sms, to_sms, shape):
    sms.standin.fault("receipt_never")
    body, state = PUSHED[shape]
    with to_sms() as connector:
        template = "due_call" if "call" in shape else "due_soon"
        (sent,) = connector.send(text(template=template))
        asked = Incoming(
            "POST", {"token": "standin-push-word"}, {}, (body % sent.reference).encode()
        )
        (happening,) = connector.receive(asked).happenings
        assert happening.topic == "receipt"
        assert "1380000" not in json.dumps(happening.values)
        assert connector.delivery(sent.reference)[0].state == state


@pytest.mark.parametrize("query", [{}, {"token": "wrong"}])
def test_receipts_of_strangers_are_refused(to_sms, query):
    with pytest.raises(GiveUp), to_sms() as connector:
        connector.receive(Incoming("POST", query, {}, b"[]"))


@pytest.mark.parametrize(
    ("template", "parameters"), [("unknown", WORDS), ("due_soon", {"code": "OD-1"})]
)
def test_what_has_no_template_or_no_words_is_for_a_person(sms, to_sms, template, parameters):
    with pytest.raises(AskPerson), to_sms() as connector:
        connector.send(text(template=template, parameters=parameters))
    assert sms.standin.requests() == []


def test_no_number_and_no_key_is_ever_said(sms, to_sms, caplog, capfd):
    heard = []
    for fault in ("reset", "http_502_html", "truncated_json", "isv.AMOUNT_NOT_ENOUGH"):
        sms.standin.fault(fault, times=1)
        try:
            with to_sms() as connector:
                heard.append(repr(connector))
                connector.send(text(key=fault))
        except (AskPerson, Retry) as setback:
            heard += [str(setback), json.dumps(setback.problem.as_json())]
    heard += [caplog.text, *capfd.readouterr()]
    for secret in ("13800000001", "standin-key-id", "standin-key-secret"):
        assert not any(secret in words for words in heard)


@pytest.mark.parametrize(
    ("code", "message", "kind", "after"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", Retry, 60),
        ("isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5", Retry, 3600),
        ("isv.AMOUNT_NOT_ENOUGH", "", AskPerson, None),
        ("SignatureDoesNotMatch", "", AskPerson, None),
        ("InvalidTimeStamp.Expired", "", AskPerson, None),
        ("LimitExceeded.PhoneNumberOneHourLimit", "", Retry, 3600),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "", AskPerson, None),
        ("UnsupportedOperation.X", "", GiveUp, None),
        ("Something.New", "", AskPerson, None),
    ],
)
def test_a_code_says_what_is_next(code, message, kind, after):
    found = codes.verdict(code, message).setback(code)
    assert type(found) is kind
    if after is not None:
        assert found.after == timedelta(seconds=after)


def test_a_number_that_had_its_share_today_has_failed():
    for code, say in (
        ("isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10"),
        ("LimitExceeded.PhoneNumberDailyLimit", ""),
    ):
        assert codes.verdict(code, say).next == "failed"


def test_numbers_are_written_as_each_provider_wants_them():
    assert templates.number(" 138 0000 0001 ") == "13800000001"
    assert templates.international("13800000001") == "+8613800000001"
    assert templates.domestic("+8613800000001") == "13800000001"
    assert templates.number("张三") == ""


def test_a_check_says_whether_the_key_is_right(sms, to_sms):
    with to_sms() as connector:
        assert [one.ok for one in connector.check()] == [True, True]
    sms.standin.fault("clock_skew", args={"s": 3600})
    with to_sms() as connector:
        (finding,) = connector.check()
    assert not finding.ok
    assert finding.hint
