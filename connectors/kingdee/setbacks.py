"""What Kingdee's refusals and failures mean for what is done next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from seamline.connector import Answer, AskPerson, GiveUp, Retry, Setback
from seamline.problems import Problem, shorten
from seamline.text import Text

SESSION_LOST, NO_RIGHT, CONFLICT, CALL_LIMIT = 1, 2, 13, 14
UNHANDLED = "response_error:"
Effect = Literal["none", "unknown"]


@dataclass(eq=False)
class Refusal(Exception):
    """Kingdee understood and refused; it says why by code and by field."""

    code: int
    errors: tuple[tuple[str, str, int], ...]

    def about(self, field: str) -> bool:
        """Return whether one of its errors is about a field."""
        return any(name.lower() == field.lower() for name, _, _ in self.errors)


def body_of(answer: Answer, writes: bool) -> Any:
    """Return what an answer says; raises Refusal, or a setback where it is none."""
    effect: Effect = "unknown" if writes else "none"
    _judge_status(answer, effect)
    text = answer.body.decode("utf-8-sig", errors="replace")
    if text.startswith(UNHANDLED):
        raise Retry(_unhandled(text.removeprefix(UNHANDLED)), effect=effect)
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError:
        raise Retry(_garbled(text), effect=effect) from None
    status = _status(data)
    if status is not None and not status.get("IsSuccess"):
        raise _refusal(status)
    return data


def _judge_status(answer: Answer, effect: Effect) -> None:
    status = answer.status
    if status in (401, 403):
        raise AskPerson(_http(status, _CHECK_RIGHTS))
    if status == 429 or status >= 500:
        raise Retry(_http(status), answer.retry_after, effect="none" if status == 429 else effect)
    if status >= 300:
        raise AskPerson(_http(status, _CHECK_SERVER))


def _status(data: Any) -> Mapping[str, Any] | None:
    """Return the ResponseStatus of a body, also of one that poses as the only row of a query."""
    for _ in range(2):
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
    result = data.get("Result") if isinstance(data, Mapping) else None
    status = result.get("ResponseStatus") if isinstance(result, Mapping) else None
    return status if isinstance(status, Mapping) else None


def _refusal(status: Mapping[str, Any]) -> Refusal:
    errors = tuple(
        (
            str(one.get("FieldName") or ""),
            str(one.get("Message") or ""),
            int(one.get("DIndex") or 0),
        )
        for one in status.get("Errors") or ()
        if isinstance(one, Mapping)
    )
    return Refusal(int(status.get("MsgCode") or 0), errors)


def setback(refusal: Refusal, writes: bool) -> Setback:
    """Return the setback of a refusal: who or what has to act next."""
    problem = _refused(refusal)
    if refusal.code in _WAITS:
        return Retry(problem, timedelta(seconds=_WAITS[refusal.code]))
    if refusal.code in _MAY_HAVE_DONE:
        return Retry(problem, effect="unknown" if writes else "none")
    if refusal.code in _NEVER:
        return GiveUp(problem)
    return AskPerson(problem)


# A document that somebody has open, and too many calls: the same call goes through later.
_WAITS = {SESSION_LOST: 60, CONFLICT: 30, CALL_LIMIT: 60}
_MAY_HAVE_DONE = (6,)
_NEVER = (3, 5)
_HINTS: Mapping[int, Text] = {
    2: Text("请在金蝶里给集成用户授权。", "Give the integration user the right in Kingdee."),
    7: Text("请检查金蝶的许可。", "Check the licence of Kingdee."),
    8: Text("请检查连接里另读的字段。", "Check the connection's fields to read."),
    12: Text("请在金蝶里查看单据的状态。", "Look at the state of the document in Kingdee."),
    13: Text("单据关闭后会自动重试。", "It is tried again when the document is closed."),
    14: Text(
        "稍后会自动重试；经常如此时请把读取间隔调大。",
        "It is tried again later; where that happens often, let it be read less often.",
    ),
    15: Text("请改用非管理员的集成用户。", "Use an integration user that is no administrator."),
}


def _refused(refusal: Refusal) -> Problem:
    words = "; ".join(
        f"{field}: {message}" if field else message for field, message, _ in refusal.errors
    )
    told = shorten(words or f"MsgCode {refusal.code}", 400)
    say = Text("金蝶拒绝了（{code}）：{told}", "Kingdee refused ({code}): {told}")
    say = Text(
        say.zh.replace("{code}", str(refusal.code)).replace("{told}", told),
        say.en.replace("{code}", str(refusal.code)).replace("{told}", told),
    )
    return Problem("kingdee_refused", say, hint=_HINTS.get(refusal.code), got=str(refusal.code))


def _unhandled(text: str) -> Problem:
    told = shorten(text, 200)
    say = Text(f"金蝶服务端出错：{told}", f"Kingdee's server stumbled: {told}")
    hint = Text("多次出现时请查看金蝶的日志。", "Look at Kingdee's log if it comes again.")
    return Problem("kingdee_stumbled", say, hint=hint)


def _garbled(text: str) -> Problem:
    say = Text("金蝶的回答不完整或不是 JSON。", "Kingdee's answer is cut off, or it is no JSON.")
    return Problem("kingdee_garbled", say, got=shorten(text, 60))


def _http(status: int, hint: Text | None = None) -> Problem:
    say = Text(f"金蝶服务器回答 HTTP {status}。", f"Kingdee's server answered HTTP {status}.")
    return Problem("kingdee_http", say, hint=hint, got=str(status))


_CHECK_RIGHTS = Text("请检查网关与集成用户的权限。", "Check the gateway and the user's rights.")
_CHECK_SERVER = Text(
    "请检查服务器地址，应到 /k3cloud 为止。", "Check the server's address; it ends with /k3cloud."
)
