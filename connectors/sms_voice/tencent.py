"""Tencent Cloud: text messages (sms) and calls (vms)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from seamline.connector import Context
from seamline.text import Text

from . import signing
from .provider import SECONDS, Failed, Outcome, Trace, understood
from .templates import Medium, Template, international

SMS, VOICE = "https://sms.tencentcloudapi.com", "https://vms.tencentcloudapi.com"
_SMS_VERSION, _VOICE_VERSION = "2021-01-11", "2020-09-02"
_REGION = "ap-guangzhou"
_KEPT = timedelta(days=3)
_MOST_STATUSES = 100


class Tencent:
    """One account at Tencent Cloud; every number of a call has its own result."""

    batch = 200
    settled: timedelta | None = None  # the context of a message comes back only where enabled

    def __init__(self, settings: Mapping[str, Any], context: Context) -> None:
        self._settings = settings
        self._context = context
        self._seconds = float(settings.get("seconds") or SECONDS)
        self._sms = str(settings.get("sms_server") or SMS).rstrip("/")
        self._voice = str(settings.get("voice_server") or VOICE).rstrip("/")

    def _ask(
        self, server: str, service: str, action: str, asked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        body = json.dumps(asked, ensure_ascii=False).encode()
        headers = signing.tc3(
            urlsplit(server).netloc,
            service,
            action,
            body,
            self._context.now(),
            self._context.secret("key_id"),
            self._context.secret("key_secret"),
        )
        headers["x-tc-version"] = _SMS_VERSION if service == "sms" else _VOICE_VERSION
        headers["x-tc-region"] = str(self._settings.get("region") or _REGION)
        answer = self._context.http.request(
            "POST", f"{server}/", headers=headers, body=body, timeout=self._seconds
        )
        data = understood(answer, action.startswith("Send")).get("Response") or {}
        error = data.get("Error")
        if error:
            raise Failed(str(error.get("Code", "")), str(error.get("Message", "")))
        return dict(data)

    def sms(
        self, numbers: Sequence[str], template: Template, words: Mapping[str, str], mark: str
    ) -> Mapping[str, Outcome]:
        """Send a text message to up to 200 numbers."""
        asked = {
            "PhoneNumberSet": [international(one) for one in numbers],
            "SmsSdkAppId": str(self._settings.get("app", "")),
            "SignName": str(self._settings.get("sign", "")),
            "TemplateId": template.id,
            "TemplateParamSet": list(words.values()),
            "SessionContext": mark,
        }
        data = self._ask(self._sms, "sms", "SendSms", asked)
        said = {str(one.get("PhoneNumber")): one for one in data.get("SendStatusSet") or ()}
        return {one: _outcome(said.get(international(one))) for one in numbers}

    def call(self, number: str, template: Template, words: Mapping[str, str], mark: str) -> Outcome:
        """Call a number and read the template to it, twice."""
        asked = {
            "TemplateId": template.id,
            "CalledNumber": international(number),
            "VoiceSdkAppid": str(self._settings.get("voice_app", "")),
            "TemplateParamSet": list(words.values()),
            "PlayTimes": 2,
            "SessionContext": mark,
        }
        data = self._ask(self._voice, "vms", "SendTtsVoice", asked)
        return Outcome(str((data.get("SendStatus") or {}).get("CallId", "")))

    def trace(self, medium: Medium, number: str, mark: str, at: datetime) -> Trace:
        """Look among the receipts for the context of ours; calls cannot be looked up."""
        if medium == "voice":
            return Trace("unknown")
        self._pull()
        return self._kept(f"context:{mark}:{international(number)}")

    def receipt(self, medium: Medium, reference: str, number: str, at: datetime) -> Trace:
        """Fetch what receipts there are; those of calls are pushed to us instead."""
        if medium == "sms" and not self._kept(f"receipt:{reference}").state:
            self._pull()
        found = self._kept(f"receipt:{reference}")
        return found if found.state else Trace("accepted", reference)

    def _pull(self) -> None:
        """Take receipts over into memory: what was fetched once is not told again."""
        more = True
        while more:
            asked = {"Limit": _MOST_STATUSES, "SmsSdkAppId": str(self._settings.get("app", ""))}
            data = self._ask(self._sms, "sms", "PullSmsSendStatus", asked)
            listed = data.get("PullSmsSendStatusSet") or ()
            for one in listed:
                self._keep(one)
            more = len(listed) == _MOST_STATUSES

    def _keep(self, one: Mapping[str, Any]) -> None:
        state = "delivered" if one.get("ReportStatus") == "SUCCESS" else "failed"
        reference = str(one.get("SerialNo", ""))
        kept = [state, reference, str(one.get("Description") or "")[:60], one["UserReceiveTime"]]
        memory = self._context.memory
        memory.put(f"receipt:{reference}", kept, _KEPT)
        if one.get("SessionContext"):
            name = f"context:{one['SessionContext']}:{one.get('PhoneNumber', '')}"
            memory.put(name, kept, _KEPT)

    def _kept(self, name: str) -> Trace:
        kept = self._context.memory.get(name)
        if kept is None:
            return Trace()
        state, reference, why, stamp = kept
        at = datetime.fromtimestamp(stamp, UTC) if stamp else None
        return Trace(state, reference, Text.same(why) if state == "failed" else None, at)

    def ping(self) -> None:
        """Fetch receipts."""
        self._pull()


def _outcome(said: Mapping[str, Any] | None) -> Outcome:
    if said is None:
        return Outcome("", "InternalError.NoStatus")
    if said.get("Code") == "Ok":
        return Outcome(str(said.get("SerialNo", "")))
    return Outcome("", str(said.get("Code", "")), str(said.get("Message", "")))
