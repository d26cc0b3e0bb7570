"""Writing and sending to other systems that fail: each system, its operations, and its faults."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from seamline import clock
from seamline.connecting import discovered
from seamline.connector import Connector, Message, Write
from seamline.connectors.http.standin.service import CREDENTIAL
from seamline.connectors.kingdee.standin import auth
from seamline.connectors.sms_voice import standin as sms_
from seamline.connectors.u8.standin import openapi
from seamline.connectors.wecom import standin as wecom_
from seamline.standins.standin import Running as Standing
from seamline.testing.connector_contract import Case, opening
from seamline.usecases.desk import Desk

Fault = tuple[str, Mapping[str, Any]]
Connect = Callable[[], AbstractContextManager[Connector]]
COMMON: list[Fault] = [
    ("timeout", {}), ("timeout", {"after": True}), ("lost_reply", {}), ("http_500", {}),
    ("http_500", {"after": True}), ("http_503_retry_after", {}), ("truncated_json", {}),
    ("reset", {}), ("reset", {"after": True}),
]  # fmt: skip
LINE = {"FMaterialId": "CH000001", "FUnitID": "Pcs", "FQty": 5, "FTaxPrice": 1.5}
BILL = {
    "FBillNo": "OD-1", "FDate": "2026-11-26", "FCustId": "CUST000001", "FSaleOrgId": "100",
    "FSaleOrderEntry": [LINE],
}  # fmt: skip
ROBOTS = "\n".join(f"{name}={key}" for name, key in wecom_.ROBOTS.items())
BUTTONS = {"buttons": [{"text": "begun", "key": "begun"}]}
WORDS = ["code", "due"]


@dataclass
class System:
    """One operation of another system: how it is reached, how it fails, what really happened.

    `asked` are values of the order that sets its pipeline off, beside the system's name.
    """

    name: str
    connect: Connect
    faults: Sequence[Fault]
    begin: Callable[[], None]
    fail: Callable[[str, Mapping[str, Any], bool], None]
    heal: Callable[[], None]
    passes: Callable[[float], None]
    count: Callable[[], int]
    asked: dict[str, Any] = field(default_factory=dict)


def opener(desk: Desk, name: str, case: Case, called: str = "") -> Connect:
    """Return what opens a connection anew, which remembers in the workspace."""
    return opening(discovered().kinds[name], case, desk.store, called or name)


def in_time(served: Standing, connect: Connect) -> Connect:
    """Let a connection live in the time of its stand-in."""

    @contextmanager
    def now() -> Iterator[Connector]:
        with clock.frozen(served.bench.clock.now()), connect() as connector:
            yield connector

    return now


def forgotten(desk: Desk, name: str, served: Standing) -> None:
    """Let a stand-in begin anew, and the connection know nothing of before."""
    served.reset()
    with desk.store.unit() as unit:
        unit.remembered.drop(name)


def failing(
    served: Standing, path: str, **which: Any
) -> Callable[[str, Mapping[str, Any], bool], None]:
    """Return what lets calls of a path fail, once or until all is well again."""

    def fail(fault: str, args: Mapping[str, Any], always: bool) -> None:
        often = {} if always else {"times": 1}
        served.fault(fault, path=path, args=dict(args), **which, **often)

    return fail


def counting(served: Standing, begins: str) -> Callable[[], int]:
    """Return what counts the effects of a stand-in that begin so."""
    return lambda: sum(one.startswith(begins) for one in served.effects())


def kingdee(desk: Desk, served: Standing) -> list[System]:
    """Return Kingdee: a bill is made, changed, submitted, audited."""
    given = {
        "account": auth.ACCOUNT, "user": auth.USER, "app_id": auth.APP_ID, "login": "secret",
        "server": f"{served.url}/k3cloud", "timeout": 1,
    }  # fmt: skip
    secrets = {"app_secret": auth.APP_SECRET, "password": auth.PASSWORD}
    connect = in_time(served, opener(desk, "kingdee", Case(given, secrets, network="loopback")))
    faults = [*COMMON, ("session_lost", {"shape": "plain"}), ("session_lost", {"shape": "wrapped"}),
              ("response_error", {}), ("msg_code", {"code": 14})]  # fmt: skip

    def begin(steps: Sequence[str]) -> None:
        forgotten(desk, "kingdee", served)
        with connect() as connector:
            for step in steps:
                values = BILL if step == "create" else {}
                target = "" if step == "create" else "OD-1"
                connector.write(Write("sales_order", step, f"begin {step}", values, target))

    def operation(name: str, call: str, effect: str, *before: str, **asked: Any) -> System:
        return System(
            name, connect, faults, partial(begin, before), failing(served, f"*.{call}.*"),
            served.heal, served.advance, counting(served, effect), asked,
        )  # fmt: skip

    lines = [{"part": "CH000001", "qty": 5}, {"part": "CH000002", "qty": 3}]
    return [
        operation("kingdee", "Save", "update SAL_SaleOrder OD-1", "create"),
        operation("kingdee_create", "Save", "create SAL_SaleOrder", lines=lines),
        operation("kingdee_submit", "Submit", "submit SAL_SaleOrder OD-1", "create"),
        operation("kingdee_audit", "Audit", "audit SAL_SaleOrder OD-1", "create", "submit"),
    ]


def wecom(desk: Desk, served: Standing) -> list[System]:
    """Return WeCom: to a member, by a robot; a card is changed, a message called back."""
    given = {
        "corp_id": wecom_.CORP, "agent_id": wecom_.AGENT, "server": served.url,
        "inside_server": served.url, "scan_server": served.url, "seconds": 1.0,
    }  # fmt: skip
    case = Case(given, {"secret": wecom_.SECRET, "robots": ROBOTS}, network="loopback")
    connect = in_time(served, opener(desk, "wecom", case))
    tokens: list[Fault] = [("code_42001", {}), ("code_40014", {}), ("code_45009", {})]
    limit: list[Fault] = [("code_45009", {})]

    def begin() -> None:
        forgotten(desk, "wecom", served)

    def said(asked: dict[str, Any], card: bool) -> None:
        begin()
        with connect() as connector:
            first = Message("begin", ("m01",), "task", "begin", options=BUTTONS if card else {})
            (one,) = connector.send(first)
            asked["target"] = one.reference
        if card:
            chats = served.services["wecom"].chats
            (task,) = chats.cards
            now = served.bench.clock.now()
            asked["target"] = chats.response_code(chats.cards[task], now)

    def operation(
        name: str, path: str, effect: str, own: Sequence[Fault], card: bool | None = None
    ) -> System:
        asked: dict[str, Any] = {}
        start = begin if card is None else partial(said, asked, card)
        return System(
            name, connect, [*COMMON, *own], start, failing(served, path), served.heal,
            served.advance, counting(served, effect), asked,
        )  # fmt: skip

    return [
        operation("wecom", "*/message/send", "message m01", tokens),
        operation("wecom_robot", "*/webhook/send", "robot", limit),
        operation("wecom_card", "*/update_template_card", "card ", tokens, card=True),
        operation("wecom_recall", "*/recall", "recall ", tokens, card=False),
    ]


def sms_voice(desk: Desk, served: Standing) -> list[System]:
    """Return both providers of text messages and calls: one message, one call."""
    common: list[Fault] = [
        ("isv.BUSINESS_LIMIT_CONTROL", {}), ("Throttling.User", {}), ("SignatureExpired", {}),
    ]  # fmt: skip
    tencent: list[Fault] = [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", {}), ("InternalError.Timeout", {}),
        ("AuthFailure.SignatureExpire", {}),
    ]  # fmt: skip
    found = []
    for provider, ids, own in (
        ("aliyun", ("SMS_480001", "TTS_270001"), common),
        ("tencent", ("1480001", "2270001"), tencent),
    ):
        given = {
            "provider": provider, "sign": sms_.SIGN, "app": sms_.APP, "voice_app": sms_.VOICE_APP,
            "templates": [
                {"name": "due_soon", "medium": "sms", "id": ids[0], "parameters": WORDS},
                {"name": "due_call", "medium": "voice", "id": ids[1], "parameters": WORDS},
            ],
            "sms_server": served.url, "voice_server": served.url, "seconds": 1.0,
        }  # fmt: skip
        secrets = {"key_id": sms_.KEY_ID, "key_secret": sms_.KEY_SECRET}
        case = Case(given, secrets, network="loopback")
        connect = in_time(served, opener(desk, "sms_voice", case, provider))
        for medium, effect in (("sms", "sms 13800000001"), ("voice", "call 13800000001")):
            found.append(System(
                f"{provider}_{medium}", connect, [*COMMON, *own],
                partial(forgotten, desk, provider, served), failing(served, "/"), served.heal,
                served.advance, counting(served, effect),
            ))  # fmt: skip
    return found


def http_case(served: Standing) -> Case:
    """Return how the order desk is reached."""
    reads = [{"entity": "orders", "since": "updated_since", "modified": "updated_at"}]
    given = {
        "document": f"{served.url}/openapi.json", "auth": "bearer", "timeout": 1, "once": "header",
        "reads": reads,
    }  # fmt: skip
    return Case(given, {"credential": CREDENTIAL}, network="loopback")


def http(desk: Desk, served: Standing) -> System:
    """Return the order desk, any service with a description: a note is left."""
    connect = in_time(served, opener(desk, "http", http_case(served)))
    own: list[Fault] = [("busy", {}), ("forbidden", {})]
    return System(
        "http", connect, [*COMMON, *own], lambda: forgotten(desk, "http", served),
        failing(served, "/notes"), served.heal, served.advance,
        lambda: served.effects().count("create notes"),
    )  # fmt: skip


def u8_services(desk: Desk, path: Path, served: Standing) -> list[System]:
    """Return U8 by its services: an order with two lines is entered by OpenAPI, by EAI."""
    with closing(sqlite3.connect(path)) as database:
        parts = database.execute("SELECT cInvCode FROM Inventory WHERE bSale = 1 LIMIT 2")
        lines = [{"part": part, "qty": 5} for (part,) in parts]
        (customer,) = database.execute("SELECT cCusCode FROM Customer LIMIT 1").fetchone()
    own: dict[str, list[Fault]] = {
        "openapi": [("token_expired", {}), ("agent_offline", {}), ("licence_full", {}),
                    ("refused", {})],
        "eai": [("empty_body", {}), ("asp_error", {}), ("refused", {})],
    }  # fmt: skip
    given = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 5, "department": "01",
        "connection_string": f"DRIVER=SQLite3;Database={path};Timeout=3000", "service_seconds": 1,
        "openapi_url": served.url, "from_account": openapi.FROM_ACCOUNT,
        "to_account": openapi.TO_ACCOUNT, "app_key": openapi.APP_KEY,
        "eai_url": f"{served.url}/u8eai/import.asp", "eai_sender": "001",
    }  # fmt: skip
    secrets = {"app_secret": openapi.APP_SECRET}
    found = []
    for way, on in (("openapi", "/api/saleorder/add"), ("eai", "/u8eai/import.asp")):
        case = Case({**given, "write_by": way}, secrets, network="loopback")
        found.append(System(
            f"u8_{way}", in_time(served, opener(desk, "u8", case, f"u8_{way}")),
            [*COMMON, *own[way]], partial(forgotten, desk, f"u8_{way}", served),
            failing(served, on, service=f"u8-{way}"), served.heal, served.advance,
            counting(served, "add saleorder"), {"customer": customer, "lines": lines},
        ))  # fmt: skip
    return found


def u8_columns(desk: Desk, path: Path) -> System:
    """Return a U8 database: the settlement number of an order is written back."""
    given = {
        "driver": "odbc", "dialect": "sqlite", "seconds": 0.3, "write_by": "columns",
        "write_columns": ["settlement_no", "final_delivery"],
        "connection_string": f"DRIVER=SQLite3;Database={path};Timeout=300",
    }  # fmt: skip
    held: list[sqlite3.Connection] = []
    known: dict[str, Any] = {"before": 0, "always": False}

    def updates() -> int:
        asked = "SELECT COUNT(*) FROM u8sim_journal WHERE table_name = 'SO_SOMain' AND pk = '1'"
        with closing(sqlite3.connect(path)) as database:
            return int(database.execute(asked).fetchone()[0])

    def begin() -> None:
        known["before"] = updates()

    def fail(_fault: str, _args: Mapping[str, Any], always: bool) -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        held.append(other)
        known["always"] = always

    def heal() -> None:
        while held:
            held.pop().close()

    def passes(_seconds: float) -> None:
        if not known["always"]:
            heal()

    connect = opener(desk, "u8", Case(given, {}))
    return System("u8", connect, [("held by another", {})], begin, fail, heal, passes,
                  lambda: updates() - known["before"])  # fmt: skip
