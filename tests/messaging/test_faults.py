"""Whatever goes wrong at what moment: the effect once, or an item that a person sees."""

from __future__ import annotations

from collections import Counter

import pytest

from seamline.connector import Message, Setback, Write

ANY = [
    {"fault": "http_500"}, {"fault": "http_500", "args": {"after": True}},
    {"fault": "http_502_html"}, {"fault": "http_503_retry_after"}, {"fault": "timeout"},
    {"fault": "timeout", "args": {"after": True}}, {"fault": "reset"},
    {"fault": "reset", "args": {"after": True}}, {"fault": "lost_reply"},
    {"fault": "truncated_json"}, {"fault": "truncated_json", "args": {"declared": True}},
    {"fault": "wrong_content_type"}, {"fault": "slow", "args": {"ms": 20}},
]  # fmt: skip
OF_WECOM = [
    {"fault": f"code_{code}"}
    for code in ("minus_1", 40001, 40014, 42001, 42014, 45009, 45033, 60020, 60111, 81013)
] + [{"fault": "partial"}, {"fault": "revoked"}, {"fault": "silent_drop"}]
OF_SMS = [
    {"fault": code}
    for code in (
        "isv.BUSINESS_LIMIT_CONTROL", "isv.AMOUNT_NOT_ENOUGH", "isv.SMS_TEMPLATE_ILLEGAL",
        "Throttling.User", "LimitExceeded.PhoneNumberDailyLimit",
        "LimitExceeded.PhoneNumberThirtySecondLimit", "FailedOperation.PhoneNumberInBlacklist",
        "AuthFailure.SignatureExpire", "InternalError.Timeout", "receipt_failed", "receipt_never",
    )
] + [{"fault": "clock_skew", "args": {"s": 1200}}]  # fmt: skip

WORDS = {"code": "OD-2026-11-00001", "due": "11-28"}
BUTTONS = {"buttons": [{"text": "已开工", "key": "started"}]}


def name(rule):
    return "-".join([rule["fault"], *rule.get("args", {})])


def one(connector):
    return connector.send(Message("k1", ("m01",), text="请开工"))


def three(connector):
    return connector.send(Message("k1", ("m01", "m02", "m03"), text="请开工"))


def card(connector):
    return connector.send(Message("k1", ("m01",), "任务", "请开工", options=BUTTONS))


def robot(connector):
    return connector.send(Message("k1", ("robot:orders",), text="请开工"))


def judged(done, effects):
    """Hold what came of it against what happened over there."""
    assert all(count == 1 for count in effects.values()), effects
    if isinstance(done, Setback):
        assert done.problem.say.zh and done.problem.say.en
        return
    for delivery in done:
        happened = effects.get(delivery.to, 0)
        if delivery.state == "failed":
            assert not happened and delivery.why
        if delivery.state == "unknown":
            assert delivery.why


@pytest.mark.parametrize("rule", [*ANY, *OF_WECOM], ids=name)
@pytest.mark.parametrize(
    ("act", "times"), [(one, 1), (three, 1), (card, 1), (robot, 1), (one, None)]
)
def test_messages_of_wecom(wecom, to_wecom, act, rule, times):
    often = {} if times is None else {"times": times}
    if rule["fault"] == "timeout" and times is None:
        often = {"times": 2}
    wecom.standin.fault(**rule, path="*/send", **often)
    done = wecom.until_done(to_wecom, act)
    effects = Counter(
        "robot:orders" if effect == "robot" else effect.split()[1]
        for effect in wecom.standin.effects()
    )
    judged(done, effects)
    if times == 1 and rule["fault"] in {one["fault"] for one in ANY} and act is not robot:
        assert {one.state for one in done} == {"accepted"}
        assert sum(effects.values()) == len(done)


@pytest.mark.parametrize("rule", ANY, ids=name)
@pytest.mark.parametrize("operation", ["recall", "update"])
def test_what_is_done_to_messages(wecom, to_wecom, operation, rule):
    with to_wecom() as connector:
        (sent,) = connector.send(Message("k1", ("m01",), "任务", "请开工", options=BUTTONS))
    chats = wecom.standin.services["wecom"].chats
    now = wecom.standin.bench.clock.now()
    target = sent.reference
    if operation == "update":
        target = chats.response_code(chats.cards["k1"], now)
    path = "*/recall" if operation == "recall" else "*/update_template_card"
    wecom.standin.fault(**rule, path=path, times=1)
    order = Write(
        "message" if operation == "recall" else "card", operation, "w1",
        {"replace": "已开工"}, target=target,
    )  # fmt: skip
    done = wecom.until_done(to_wecom, lambda connector: connector.write(order))
    effects = [one for one in wecom.standin.effects() if not one.startswith("message")]
    if operation == "update":
        assert len(effects) <= 1
    assert isinstance(done, Setback) or effects


@pytest.mark.parametrize("rule", [*ANY, {"fault": "code_40014"}, {"fault": "code_45009"}], ids=name)
@pytest.mark.parametrize("path", ["*/getuserinfo", "*/user/get", "*/gettoken", "*/ticket/get"])
def test_signing_in_and_the_camera(wecom, to_wecom, path, rule):
    service = wecom.standin.services["wecom"]
    code = service.tokens.code("m05")
    wecom.standin.fault(**rule, path=path, times=1)

    def act(connector):
        if "ticket" in path:
            return connector.page("https://seamline.example/scan")
        return connector.identify(code)

    done = wecom.until_done(to_wecom, act)
    # A code that was used up by an answer that got lost is told to the person, who begins anew.
    assert isinstance(done, Setback) or done
    assert wecom.standin.effects().count("identified m05") <= 1


@pytest.mark.parametrize("rule", [*ANY, *OF_SMS], ids=name)
@pytest.mark.parametrize(
    ("template", "times"), [("due_soon", 1), ("due_call", 1), ("due_soon", None)]
)
def test_text_messages_and_calls(sms, to_sms, provider, template, rule, times):
    numbers = ("13800000001",) if template == "due_call" else ("13800000001", "13800000002")
    often = {} if times is None else {"times": times}
    if rule["fault"] == "timeout" and times is None:
        often = {"times": 2}
    sms.standin.fault(**rule, **often)
    message = Message("k1", numbers, template=template, parameters=WORDS)
    done = sms.until_done(to_sms, lambda connector: connector.send(message))
    effects = Counter(effect.split()[1] for effect in sms.standin.effects())
    judged(done, effects)
    if not isinstance(done, Setback):
        sms.standin.heal()
        sms.advance(60)
        for delivery in done:
            told = receipt(sms, to_sms, delivery)
            if provider == "tencent" and template == "due_call":
                continue  # the results of its calls are pushed, they cannot be asked for
            if rule["fault"] == "receipt_failed" and delivery.to == numbers[0]:
                assert told == "failed"
            if rule["fault"] == "receipt_never" and delivery.to == numbers[0]:
                assert told == "accepted"


def receipt(sms, to_sms, delivery):
    if not delivery.reference:
        return delivery.state
    with to_sms() as connector:
        found = [one for one in connector.delivery(delivery.reference) if one.to == delivery.to]
    return found[0].state if found else delivery.state


@pytest.mark.parametrize("after", [False, True])
def test_a_person_is_asked_where_nobody_can_know_whether_it_went_out(wecom, to_wecom, after):
    message = Message("k1", ("robot:orders",), text="请开工", options={"ask": True})

    def say(connector):
        return connector.send(message)

    wecom.standin.fault("timeout", path="*/send", args={"after": after}, times=1)
    asked = wecom.until_done(to_wecom, say)
    assert (asked.problem.code, asked.effect) == ("wecom_robot_unsure", "unknown")
    (told,) = wecom.until_done(to_wecom, say)  # somebody has looked, and lets it go on
    assert told.state == "accepted"
    assert len(wecom.standin.effects()) == 1 + after


def test_a_card_whose_answer_got_lost_is_known_to_be_changed(wecom, to_wecom):
    with to_wecom() as connector:
        connector.send(Message("k1", ("m01",), "任务", "请开工", options=BUTTONS))
    chats = wecom.standin.services["wecom"].chats
    code = chats.response_code(chats.cards["k1"], wecom.standin.bench.clock.now())
    order = Write("card", "update", "w1", {"replace": "已开工"}, target=code)
    wecom.standin.fault("lost_reply", path="*/update_template_card", times=1)
    done = wecom.until_done(to_wecom, lambda connector: connector.write(order))
    assert not isinstance(done, Setback)
    assert sum(one.startswith("card") for one in wecom.standin.effects()) == 1
