"""The stand-in's interface: what WeCom answers, and what it then does."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, OwnFault, Request, Route, json_answer

from . import rooms, telling
from .chats import Chats
from .company import AGENT, CUSTOMERS, PEOPLE
from .tokens import Tokens

_SAY = {
    -1: "system busy", 40001: "invalid credential", 40014: "invalid access_token",
    40029: "invalid code", 40056: "invalid agentid", 40058: "invalid Request Parameter",
    41001: "access_token missing", 42001: "access_token expired", 42012: "invalid response_code",
    42014: "task_id duplicate", 45009: "api freq out of limit", 45033: "concurrent limit",
    60020: "not allow to access from your ip, hint: [0], from ip: 203.0.113.7, more info at"
           " https://open.work.weixin.qq.com/devtool/query?e=60020",
    60111: "userid not found", 81013: "user & party & tag all invalid", 82001: "no receiver",
    93000: "invalid webhook url", 84061: "not external contact",
}  # fmt: skip
_FAULTY = (-1, 40001, 40014, 42001, 42014, 45009, 45033, 48002, 60020, 60111, 81013)
_BLOCKED = timedelta(seconds=60)


def refused(code: int) -> Answer:
    """Return an error code with its words; HTTP says 200 all the same."""
    return json_answer({"errcode": code, "errmsg": _SAY.get(code, "error")})


def fine(effects: tuple[str, ...] = (), **more: Any) -> Answer:
    """Return a good answer."""
    return json_answer({"errcode": 0, "errmsg": "ok", **more}, effects=effects)


class WeComService:
    """One company at WeCom."""

    name = "wecom"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.reset()

    def reset(self) -> None:
        """Forget tokens, chats and blocks."""
        self.tokens = Tokens(self._bench.clock.now)
        self.chats = Chats()
        self.callback = ""
        self._blocked: datetime | None = None
        self._said = 0

    @property
    def faults(self) -> Mapping[str, OwnFault]:
        """Return the error codes, and what goes wrong with a good answer."""
        found: dict[str, OwnFault] = {f"code_{code}": self._coded(code) for code in _FAULTY}
        return {
            **found, "code_minus_1": self._coded(-1), "partial": _later, "silent_drop": _later,
            "revoked": self._revoked,
        }  # fmt: skip

    def _coded(self, code: int) -> OwnFault:
        def fault(request: Request, args: Args) -> Answer:
            if code == 45009:
                self._blocked = self._bench.clock.now() + _BLOCKED
            if code in (40014, 42001):
                self.tokens.revoke()
            return refused(code)

        return fault

    def _revoked(self, request: Request, args: Args) -> None:
        self.tokens.revoke()

    def routes(self) -> Sequence[Route]:
        """Return what it answers."""
        say = {
            "message/send": self._send, "message/recall": self._recall,
            "message/update_template_card": self._update, "media/upload": self._upload,
            "auth/getuserinfo": self._who, "auth/getuserdetail": self._detail,
            "get_jsapi_ticket": self._ticket, "ticket/get": self._ticket,
            "user/get": self._user, "agent/get": self._agent,
            "externalcontact/get": self._customer,
        }  # fmt: skip
        guarded = [Route("*", f"/cgi-bin/{name}", self._guarded(do)) for name, do in say.items()]
        return [
            Route("GET", "/cgi-bin/gettoken", self._token),
            *guarded,
            Route("POST", "/cgi-bin/webhook/send", self._robot),
            Route("POST", "/cgi-bin/webhook/upload_media", self._upload),
            Route("GET", "/connect/oauth2/authorize", self._authorize),
            Route("GET", "/wwlogin/sso/login", self._authorize),
            Route("POST", "/_wecom/callback", self._verify),
            Route("POST", "/_wecom/say", lambda request: self._told(self.say, request)),
            Route("POST", "/_wecom/click", lambda request: self._told(self.click, request)),
        ]

    def _guarded(self, do: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def answer(request: Request) -> Answer:
            if self._blocked and self._bench.clock.now() < self._blocked:
                return refused(45009)
            trouble = self.tokens.trouble(request.query.get("access_token", ""))
            return refused(trouble) if trouble else do(request)

        return answer

    def _token(self, request: Request) -> Answer:
        asked = request.query
        return json_answer(self.tokens.fetch(asked.get("corpid", ""), asked.get("corpsecret", "")))

    def _send(self, request: Request) -> Answer:
        data = request.data or {}
        trouble = self._unfit(data)
        if trouble:
            return refused(trouble)
        good, invalid, bare = self.chats.sort(data)
        if "partial" in request.faults and len(good) > 1:
            invalid, good = [*invalid, good[-1]], good[:-1]
        if not good and not bare:
            return json_answer(
                {"errcode": 81013, "errmsg": _SAY[81013], "invaliduser": "|".join(invalid)}
            )
        drop = "silent_drop" in request.faults
        sent = self.chats.post(data, good, self._bench.clock.now(), drop)
        for member in sent.members:
            self._bench.deliver("wecom", kind=data["msgtype"], to=member, id=sent.id)
        more = {"response_code": f"{sent.id}-rc"} if data["msgtype"] == "template_card" else {}
        effects = tuple(f"message {member} {sent.id}" for member in sent.members)
        lists = {"invaliduser": "|".join(invalid), "unlicenseduser": "|".join(bare)}
        return fine(effects, msgid=sent.id, **lists, **more)

    def _unfit(self, data: Mapping[str, Any]) -> int:
        """Return the error code of a message that cannot be."""
        kind = str(data.get("msgtype", ""))
        part = data.get(kind)
        if not data.get("touser"):
            return 82001
        if data.get("agentid") != AGENT:
            return 40056
        needed = {
            "text": ("content",), "markdown": ("content",),
            "textcard": ("title", "description", "url"), "template_card": ("card_type", "task_id"),
        }.get(kind)  # fmt: skip
        if needed is None or not isinstance(part, dict) or not all(part.get(n) for n in needed):
            return 40058
        if len(str(part.get("content", "")).encode()) > 2048:
            return 45002
        return 42014 if part.get("task_id") in self.chats.cards else 0

    def _recall(self, request: Request) -> Answer:
        message = str((request.data or {}).get("msgid", ""))
        sent = self.chats.sent.get(message)
        again = sent is not None and sent.recalled
        code = self.chats.recall(message, self._bench.clock.now())
        return refused(code) if code else fine(() if again else (f"recall {message}",))

    def _update(self, request: Request) -> Answer:
        response = str((request.data or {}).get("response_code", ""))
        code = self.chats.change(response, self._bench.clock.now())
        return refused(code) if code else fine((f"card {response}",), invaliduser=[])

    def _upload(self, request: Request) -> Answer:
        return fine(("media",), type="file", media_id=f"media-{len(request.body)}")

    def _robot(self, request: Request) -> Answer:
        code = self.chats.by_robot(request.query.get("key", ""), self._bench.clock.now())
        if code:
            return refused(code)
        self._bench.deliver("wecom", kind="robot", words=request.data)
        return fine(("robot",))

    def _who(self, request: Request) -> Answer:
        member = self.tokens.member(request.query.get("code", ""))
        if not member:
            return refused(40029)
        if member not in PEOPLE:
            return fine(openid=member)
        return fine((f"identified {member}",), userid=member, user_ticket=f"ut-{member}")

    def _detail(self, request: Request) -> Answer:
        member = str((request.data or {}).get("user_ticket", "")).removeprefix("ut-")
        one = PEOPLE.get(member)
        return fine(userid=one.id, mobile=one.mobile) if one else refused(40058)

    def _user(self, request: Request) -> Answer:
        one = PEOPLE.get(request.query.get("userid", ""))
        if one is None or not one.visible:
            return refused(60111)
        return fine(userid=one.id, name=one.name, mobile=one.mobile)

    def _agent(self, request: Request) -> Answer:
        if request.query.get("agentid") != str(AGENT):
            return refused(40056)
        return fine(agentid=AGENT, name="订单助手", close=0, redirect_domain="seamline.example")

    def _customer(self, request: Request) -> Answer:
        who = request.query.get("external_userid", "")
        known = CUSTOMERS.get(who)
        return fine(external_contact={"external_userid": who, "name": known}) if known else (
            refused(84061)
        )  # fmt: skip

    def _ticket(self, request: Request) -> Answer:
        kind = "app" if request.query.get("type") == "agent_config" else "corp"
        return fine(ticket=self.tokens.ticket(kind), expires_in=7200)

    def _authorize(self, request: Request) -> Answer:
        member = request.query.get("member", "")
        if member:
            return rooms.back(request.query, self.tokens.code(member))
        return rooms.page(request.path, request.query)

    def _verify(self, request: Request) -> Answer:
        """Take an address for callbacks if it can open what only this company can close."""
        url, word = str((request.data or {}).get("url", "")), b"echo-5ea1"
        address = telling.signed(url, telling.sealed(word), self._bench.clock.now(), echo=True)
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                good = answer.read() == word
        except (urllib.error.URLError, ValueError):
            good = False
        if good:
            self.callback = url
        return json_answer({"verified": good}, status=200 if good else 400)

    def _told(self, do: Callable[..., None], request: Request) -> Answer:
        do(**(request.data or {}))
        return json_answer({})

    def say(self, member: str, text: str) -> None:
        """Let a member write to the app."""
        self._said += 1
        self._tell(member, MsgType="text", Content=text, MsgId=str(7_000_000 + self._said))

    def click(self, member: str, task: str, key: str) -> None:
        """Let a member press a button of a card."""
        card = self.chats.cards[task]
        response = self.chats.response_code(card, self._bench.clock.now())
        self._tell(
            member, MsgType="event", Event="template_card_event", EventKey=key, TaskId=task,
            CardType="button_interaction", ResponseCode=response,
        )  # fmt: skip

    def _tell(self, member: str, **words: str) -> None:
        now = self._bench.clock.now()
        message = telling.xml(
            FromUserName=member, CreateTime=str(int(now.timestamp())), AgentID=str(AGENT), **words
        )
        sealed = telling.sealed(message)
        address = telling.signed(self.callback, sealed, now)
        self._bench.call_back("wecom", address, telling.envelope(sealed, AGENT))


def _later(request: Request, args: Args) -> None:
    """Let the handler see to it."""
