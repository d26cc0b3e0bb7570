"""The two providers' interfaces: what they answer, and what they then do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone
from typing import Any

from seamline.standins.bench import Bench
from seamline.standins.service import Answer, Args, OwnFault, Request, Route, json_answer

from . import verifying
from .approved import APP, SIGN, SMS_TEMPLATES, VOICE_APP, VOICE_TEMPLATES
from .phones import CALLS, Phones, Sent, real

_CHINA = timezone(timedelta(hours=8))
_CODES = (
    "isv.BUSINESS_LIMIT_CONTROL", "isv.AMOUNT_NOT_ENOUGH", "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.SMS_SIGNATURE_ILLEGAL", "Throttling.User", "LimitExceeded.PhoneNumberDailyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit", "LimitExceeded.AppDailyLimit",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.TemplateIncorrectOrUnapproved", "FailedOperation.PhoneNumberInBlacklist",
    "AuthFailure.SignatureExpire", "SignatureExpired", "InternalError.Timeout",
)  # fmt: skip


class SmsService:
    """One account with both providers; a request's headers say to which it goes."""

    name = "sms"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.reset()

    def reset(self) -> None:
        """Forget what was sent and which nonces were used."""
        self.phones = Phones(self._bench)
        self._nonces: set[str] = set()

    @property
    def faults(self) -> Mapping[str, OwnFault]:
        """Return codes of both providers (any by `code`), and what becomes of receipts."""
        later = ("receipt_failed", "receipt_never", "code", *_CODES)
        return dict.fromkeys(later, _later)

    def routes(self) -> Sequence[Route]:
        """Return what it answers."""
        return [Route("*", "/", self._any), Route("POST", "/_sms/phone", self._phone)]

    def _phone(self, request: Request) -> Answer:
        self.phones.behave(**(request.data or {}))
        return json_answer({})

    def _any(self, request: Request) -> Answer:
        if "x-tc-action" in request.headers:
            return self._tencent(request)
        return self._aliyun(request)

    def _aliyun(self, request: Request) -> Answer:
        trouble = verifying.aliyun(request, self._nonces)
        if trouble:
            return json_answer({"Code": trouble, "Message": trouble, "RequestId": "r"}, status=400)
        act = {
            "SendSms": self._a_sms, "SendBatchSms": self._a_batch,
            "QuerySendDetails": self._a_details, "SingleCallByTts": self._a_call,
            "QueryCallDetailByCallId": self._a_called,
        }.get(request.headers.get("x-acs-action", ""))  # fmt: skip
        if act is None:
            return _a("InvalidAction.NotFound")
        code = "" if "Query" in request.headers["x-acs-action"] else _faulty(request)
        return _a(code, str(request.faults[code].get("say", code))) if code else act(request)

    def _a_sms(self, request: Request) -> Answer:
        asked = request.query
        numbers = asked.get("PhoneNumbers", "").split(",")
        return self._a_sent(request, numbers, asked.get("TemplateParam", "{}"))

    def _a_batch(self, request: Request) -> Answer:
        asked = request.query
        numbers = json.loads(asked.get("PhoneNumberJson", "[]"))
        words = json.loads(asked.get("TemplateParamJson", "[{}]"))
        return self._a_sent(request, numbers, json.dumps(words[0]))

    def _a_sent(self, request: Request, numbers: Sequence[str], words: str) -> Answer:
        asked = request.query
        if asked.get("SignName", "").strip('[]"') != SIGN:
            return _a("isv.SMS_SIGNATURE_ILLEGAL")
        wanted = SMS_TEMPLATES.get(asked.get("TemplateCode", ""))
        if wanted is None or not asked["TemplateCode"].startswith("SMS_"):
            return _a("isv.SMS_TEMPLATE_ILLEGAL")
        if set(json.loads(words)) != set(wanted):
            return _a("isv.TEMPLATE_MISSING_PARAMETERS")
        if not numbers or not all(real(one) for one in numbers) or len(numbers) > 1000:
            return _a("isv.MOBILE_NUMBER_ILLEGAL")
        found = [self._send(request, "sms", one, asked.get("OutId", "")) for one in numbers]
        for one in found:
            one.reference = found[0].reference
        effects = tuple(f"sms {one.number} {one.reference}" for one in found)
        return _a("OK", effects=effects, BizId=found[0].reference)

    def _send(self, request: Request, medium: str, number: str, mark: str) -> Sent:
        manner = "failed" if "receipt_failed" in request.faults else ""
        if medium == "voice" and manner:
            manner = "no_answer"
        if "receipt_never" in request.faults:
            manner = "never"
        return self.phones.send(medium, number, mark, manner)

    def _a_details(self, request: Request) -> Answer:
        asked = request.query
        day = asked.get("SendDate", "")
        found = [
            one
            for one in self.phones.sent
            if one.medium == "sms"
            and one.number == asked.get("PhoneNumber")
            and one.at.astimezone(_CHINA).strftime("%Y%m%d") == day
            and asked.get("BizId", one.reference) == one.reference
        ]
        listed = [_a_detail(one) for one in found]
        details = {"SmsSendDetailDTO": listed}
        return _a("OK", SmsSendDetailDTOs=details, TotalCount=len(listed))

    def _a_call(self, request: Request) -> Answer:
        asked = request.query
        wanted = VOICE_TEMPLATES.get(asked.get("TtsCode", ""))
        if wanted is None or not asked["TtsCode"].startswith("TTS_"):
            return _a("isv.TTS_TEMPLATE_ILLEGAL")
        if set(json.loads(asked.get("TtsParam", "{}"))) != set(wanted):
            return _a("isv.TEMPLATE_MISSING_PARAMETERS")
        if not real(asked.get("CalledNumber", "")):
            return _a("isv.MOBILE_NUMBER_ILLEGAL")
        if not 1 <= len(asked.get("OutId", "")) <= 15:
            return _a("isv.INVALID_PARAMETERS")
        one = self._send(request, "voice", asked["CalledNumber"], asked["OutId"])
        effects = (f"call {one.number} {one.reference}",)
        return _a("OK", effects=effects, CallId=one.reference)

    def _a_called(self, request: Request) -> Answer:
        call = request.query.get("CallId", "")
        one = next((one for one in self.phones.sent if one.reference == call), None)
        if one is None:
            return _a("isv.CALL_NOT_FOUND")
        detail: dict[str, Any] = {"callId": call, "callee": one.number}
        if one.state and one.ended:
            state, words, seconds = CALLS[one.state]
            ended = one.ended.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
            detail |= {"state": state, "stateDesc": words, "duration": seconds, "endDate": ended}
        return _a("OK", Data=json.dumps(detail, ensure_ascii=False))

    def _tencent(self, request: Request) -> Answer:
        trouble = verifying.tencent(request)
        if trouble:
            return _t_error(trouble)
        act = {
            "SendSms": self._t_sms, "SendTtsVoice": self._t_call,
            "PullSmsSendStatus": self._t_pull,
        }.get(request.headers["x-tc-action"])  # fmt: skip
        return act(request) if act else _t_error("InvalidAction")

    def _t_sms(self, request: Request) -> Answer:
        asked = request.data or {}
        code = _faulty(request)
        per_number = code.startswith(("LimitExceeded.PhoneNumber", "FailedOperation.PhoneNumber"))
        if code and not per_number:
            return _t_error(code)
        if asked.get("SmsSdkAppId") != APP:
            return _t_error("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        wanted = SMS_TEMPLATES.get(str(asked.get("TemplateId")))
        listed, effects = [], []
        for number in asked.get("PhoneNumberSet") or ():
            trouble = code or _t_trouble(asked, wanted, str(number))
            one = None
            if not trouble:
                one = self._send(request, "sms", number, str(asked.get("SessionContext", "")))
                effects.append(f"sms {one.number} {one.reference}")
            listed.append(
                {
                    "SerialNo": one.reference if one else "", "PhoneNumber": number,
                    "Fee": 1 if one else 0, "SessionContext": asked.get("SessionContext", ""),
                    "Code": trouble or "Ok", "Message": trouble or "send success",
                    "IsoCode": "CN",
                }
            )  # fmt: skip
        return _t({"SendStatusSet": listed}, tuple(effects))

    def _t_call(self, request: Request) -> Answer:
        asked = request.data or {}
        code = _faulty(request)
        wanted = VOICE_TEMPLATES.get(str(asked.get("TemplateId")))
        if not code and asked.get("VoiceSdkAppid") != VOICE_APP:
            code = "UnauthorizedOperation.VoiceSdkAppidVerifyFail"
        if not code and (wanted is None or len(asked.get("TemplateParamSet") or ()) != len(wanted)):
            code = "FailedOperation.TemplateIncorrectOrUnapproved"
        if not code and not real(str(asked.get("CalledNumber", ""))):
            code = "InvalidParameterValue.IncorrectPhoneNumber"
        if code:
            return _t_error(code)
        mark = str(asked.get("SessionContext", ""))
        one = self._send(request, "voice", str(asked["CalledNumber"]), mark)
        status = {"CallId": one.reference, "SessionContext": mark}
        return _t({"SendStatus": status}, (f"call {one.number} {one.reference}",))

    def _t_pull(self, request: Request) -> Answer:
        most = int((request.data or {}).get("Limit", 100))
        ready = [one for one in self.phones.sent if one.medium == "sms" and one.state]
        listed = []
        for one in [one for one in ready if not one.pulled][:most]:
            one.pulled = True
            listed.append(
                {
                    "UserReceiveTime": int(one.ended.timestamp()) if one.ended else 0,
                    "CountryCode": "86", "SubscriberNumber": one.number,
                    "PhoneNumber": f"+86{one.number}", "SerialNo": one.reference,
                    "ReportStatus": "SUCCESS" if one.state == "delivered" else "FAIL",
                    "Description": "DELIVRD" if one.state == "delivered" else "UNDELIV",
                    "SessionContext": one.mark,
                }
            )  # fmt: skip
        return _t({"PullSmsSendStatusSet": listed})


def _faulty(request: Request) -> str:
    """Return the code that a fault asks for."""
    if "code" in request.faults:
        return str(request.faults["code"]["code"])
    return next((name for name in request.faults if "." in name or name in _CODES), "")


def _later(request: Request, args: Args) -> None:
    """Let the handler see to it."""


def _a(code: str, message: str = "", effects: tuple[str, ...] = (), **more: Any) -> Answer:
    data = {"Code": code, "Message": message or code, "RequestId": "5EA11E00", **more}
    return json_answer(data, effects=effects)


def _a_detail(one: Sent) -> dict[str, Any]:
    status = {"": 1, "failed": 2, "delivered": 3}[one.state]
    found = {
        "PhoneNum": one.number, "SendStatus": status, "OutId": one.mark,
        "SendDate": one.at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        "ErrCode": {1: "", 2: "MK:0013", 3: "DELIVERED"}[status],
    }  # fmt: skip
    if one.ended:
        found["ReceiveDate"] = one.ended.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return found


def _t(data: dict[str, Any], effects: tuple[str, ...] = ()) -> Answer:
    body = json.dumps({"Response": {**data, "RequestId": "5ea11e00"}}, ensure_ascii=False).encode()
    # Its own library looks for errors only where the type says exactly this.
    return Answer(200, body, "application/json", effects=effects)


def _t_error(code: str) -> Answer:
    return _t({"Error": {"Code": code, "Message": code}})


def _t_trouble(asked: Mapping[str, Any], wanted: tuple[str, ...] | None, number: str) -> str:
    if asked.get("SignName") != SIGN:
        return "FailedOperation.SignatureIncorrectOrUnapproved"
    if wanted is None:
        return "FailedOperation.TemplateIncorrectOrUnapproved"
    if len(asked.get("TemplateParamSet") or ()) != len(wanted):
        return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
    return "" if real(number) else "InvalidParameterValue.IncorrectPhoneNumber"
