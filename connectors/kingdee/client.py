"""The way to Kingdee's Web API: who asks, in which session, and what an answer means."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from seamline.connector import Answer, AskPerson, Context, Retry
from seamline.problems import Problem, shorten
from seamline.text import Text

from . import signing
from .setbacks import NO_RIGHT, SESSION_LOST, Refusal, body_of, setback

_STUB = "Kingdee.BOS.WebApi.ServicesStub"
_IDENTITY = ("server", "account", "user", "login", "app_id", "language", "organisation")
_COOKIE = re.compile(r"kdservice-sessionid=([^;,\s]+)")
# A new session may take minutes to be accepted: whoever signs in again and again never gets in.
COOL_DOWN = timedelta(minutes=5)
COME_AGAIN = timedelta(seconds=60)
# Rows that every version of Kingdee gives at once; of more it leaves out the rest without a word.
ROWS = 2000


class Client:
    """Calls services of Kingdee; a session is shared by all callers of the connection."""

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = settings
        self._context = context
        server = str(settings["server"]).rstrip("/")
        self._base = server if server.endswith("/k3cloud") else f"{server}/k3cloud"
        # A session is of one user of one account: other settings do not go on with it.
        words = "\n".join(str(settings[name]) for name in _IDENTITY)
        self._kept = f"session-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
        self._session: str | None = None
        self._accepted = False  # whether Kingdee has let somebody work in the session
        self.date = ""

    def call(self, name: str, body: Mapping[str, Any], *, writes: bool = False) -> Any:
        """Return the body of a service's answer; raises a setback, or Refusal where it refused.

        A call that finds the session lost is made once more: Kingdee did nothing without one.
        """
        service = f"{_STUB}.DynamicFormService.{name}"
        session = self._entered()
        try:
            return self._posted(service, body, session, writes)
        except Refusal as refusal:
            if refusal.code != SESSION_LOST:
                raise
        return self._once_more(service, body, session, writes)

    def done(self, name: str, body: Mapping[str, Any], *, writes: bool = False) -> Any:
        """Call a service whose refusal is a setback."""
        try:
            return self.call(name, body, writes=writes)
        except Refusal as refusal:
            raise setback(refusal, writes) from None

    def rows(self, form: str, columns: Sequence[str], where: str, order: str, limit: int) -> Any:
        """Return up to `limit` rows of a query."""
        return self._page(form, columns, where, order, 0, limit)

    def all_rows(self, form: str, columns: Sequence[str], where: str, order: str) -> list[Any]:
        """Return every row of a query, page by page until one is empty.

        A page that is only short proves nothing: a server may give fewer rows than asked for.
        """
        found: list[Any] = []
        while page := self._page(form, columns, where, order, len(found), ROWS):
            found += page
        return found

    def fields(self, form: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the field catalogue of a form, by key in lower case; raises Refusal."""
        answer = self.call("QueryBusinessInfo", {"data": {"FormId": form}})
        entries = answer["Result"]["NeedReturnData"].get("Entrys") or ()
        return {
            str(field["Key"]).lower(): field
            for entry in entries
            for field in entry.get("Fields") or ()
        }

    def catalogue(self, form: str) -> frozenset[str]:
        """Return the keys of the fields of a form; none where this user may not see them."""
        try:
            return frozenset(self.fields(form))
        except Refusal as refusal:
            if refusal.code != NO_RIGHT:
                raise setback(refusal, False) from None
            return frozenset()

    def _page(
        self, form: str, columns: Sequence[str], where: str, order: str, start: int, limit: int
    ) -> list[Any]:
        data = {
            "FormId": form, "FieldKeys": ",".join(columns), "FilterString": where,
            "OrderString": order, "StartRow": start, "Limit": limit,
            # The number of the last row counted from the first of all, not a number of rows.
            "TopRowCount": start + limit,
        }  # fmt: skip
        rows = self.done("ExecuteBillQuery", {"data": data})
        if not isinstance(rows, list):
            raise Retry(_strange())
        return rows

    def _once_more(
        self, service: str, body: Mapping[str, Any], session: str | None, writes: bool
    ) -> Any:
        again = self._renewed(session)
        try:
            return self._posted(service, body, again, writes)
        except Refusal as refusal:
            if refusal.code == SESSION_LOST:
                raise Retry(_not_yet(), COME_AGAIN) from None
            raise

    def _posted(
        self, service: str, body: Mapping[str, Any], session: str | None, writes: bool
    ) -> Any:
        url = f"{self._base}/{service}.common.kdsvc"
        sent = dict(self._signed(url)) if self._settings["login"] == "header" else {}
        if session:
            sent |= {"kdservice-sessionid": session, "Cookie": f"kdservice-sessionid={session}"}
        answer = self._post(url, sent, body)
        self.date = answer.headers.get("date", "")
        if self._settings["login"] == "header":
            found = _COOKIE.search(answer.headers.get("set-cookie", ""))
            if found and found[1] != session:
                self._keep(found[1])
        try:
            body = body_of(answer, writes)
        except Refusal as refusal:
            if refusal.code != SESSION_LOST:
                self._work_in_it()
            raise
        self._work_in_it()
        return body

    def _post(self, url: str, headers: Mapping[str, str], body: object) -> Answer:
        seconds = float(self._settings["timeout"])
        return self._context.http.request("POST", url, headers=headers, json=body, timeout=seconds)

    def _entered(self) -> str | None:
        """Return the session to call in; None where a signed request opens one by itself."""
        if self._session is None:
            self._take_up(self._context.memory.get(self._kept))
        if self._session is None and self._settings["login"] != "header":
            with self._context.memory.alone("login"):
                self._take_up(self._context.memory.get(self._kept))
                if self._session is None:
                    self._login()
        return self._session

    def _take_up(self, kept: Any) -> None:
        if kept:
            self._session, self._accepted = kept["id"], bool(kept.get("accepted"))

    def _renewed(self, lost: str | None) -> str | None:
        """Return a session in place of a lost one, if it is time for one.

        One that somebody has worked in is replaced at once. One that was never accepted may
        still be: only when that has taken long is another signed in.
        """
        if self._settings["login"] == "header":
            self._context.memory.drop(self._kept)
            self._session, self._accepted = None, False
            return None
        with self._context.memory.alone("login"):
            kept = self._context.memory.get(self._kept)
            if kept and kept["id"] != lost:
                self._take_up(kept)
                return self._session
            left = self._cooling(kept) if kept else timedelta()
            if left > timedelta():
                raise Retry(_not_yet(), max(COME_AGAIN, left))
            return self._login()

    def _cooling(self, kept: Mapping[str, Any]) -> timedelta:
        if kept.get("accepted"):
            return timedelta()
        return COOL_DOWN - timedelta(seconds=self._context.now().timestamp() - kept["at"])

    def _work_in_it(self) -> None:
        """Note that Kingdee accepts the session."""
        if self._session is not None and not self._accepted:
            self._accepted = True
            kept = self._context.memory.get(self._kept)
            if kept and kept["id"] == self._session:
                self._context.memory.put(self._kept, {**kept, "accepted": True})

    def _keep(self, session: str) -> str:
        kept = {"id": session, "at": self._context.now().timestamp()}
        self._context.memory.put(self._kept, kept)
        self._session, self._accepted = session, False
        return session

    def _login(self) -> str:
        way = self._settings["login"]
        account, user = str(self._settings["account"]), str(self._settings["user"])
        language = self._settings["language"]
        given: list[Any] = [account, user]
        if way == "password":
            call, given = "ValidateUser", [*given, self._context.secret("password"), language]
        else:
            app_id, secret = str(self._settings["app_id"]), self._context.secret("app_secret")
            call, proof = "LoginByAppSecret", [secret]
            if way == "sign":
                stamp = str(int(self._context.now().timestamp()))
                sign = signing.login_sign(account, user, app_id, secret, stamp)
                call, proof = "LoginBySign", [stamp, sign]
            given = [*given, app_id, *proof, language]
        url = f"{self._base}/{_STUB}.AuthService.{call}.common.kdsvc"
        told = {"parameters": given}
        answer = body_of(self._post(url, {}, told), False)
        entered = isinstance(answer, Mapping) and answer.get("LoginResultType") == 1
        if not entered or not answer.get("KDSVCSessionId"):
            raise AskPerson(_shut_out(answer))
        return self._keep(str(answer["KDSVCSessionId"]))

    def _signed(self, url: str) -> Mapping[str, str]:
        own = self._settings
        data = f"{own['account']},{own['user']},{own['language']},{own['organisation']}"
        secret = self._context.secret("app_secret")
        return signing.headers(
            url, str(own["app_id"]), secret, data, self._context.now(), uuid4().hex
        )


def _not_yet() -> Problem:
    say = Text(
        "金蝶还没有接受会话，稍后再试。",
        "Kingdee does not accept the session yet; it is tried again.",
    )
    hint = Text(
        "一直如此时，请检查应用标识、密钥与服务器时间。",
        "If it stays so, check the application id, its secret and the server's clock.",
    )
    return Problem("kingdee_session", say, hint=hint)


def _strange() -> Problem:
    say = Text("金蝶的查询没有返回行。", "A query of Kingdee did not answer with rows.")
    return Problem("kingdee_garbled", say)


def _shut_out(answer: Any) -> Problem:
    why = shorten(str(answer.get("Message") or ""), 200) if isinstance(answer, Mapping) else ""
    say = Text(f"金蝶不让登录：{why}", f"Kingdee does not let us in: {why}")
    hint = Text(
        "请检查账套、用户和密钥。", "Check the account, the user and the secret of the connection."
    )
    return Problem("kingdee_login", say, hint=hint)
