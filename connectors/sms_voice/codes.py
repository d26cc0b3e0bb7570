"""What the providers' codes mean: try later, ask a person, give up, or this number alone failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Literal

from seamline.connector import AskPerson, GiveUp, Retry, Setback
from seamline.problems import Problem
from seamline.text import Text

Next = Literal["retry", "ask", "give_up", "failed"]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is next after a code; `failed` is about one number and ends the matter for it."""

    next: Next
    say: Text
    hint: Text | None = None
    after: timedelta | None = None
    lost: bool = False  # whether it may have been done all the same

    def setback(self, code: str) -> Setback:
        """Return the setback; the provider's own sentence is left out, for it may name a number."""
        problem = Problem("sms_provider", self.say, hint=self.hint, got=code[:80])
        if self.next == "retry":
            return Retry(problem, self.after, "unknown" if self.lost else "none")
        return AskPerson(problem) if self.next == "ask" else GiveUp(problem)


_KEYS = Text("服务商不接受访问密钥或签名。", "The provider takes neither key nor signature.")
_KEYS_HINT = Text("请核对密钥及其权限。", "Check the access key and its rights.")
_CLOCK = Text("服务商认为请求的时间不对。", "The provider holds the time of the request for wrong.")
_CLOCK_HINT = Text("请校准服务器时间。", "Set the time of the server.")
_MONEY = Text("余额或套餐不足。", "The balance or the package is used up.")
_MONEY_HINT = Text("请在服务商控制台充值。", "Top it up at the provider.")
_APPROVED = Text("签名或模板未通过审核。", "The signature or the template is not approved.")
_APPROVED_HINT = Text(
    "请在服务商控制台核对审核状态。", "See its state of approval at the provider."
)
_FITS = Text("参数与模板不符。", "The parameters do not fit the template.")
_FITS_HINT = Text(
    "请核对连接设置中模板的参数及其顺序。", "Check the parameters of the template and their order."
)
_NUMBER = Text("不是可用的手机号。", "Not a phone number that can be reached.")
_BLOCKED = Text("号码在黑名单中或已退订。", "The number is blocked or has unsubscribed.")
_DAILY = Text("该号码今日已达上限。", "The number has had its share for today.")
_FAST = Text("发送过于频繁。", "Sending too often.")
_BUSY = Text("服务商系统繁忙。", "The provider is busy.")

# The first pattern that fits decides.
_RULES: tuple[tuple[str, Verdict], ...] = (
    ("isv.BUSINESS_LIMIT_CONTROL:minute", Verdict("retry", _FAST, after=MINUTE)),
    ("isv.BUSINESS_LIMIT_CONTROL:hour", Verdict("retry", _FAST, after=HOUR)),
    ("isv.BUSINESS_LIMIT_CONTROL:day", Verdict("failed", _DAILY)),
    ("isv.BUSINESS_LIMIT_CONTROL*", Verdict("retry", _FAST, after=MINUTE)),
    ("isv.DAY_LIMIT_CONTROL", Verdict("ask", _DAILY, _MONEY_HINT)),
    ("isv.AMOUNT_NOT_ENOUGH", Verdict("ask", _MONEY, _MONEY_HINT)),
    ("isv.OUT_OF_SERVICE", Verdict("ask", _MONEY, _MONEY_HINT)),
    ("isv.SMS_TEMPLATE_ILLEGAL", Verdict("ask", _APPROVED, _APPROVED_HINT)),
    ("isv.SMS_SIGNATURE_ILLEGAL", Verdict("ask", _APPROVED, _APPROVED_HINT)),
    ("isv.TTS_TEMPLATE_ILLEGAL", Verdict("ask", _APPROVED, _APPROVED_HINT)),
    ("isv.TEMPLATE_MISSING_PARAMETERS", Verdict("ask", _FITS, _FITS_HINT)),
    ("isv.TEMPLATE_PARAMS_ILLEGAL", Verdict("ask", _FITS, _FITS_HINT)),
    ("isv.MOBILE_NUMBER_ILLEGAL", Verdict("failed", _NUMBER)),
    ("isv.BLACK_KEY_CONTROL_LIMIT", Verdict("failed", _BLOCKED)),
    ("InvalidTimeStamp*", Verdict("ask", _CLOCK, _CLOCK_HINT)),
    ("SignatureNonceUsed", Verdict("retry", _BUSY)),
    ("SignatureDoesNotMatch", Verdict("ask", _KEYS, _KEYS_HINT)),
    ("InvalidAccessKeyId*", Verdict("ask", _KEYS, _KEYS_HINT)),
    ("isv.ACCOUNT*", Verdict("ask", _KEYS, _KEYS_HINT)),
    ("isp.RAM_PERMISSION_DENY", Verdict("ask", _KEYS, _KEYS_HINT)),
    ("Throttling*", Verdict("retry", _FAST, after=MINUTE)),
    ("isp.SYSTEM_ERROR", Verdict("retry", _BUSY, lost=True)),
    ("ServiceUnavailable", Verdict("retry", _BUSY, lost=True)),
    ("AuthFailure.SignatureExpire*", Verdict("ask", _CLOCK, _CLOCK_HINT)),
    ("SignatureExpired", Verdict("ask", _CLOCK, _CLOCK_HINT)),
    ("AuthFailure*", Verdict("ask", _KEYS, _KEYS_HINT)),
    ("UnauthorizedOperation*", Verdict("ask", _KEYS, _KEYS_HINT)),
    ("RequestLimitExceeded*", Verdict("retry", _FAST, after=timedelta(seconds=2))),
    ("LimitExceeded.PhoneNumber*Daily*", Verdict("failed", _DAILY)),
    ("LimitExceeded.PhoneNumberOneHour*", Verdict("retry", _FAST, after=HOUR)),
    ("LimitExceeded.PhoneNumber*", Verdict("retry", _FAST, after=MINUTE)),
    ("LimitExceeded*", Verdict("retry", _FAST, after=MINUTE)),
    ("FailedOperation.InsufficientBalance*", Verdict("ask", _MONEY, _MONEY_HINT)),
    ("FailedOperation.*Unapproved*", Verdict("ask", _APPROVED, _APPROVED_HINT)),
    ("FailedOperation.PhoneNumberInBlacklist", Verdict("failed", _BLOCKED)),
    ("FailedOperation.TemplateParam*", Verdict("ask", _FITS, _FITS_HINT)),
    ("InvalidParameterValue.TemplateParam*", Verdict("ask", _FITS, _FITS_HINT)),
    ("InvalidParameterValue.IncorrectPhoneNumber", Verdict("failed", _NUMBER)),
    ("InternalError*", Verdict("retry", _BUSY, lost=True)),
    ("UnsupportedOperation*", Verdict("give_up", _FITS)),
)
_UNKNOWN = Verdict(
    "ask",
    Text("服务商返回了未知的错误码。", "The provider answered with a code that is not known."),
    Text("含义见服务商文档。", "See the provider's documentation for its meaning."),
)


def verdict(code: str, message: str = "") -> Verdict:
    """Return what a code amounts to; how long Aliyun's limit lasts stands only in its words."""
    if code == "isv.BUSINESS_LIMIT_CONTROL":
        for sign, span in (("天", "day"), ("小时", "hour"), ("分钟", "minute")):
            if sign in message:
                code = f"{code}:{span}"
                break
    return next((rule for pattern, rule in _RULES if fnmatchcase(code, pattern)), _UNKNOWN)
