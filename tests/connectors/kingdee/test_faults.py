"""Every fault in every operation ends in its effect once, or in something a person can see."""

from __future__ import annotations

import pytest

from seamline.connector import AskPerson, GiveUp, Receipt, Setback, Write
from seamline.testing import resuming

from .test_contract import NEW

pytestmark = pytest.mark.cap(81)
COMMON = [
    ("http_500", {}), ("http_500", {"after": True}), ("http_502_html", {}),
    ("http_502_html", {"after": True}), ("http_503_retry_after", {}),
    ("http_503_retry_after", {"after": True}), ("timeout", {}), ("timeout", {"after": True}),
    ("reset", {}), ("reset", {"after": True}), ("lost_reply", {}), ("truncated_json", {}),
    ("truncated_json", {"declared": True}), ("wrong_content_type", {}), ("slow", {"ms": 20}),
    ("slow", {"ms": 700}), ("clock_skew", {"s": 3600}),
]  # fmt: skip
OWN = [
    ("session_lost", {"shape": "plain"}), ("session_lost", {"shape": "wrapped"}),
    ("session_delay", {"s": 120}), ("response_error", {}),
    ("field_error", {"FieldName": "FQTY", "DIndex": 0}),
    *[("msg_code", {"code": code}) for code in (0, 2, 4, 6, 7, 9, 11, 12, 13, 14, 15)],
]  # fmt: skip
FAULTS = [*COMMON, *OWN]
NAMES = [f"{name}-{'-'.join(map(str, args.values()))}" for name, args in FAULTS]
READS = {
    "check": ("*.QueryBusinessInfo.*", lambda c: c.check()),
    "describe": ("*.QueryBusinessInfo.*", lambda c: c.describe()),
    "read": ("*.ExecuteBillQuery.*", lambda c: c.read("sales_order", None, 20)),
    "find": ("*.ExecuteBillQuery.*", lambda c: c.find("sales_order", "XSDD000001")),
}
MADE = "OD-2026-11-00009"
WRITES = {
    "create": ("*.Save.*", Write("sales_order", "create", "k1", {**NEW, "FBillNo": MADE})),
    "create_unnumbered": ("*.Save.*", Write("sales_order", "create", "k2", NEW)),
    "update": ("*.Save.*", Write("sales_order", "update", "k3", {"FNote": "急"}, MADE)),
    "submit": ("*.Submit.*", Write("sales_order", "submit", "k4", {}, MADE)),
    "audit": ("*.Audit.*", Write("sales_order", "audit", "k5", {}, MADE)),
}
NEEDS = {
    "update": ["create"],
    "submit": ["create"],
    "audit": ["create", "submit"],
}


def settled(connecting, kingdee, call, fault, login="header"):
    """See where a call ends; only where an answer fails to come is it not waited for long."""
    timeout = 0.5 if fault in ("timeout", "slow") else 30
    return resuming.settled(
        lambda: connecting(login, timeout=timeout),
        call,
        passes=lambda span: kingdee.advance(span.total_seconds()),
    )


def count(kingdee, operation: str, form: str = "SAL_SaleOrder") -> int:
    return sum(one.startswith(f"{operation} {form} ") for one in kingdee.effects())


@pytest.mark.parametrize(
    ("name", "always"), [*((name, False) for name in WRITES), ("create", True), ("audit", True)]
)
@pytest.mark.parametrize(("fault", "args"), FAULTS, ids=NAMES)
def test_a_write_happens_once_or_is_put_before_somebody(
    connecting, kingdee, name, always, fault, args
):
    path, order = WRITES[name]
    for step in NEEDS.get(name, ()):
        with connecting() as connector:
            connector.write(WRITES[step][1])
    kingdee.fault(fault, path=path, args=args, **({} if always else {"times": 1}))
    outcome = settled(connecting, kingdee, lambda c: c.write(order), fault)
    made = count(kingdee, order.operation)
    if isinstance(outcome, Receipt):
        assert made == 1
    else:
        assert isinstance(outcome, Setback)
        assert outcome.problem.say.zh and outcome.problem.say.en
        assert made <= 1
        assert made == 0 or outcome.effect == "unknown"
    # Whoever resumes it when all is well again gets the one effect, or the one there is.
    kingdee.heal()
    with connecting() as connector:
        receipt = connector.write(order)
    assert count(kingdee, order.operation) == 1
    assert receipt.repeated is (made == 1)


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(("fault", "args"), FAULTS, ids=NAMES)
def test_a_reading_comes_whole_or_is_put_before_somebody(connecting, kingdee, name, fault, args):
    path, call = READS[name]
    whole = settled(connecting, kingdee, call, "")
    kingdee.fault(fault, path=path, args=args, times=1)
    outcome = settled(connecting, kingdee, call, fault)
    if name == "check":
        assert not isinstance(outcome, Setback)
        assert all(one.ok or one.hint for one in outcome)
        return
    if isinstance(outcome, Setback):
        assert isinstance(outcome, AskPerson | GiveUp)
        assert fault in ("msg_code", "field_error")
        kingdee.heal()
        outcome = settled(connecting, kingdee, call, fault)
    if name == "describe" and (fault, args.get("code")) == ("msg_code", 2):
        assert outcome == whole[1:]  # what one may not see is not there
    elif name == "read":
        assert (outcome.changes, outcome.more) == (whole.changes, whole.more)
    else:
        assert outcome == whole
    assert kingdee.effects() == []


@pytest.mark.parametrize("login", ["password", "secret", "sign"])
@pytest.mark.parametrize("fault", ["session_lost", "http_500", "lost_reply", "timeout", "reset"])
def test_signing_in_recovers_from_faults(connecting, kingdee, login, fault):
    path, order = WRITES["create"]
    on = path if fault == "session_lost" else "*AuthService*"
    kingdee.fault(fault, path=on, times=1)
    outcome = settled(connecting, kingdee, lambda c: c.write(order), fault, login)
    assert isinstance(outcome, Receipt)
    assert count(kingdee, "create") == 1


def test_nobody_hammers_the_door_while_a_new_session_is_not_accepted(connecting, kingdee):
    kingdee.fault("session_delay", args={"s": 100})
    order = WRITES["create"][1]
    outcome = settled(connecting, kingdee, lambda c: c.write(order), "session_delay", "secret")
    assert isinstance(outcome, Receipt)
    logins = [one for one in kingdee.requests() if "AuthService" in one["path"]]
    assert len(logins) == 1
    assert count(kingdee, "create") == 1


@pytest.mark.parametrize("login", ["header", "sign"])
def test_a_session_is_shared_over_connections_and_processes(connecting, kingdee, login):
    for _ in range(3):
        with connecting(login) as connector:
            connector.find("material", "CH000001")
    assert len(kingdee.services["kingdee"].sessions) == 1


@pytest.mark.parametrize("login", ["password", "secret", "sign"])
def test_a_wrong_account_is_put_before_somebody(connecting, kingdee, login):
    with connecting(login, account="another") as connector, pytest.raises(AskPerson) as shut_out:
        connector.find("material", "CH000001")
    assert shut_out.value.problem.code == "kingdee_login"
