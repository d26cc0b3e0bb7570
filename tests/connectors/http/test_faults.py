"""Every fault in every operation of a service ends in its effect once, or before a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from seamline import clock
from seamline.connector import AskPerson, GiveUp, Receipt, Retry, Setback, Skip, Write

from .test_contract import ORDER

ATTEMPTS = 4
FAULTS = [
    ("http_500", {}), ("http_500", {"after": True}), ("http_502_html", {"after": True}),
    ("http_503_retry_after", {}), ("timeout", {}), ("timeout", {"after": True}), ("reset", {}),
    ("lost_reply", {}), ("truncated_json", {}), ("truncated_json", {"declared": True}),
    ("wrong_content_type", {}), ("slow", {"ms": 700}), ("busy", {}), ("forbidden", {}),
    ("forbidden", {"status": 401}), ("forbidden", {"status": 422}), ("forbidden", {"status": 409}),
    ("clock_skew", {}),
]  # fmt: skip
NAMES = [f"{name}-{'-'.join(map(str, args.values()))}" for name, args in FAULTS]
WRITES = {
    "create": ("header", Write("orders", "create", "k1", ORDER)),
    "create_look": ("look", Write("orders", "create", "k2", ORDER)),
    "create_ask": ("ask", Write("orders", "create", "k3", ORDER)),
    "note_ask": ("ask", Write("notes", "create", "k4", {"text": "喂"})),
    "note_look": ("look", Write("notes", "create", "k5", {"text": "喂"})),
    "put": ("ask", Write("parts", "update", "k6", {"name": "新", "stock": 5}, "3")),
    "delete": ("ask", Write("orders", "delete", "k7", {}, "SO-0002")),
    "cancel_ask": ("ask", Write("orders", "cancelOrder", "k8", {"reason": "x"}, "SO-0003")),
}
READS = {
    "describe": ("/openapi.json", lambda c: c.describe()),
    "read": ("/orders", lambda c: c.read("orders", None, 30).changes),
    "find": ("/orders/*", lambda c: c.find("orders", "SO-0004")),
    "look_through": ("/events", lambda c: c.find("events", "41")),
}


def settled(connecting, desk, call, **more):
    """Do what the platform does with a call: again after a while, or put it before a person."""
    ahead, start = timedelta(), clock.now()
    for _ in range(ATTEMPTS):
        with clock.frozen(start + ahead):
            try:
                with connecting(**more) as connector:
                    return call(connector)
            except Retry as setback:
                wait, last = setback.after or timedelta(seconds=5), setback
            except Setback as setback:
                return setback
        ahead += wait
    return last


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(("fault", "args"), FAULTS, ids=NAMES)
def test_a_write_happens_once_or_is_put_before_somebody(
    connecting, desk, name, fault, args, always
):
    once, order = WRITES[name]
    with connecting(once=once) as connector:
        connector.describe()
    rule = {"method": {"put": "PUT", "delete": "DELETE"}.get(name, "POST"), "args": args}
    desk.fault(fault, **rule, **({} if always else {"times": 1}))
    outcome = settled(connecting, desk, lambda c: c.write(order), once=once)
    made = len(set(desk.effects()))
    # Setting a part to the same values again is one effect, however often it is sent.
    assert len(desk.effects()) == made or name == "put"
    assert made <= 1
    desk.heal()
    if isinstance(outcome, Receipt):
        assert made == 1
        with connecting(once=once) as connector:
            assert connector.write(order).repeated
        assert len(set(desk.effects())) == 1
        return
    if isinstance(outcome, Skip):
        assert (name, made) == ("delete", 1)
        return
    assert isinstance(outcome, AskPerson | GiveUp | Retry)
    assert outcome.problem.say.zh and outcome.problem.say.en
    assert made == 0 or outcome.effect == "unknown"
    if made == 0:  # whoever has looked over there resumes it
        outcome = settled(connecting, desk, lambda c: c.write(order), once=once)
        if isinstance(outcome, AskPerson) and outcome.effect == "unknown":
            outcome = settled(connecting, desk, lambda c: c.write(order), once=once)
        assert isinstance(outcome, Receipt)
        assert len(desk.effects()) == 1


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(("fault", "args"), FAULTS, ids=NAMES)
def test_a_reading_comes_whole_or_is_put_before_somebody(connecting, desk, name, fault, args):
    path, call = READS[name]
    desk.fault(fault, path=path, args=args, times=1)
    outcome = settled(connecting, desk, call)
    desk.heal()
    if isinstance(outcome, Setback):
        assert isinstance(outcome, AskPerson)
        assert fault == "forbidden"
        outcome = settled(connecting, desk, call)
    assert outcome == settled(connecting, desk, call)
    assert desk.effects() == []
