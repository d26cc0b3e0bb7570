"""Every fault in every operation of a service ends in its effect once, or before a person."""

from __future__ import annotations

import pytest

from seamline.connector import AskPerson, GiveUp, Receipt, Retry, Setback, Skip, Write
from seamline.testing import resuming

from .test_contract import ORDER

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


def settled(connecting, call, fault, **more):
    """See where a call ends; only where an answer fails to come is it not waited for long."""
    timeout = 0.5 if fault in ("timeout", "slow") else 30
    return resuming.settled(lambda: connecting(timeout=timeout, **more), call)


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
    outcome = settled(connecting, lambda c: c.write(order), fault, once=once)
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
        outcome = settled(connecting, lambda c: c.write(order), fault, once=once)
        if isinstance(outcome, AskPerson) and outcome.effect == "unknown":
            outcome = settled(connecting, lambda c: c.write(order), fault, once=once)
        assert isinstance(outcome, Receipt)
        assert len(desk.effects()) == 1


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(("fault", "args"), FAULTS, ids=NAMES)
def test_a_reading_comes_whole_or_is_put_before_somebody(connecting, desk, name, fault, args):
    path, call = READS[name]
    desk.fault(fault, path=path, args=args, times=1)
    outcome = settled(connecting, call, fault)
    desk.heal()
    if isinstance(outcome, Setback):
        assert isinstance(outcome, AskPerson)
        assert fault == "forbidden"
        outcome = settled(connecting, call, fault)
    assert outcome == settled(connecting, call, fault)
    assert desk.effects() == []
