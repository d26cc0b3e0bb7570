"""WeCom: tokens, messages, cards, robots, limits, callbacks, signing in, the phone's camera."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from seamline.connector import (
    AskPerson,
    GiveUp,
    Incoming,
    Message,
    Retry,
    Skip,
    Write,
)  # fmt: skip
from seamline.connectors.wecom import callbacks, codes, device, wording
from seamline.connectors.wecom.standin import telling

pytestmark = pytest.mark.cap(82)
SPREAD = {"spread": True}


def said(*to, key="k1", text="请尽快开工", **more):
    return Message(key, to or ("m01",), text=text, **more)


def test_a_message_reaches_members_and_says_whom_it_did_not(wecom, to_wecom):
    with to_wecom() as connector:
        found = connector.send(said("m01", "m02", "m37", "m40", "nobody"))
    states = {one.to: one.state for one in found}
    assert states == {
        "m01": "accepted", "m02": "accepted", "m37": "failed", "m40": "failed", "nobody": "failed",
    }  # fmt: skip
    assert all(one.why for one in found if one.state == "failed")
    assert Counter(effect.split()[1] for effect in wecom.standin.effects()) == {"m01": 1, "m02": 1}


def test_all_receivers_invalid_is_told_per_address(to_wecom):
    with to_wecom() as connector:
        found = connector.send(said("m38", "nobody"))
    assert [one.state for one in found] == ["failed", "failed"]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "text"),
        ({"link": "https://seamline.example/r/1", "title": "任务"}, "textcard"),
        ({"options": {"kind": "markdown"}}, "markdown"),
        ({"options": {"buttons": [{"text": "已开工", "key": "started"}]}}, "template_card"),
    ],
)
def test_every_kind_of_message_is_taken(wecom, to_wecom, more, kind):
    with to_wecom() as connector:
        (found,) = connector.send(said(**more))
    assert found.state == "accepted"
    (kept,) = [one for one in wecom.standin.requests() if one["path"].endswith("message/send")]
    assert kept["body"]["msgtype"] == kind


def test_two_messages_of_the_same_words_are_two_and_a_repetition_is_one(wecom, to_wecom):
    with to_wecom() as connector:
        for key in ("a", "a", "b"):
            connector.send(said(key=key))
    assert len(wecom.standin.effects()) == 2


def test_forty_callers_fetch_one_token(wecom, to_wecom):
    trouble = []

    def one(number):
        try:
            with to_wecom() as connector:
                connector.send(said(f"m{number:02d}", key=f"k{number}"))
        except Exception as error:
            trouble.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    fetched = [one for one in wecom.standin.requests() if one["path"] == "/cgi-bin/gettoken"]
    assert (len(fetched), len(wecom.standin.effects())) == (1, 8)


@pytest.mark.parametrize("fault", ["code_40014", "code_42001", "revoked"])
def test_a_token_that_ended_early_is_renewed_once(wecom, to_wecom, fault):
    wecom.standin.fault(fault, path="*/message/send", nth=1)
    with to_wecom() as connector:
        assert connector.send(said())[0].state == "accepted"
    asked = [one["path"].rpartition("/")[2] for one in wecom.standin.requests()]
    assert asked.count("gettoken") == 2


def test_a_token_that_is_never_good_is_tried_twice_only(wecom, to_wecom):
    wecom.standin.fault("code_40014", path="*/message/send")
    with pytest.raises(Retry), to_wecom() as connector:
        connector.send(said())
    asked = [one["path"].rpartition("/")[2] for one in wecom.standin.requests()]
    assert asked.count("send") == 2


def test_a_member_never_gets_so_much_that_wecom_drops_it(wecom, to_wecom):
    for number in range(45):
        done = wecom.until_done(to_wecom, lambda one, n=number: one.send(said(key=f"k{n}")))
        assert done[0].state == "accepted"
    assert len(wecom.standin.effects()) == 45


def test_one_who_has_had_too_much_holds_up_nobody_else(wecom, to_wecom):
    with to_wecom() as connector:
        for number in range(30):
            connector.send(said(key=f"k{number}"))
        with pytest.raises(Retry) as raised:
            connector.send(said("m01", "m02", key="both"))
    assert timedelta() < raised.value.after <= timedelta(seconds=61)
    effects = Counter(effect.split()[1] for effect in wecom.standin.effects())
    assert effects == {"m01": 30, "m02": 1}
    wecom.advance(61)
    with to_wecom() as connector:
        assert [one.state for one in connector.send(said("m01", "m02", key="both"))] == [
            "accepted", "accepted",
        ]  # fmt: skip
    effects = Counter(effect.split()[1] for effect in wecom.standin.effects())
    assert effects == {"m01": 31, "m02": 1}


def test_a_robot_speaks_twenty_times_a_minute(wecom, to_wecom):
    for number in range(25):
        message = Message(f"k{number}", ("robot:orders",), text="新订单")
        done = wecom.until_done(to_wecom, lambda one, m=message: one.send(m))
        assert done[0].state == "accepted"
    assert wecom.standin.effects() == ["robot"] * 25
    with pytest.raises(AskPerson), to_wecom() as connector:
        connector.send(said("robot:nobody"))


def test_messages_keep_off_the_full_hour(wecom, to_wecom):
    now = wecom.standin.bench.clock.now()
    wecom.advance((timedelta(minutes=60 - now.minute, seconds=-now.second)).total_seconds())
    waits = []
    for number in range(8):
        with to_wecom() as connector:
            try:
                connector.send(said(key=f"k{number}", options=SPREAD))
            except Retry as setback:
                waits.append(setback.after.total_seconds())
    assert len(set(waits)) == len(waits) >= 6
    assert all(0 < wait <= 90 for wait in waits)
    with to_wecom() as connector:
        assert connector.send(said(key="now"))[0].state == "accepted"


def test_a_card_is_clicked_and_then_changed_once(wecom, to_wecom):
    service = wecom.standin.services["wecom"]
    buttons = {"buttons": [{"text": "已开工", "key": "started"}]}
    with to_wecom() as connector:
        connector.send(said(key="card-1", title="任务", options=buttons))
    taken = []
    service.callback = "http://127.0.0.1:9/connect/people"
    wecom.standin.bench.call_back = lambda name, url, body: taken.append((url, body))
    try:
        service.click("m01", "card-1", "started")
    finally:
        del wecom.standin.bench.call_back
    ((url, body),) = taken
    with to_wecom() as connector:
        (happening,) = connector.receive(incoming(url, body)).happenings
        assert happening.topic == "card"
        assert happening.values["task"] == "card-1"
        assert (happening.values["from"], happening.values["button"]) == ("m01", "started")
        order = Write(
            "card", "update", "u1", {"replace": "已开工"}, target=happening.values["response"]
        )
        assert not connector.write(order).repeated
        assert connector.write(order).repeated
        with pytest.raises(AskPerson):
            connector.write(Write("card", "update", "u2", {"replace": "x"}, target=order.target))
    assert [one for one in wecom.standin.effects() if one.startswith("card")] == [
        f"card {order.target}"
    ]


def test_a_message_is_recalled(wecom, to_wecom):
    with to_wecom() as connector:
        (sent,) = connector.send(said())
        connector.write(Write("message", "recall", "r1", {}, target=sent.reference))
    assert wecom.standin.services["wecom"].chats.sent[sent.reference].recalled


def incoming(url, body=b"", method="POST", **changes):
    query = {**dict(parse_qsl(urlsplit(url).query)), **changes}
    return Incoming(method, query, {}, body)


def test_the_echo_that_verifies_our_address_is_answered(wecom, to_wecom):
    now = wecom.standin.bench.clock.now()
    url = telling.signed("http://x/connect/w", telling.sealed(b"echo"), now, echo=True)
    with to_wecom() as connector:
        assert connector.receive(incoming(url, method="GET")).body == b"echo"


@pytest.mark.parametrize(
    "spoilt", ["signature", "time", "receiver", "xml", "cut", "entity", "empty"]
)
def test_what_wecom_did_not_send_is_refused(wecom, to_wecom, spoilt):
    now = wecom.standin.bench.clock.now()
    message = telling.xml(MsgType="text", Content="x", MsgId="1", FromUserName="m01")
    if spoilt == "xml":
        message = b"<xml>"
    if spoilt == "entity":
        message = b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>text</MsgType></xml>'
    sealed = telling.sealed(message, "another" if spoilt == "receiver" else telling.CORP)
    if spoilt == "cut":
        sealed = sealed[:40]
    moment = now - timedelta(hours=1) if spoilt == "time" else now
    url = telling.signed("http://x/", sealed, moment)
    body = b"" if spoilt == "empty" else telling.envelope(sealed, 1)
    changes = {"msg_signature": "0" * 40} if spoilt == "signature" else {}
    with pytest.raises(GiveUp), to_wecom() as connector:
        connector.receive(incoming(url, body, **changes))


def test_an_order_written_to_the_app_is_a_happening(wecom, to_wecom):
    now = wecom.standin.bench.clock.now()
    words = {"FromUserName": "m03", "CreateTime": "1", "MsgType": "text", "AgentID": "1000002"}
    message = telling.xml(**words, Content="连杆 200 件 <12月1日>", MsgId="77")
    sealed = telling.sealed(message)
    url = telling.signed("http://x/", sealed, now)
    with to_wecom() as connector:
        taken = connector.receive(incoming(url, telling.envelope(sealed, 1)))
    (happening,) = taken.happenings
    assert (happening.topic, happening.key) == ("message", "message:77")
    assert happening.values["text"] == "连杆 200 件 <12月1日>"
    assert taken.body == b"success"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.mark.parametrize("inside", [True, False])
def test_somebody_is_known_by_a_code_that_serves_once(wecom, to_wecom, inside):
    with to_wecom() as connector:
        where = connector.entrance("https://seamline.example/back", "st-1", inside)
    address = where.partition("#")[0] + "&member=m05"
    try:
        build_opener(_Stay).open(Request(address))  # noqa: S310
    except OSError as error:
        location = error.headers["Location"]
        error.close()
    query = dict(parse_qsl(urlsplit(location).query))
    assert query["state"] == "st-1"
    with to_wecom() as connector:
        who = connector.identify(query["code"])
        assert (who.id, who.name, who.facts["mobile"]) == ("m05", "陈静", "13800000005")
        with pytest.raises(GiveUp):
            connector.identify(query["code"])


def test_a_customer_outside_the_company_is_no_member(wecom, to_wecom):
    code = wecom.standin.services["wecom"].tokens.code("open-id-of-a-stranger")
    with pytest.raises(GiveUp), to_wecom() as connector:
        connector.identify(code)


def test_a_code_ends_after_five_minutes(wecom, to_wecom):
    code = wecom.standin.services["wecom"].tokens.code("m05")
    wecom.advance(301)
    with pytest.raises(GiveUp), to_wecom() as connector:
        connector.identify(code)


def test_pages_are_signed_for_the_camera_with_one_ticket(wecom, to_wecom):
    for page in range(3):
        with to_wecom() as connector:
            found = connector.page(f"https://seamline.example/scan/{page}?a=1#part")
    tickets = wecom.standin.services["wecom"].tokens
    url = "https://seamline.example/scan/2?a=1"
    for kind in ("corp", "app"):
        wanted = device.signature(tickets.ticket(kind), found["nonce"], found["timestamp"], url)
        assert found[f"{kind}_signature"] == wanted
    asked = [one["path"] for one in wecom.standin.requests() if "ticket" in one["path"]]
    assert len(asked) == 2


def test_every_published_code_says_what_is_next():
    next_of = {
        -1: Retry, 40001: AskPerson, 40013: AskPerson, 40014: Retry, 40029: GiveUp,
        40056: AskPerson, 40058: GiveUp, 40078: GiveUp, 41001: Retry, 42001: Retry, 45002: GiveUp,
        45009: Retry, 45033: Retry, 48002: AskPerson, 50001: AskPerson, 60011: AskPerson,
        60020: AskPerson, 60111: GiveUp, 81013: GiveUp, 82001: GiveUp, 301002: AskPerson,
        42014: Skip, 84061: AskPerson, 84074: AskPerson, 93000: AskPerson, 99999: AskPerson,
    }  # fmt: skip
    for code, wanted in next_of.items():
        found = codes.setback(code, "")
        assert type(found) is wanted, code
        assert found.problem.say.zh and found.problem.say.en


def test_our_own_address_is_told_where_wecom_does_not_take_it(wecom, to_wecom):
    wecom.standin.fault("code_60020", path="*/agent/get")
    with to_wecom() as connector:
        (finding,) = connector.check()
    assert not finding.ok
    assert "203.0.113.7" in finding.say.en
    assert "203.0.113.7" in finding.hint.zh


def test_a_check_says_what_is_right(to_wecom):
    with to_wecom() as connector:
        findings = connector.check()
    assert [one.ok for one in findings if one.title.en != "Clock"] == [True, True]


def test_long_words_are_cut_at_a_letter():
    assert len(wording.cut("订单" * 2000, 2048).encode()) <= 2048
    message = said(text="订" * 3000)
    assert len(wording.body(message)["text"]["content"].encode()) <= 2048
    assert wording.task_id("a/b") != wording.task_id("a-b")


def test_the_published_signature_of_callbacks():
    """The parts are sorted, whichever way round they come."""
    assert callbacks.signature("b", "a", "c", "d") == callbacks.signature("d", "c", "b", "a")
