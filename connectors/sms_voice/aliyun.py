"""Aliyun: text messages (dysmsapi) and calls (dyvmsapi)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from seamline.connector import Context
from seamline.text import Text

from . import signing
from .provider import SECONDS, Failed, Outcome, State, Trace, understood
from .templates import Medium, Template, domestic

SMS, VOICE = "https://dysmsapi.aliyuncs.com", "https://dyvmsapi.aliyuncs.com"
_VERSION = "2017-05-25"
_CHINA = timezone(timedelta(hours=8))  # its days begin there
_VOICE_NOTICE = "11000000300006"
_ANSWERED = "200000"
_STATES: Mapping[int, State] = {1: "accepted", 2: "failed", 3: "delivered"}


class Aliyun:
    """One account at Aliyun; text messages go out one number a call, each with its own OutId."""

    batch = 1
    settled: timedelta | None = timedelta(seconds=60)

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = settings
        self._context = context
        self._seconds = float(settings.get("seconds") or SECONDS)
        self._sms = str(settings.get("sms_server") or SMS).rstrip("/")
        self._voice = str(settings.get("voice_server") or VOICE).rstrip("/")

    def _ask(self, server: str, action: str, params: Mapping[str, str]) -> Mapping[str, Any]:
        query = signing.query_of(params)
        headers = signing.acs3(
            urlsplit(server).netloc,
            action,
            _VERSION,
            query,
            self._context.now(),
            self._context.secret("key_id"),
            self._context.secret("key_secret"),
        )
        answer = self._context.http.request(
            "POST", f"{server}/?{query}", headers=headers, timeout=self._seconds
        )
        changes = action.startswith(("Send", "Single"))
        data = understood(answer, changes)
        if data.get("Code") != "OK":
            raise Failed(str(data.get("Code", "")), str(data.get("Message", "")))
        return data

    def sms(
        self, numbers: Sequence[str], template: Template, words: Mapping[str, str], mark: str
    ) -> Mapping[str, Outcome]:
        """Send a text message to one number."""
        params = {
            "PhoneNumbers": ",".join(domestic(one) for one in numbers),
            "SignName": str(self._settings.get("sign", "")),
            "TemplateCode": template.id,
            "TemplateParam": json.dumps(words, ensure_ascii=False),
            "OutId": mark,
        }
        try:
            data = self._ask(self._sms, "SendSms", params)
        except Failed as failed:
            return {one: Outcome("", failed.code, failed.message) for one in numbers}
        return {one: Outcome(str(data["BizId"])) for one in numbers}

    def call(self, number: str, template: Template, words: Mapping[str, str], mark: str) -> Outcome:
        """Call a number and read the template to it, twice."""
        params = {
            "CalledNumber": domestic(number),
            "TtsCode": template.id,
            "TtsParam": json.dumps(words, ensure_ascii=False),
            "PlayTimes": "2",
            "OutId": mark,
        }
        shown = str(self._settings.get("show_number") or "")
        if shown:
            params["CalledShowNumber"] = shown
        data = self._ask(self._voice, "SingleCallByTts", params)
        return Outcome(str(data["CallId"]))

    def trace(self, medium: Medium, number: str, mark: str, at: datetime) -> Trace:
        """Look among the messages of that day for ours; calls cannot be looked up."""
        if medium == "voice":
            return Trace("unknown")
        return _found(self._details(number, at), lambda one: one.get("OutId") == mark)

    def receipt(self, medium: Medium, reference: str, number: str, at: datetime) -> Trace:
        """Ask what became of a message or a call."""
        if medium == "voice":
            return self._answered(reference, at)
        return _found(self._details(number, at, reference), lambda one: True)

    def _details(
        self, number: str, at: datetime, reference: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        params = {
            "PhoneNumber": domestic(number),
            "SendDate": at.astimezone(_CHINA).strftime("%Y%m%d"),
            "PageSize": "50",
            "CurrentPage": "1",
        }
        if reference:
            params["BizId"] = reference
        data = self._ask(self._sms, "QuerySendDetails", params)
        listed = (data.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
        return list(listed)

    def _answered(self, reference: str, at: datetime) -> Trace:
        params = {
            "CallId": reference,
            "ProdId": _VOICE_NOTICE,
            "QueryDate": str(int(at.timestamp() * 1000)),
        }
        data = self._ask(self._voice, "QueryCallDetailByCallId", params)
        detail = json.loads(data.get("Data") or "{}")
        if not detail.get("state"):
            return Trace("accepted", reference)
        say = Text.same(str(detail.get("stateDesc") or detail["state"])[:60])
        good = detail["state"] == _ANSWERED and int(detail.get("duration") or 0) > 0
        return Trace("delivered" if good else "failed", reference, say, _moment(detail, "endDate"))

    def ping(self) -> None:
        """Ask for messages to a number nobody has."""
        self._details("10000000000", self._context.now())


def _found(listed: Sequence[Mapping[str, Any]], fits: Any) -> Trace:
    for one in listed:
        if fits(one):
            status = int(one.get("SendStatus") or 1)
            state = _STATES.get(status, "accepted")
            why = Text.same(str(one.get("ErrCode") or "")[:60]) if state == "failed" else None
            return Trace(state, str(one.get("BizId") or ""), why, _moment(one, "ReceiveDate"))
    return Trace()


def _moment(words: Mapping[str, Any], name: str) -> datetime | None:
    try:
        local = datetime.strptime(str(words.get(name) or ""), "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    return local.replace(tzinfo=_CHINA).astimezone(UTC)
