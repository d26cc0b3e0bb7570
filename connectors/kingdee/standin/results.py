"""The bodies Kingdee answers with: success, failure, and the two ways of wrapping one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seamline.standins.service import Answer, json_answer, text_answer

# What the vendor's page lists under MsgCode.
SESSION_LOST, NO_RIGHT, DB_FAILED, BAD_PARAMETER = 1, 2, 6, 8
MISSING, NOT_FOUND, INVALID, NOT_OPERABLE, CONFLICT, CALL_LIMIT = 9, 10, 11, 12, 13, 14
MESSAGES = {
    SESSION_LOST: "会话信息已丢失，请重新登录",
    NO_RIGHT: "您没有该操作的权限",
    7: "许可已满或未授权",
    INVALID: "数据校验不通过",
    CONFLICT: "网络控制冲突：单据正被其他用户编辑",
    CALL_LIMIT: "接口调用次数超过限制",
}


class Failure(Exception):
    """A call Kingdee refuses; it answers HTTP 200 all the same."""

    def __init__(self, code: int, message: str = "", field: str = "", index: int = 0) -> None:
        self.code = code
        self.errors = [(field, message or MESSAGES.get(code, "操作失败"), index)]
        super().__init__(message)


def success(
    entities: Sequence[dict[str, Any]], effects: tuple[str, ...] = (), **more: object
) -> Answer:
    """Return the body of a call that went well, for the entities it touched."""
    first = entities[0] if entities else {"Id": "", "Number": ""}
    body = {
        "ResponseStatus": _status(True, [], entities, 0),
        "Id": first["Id"],
        "Number": first["Number"],
        "NeedReturnData": [{}],
        **more,
    }
    return json_answer({"Result": body}, effects=effects)


def failure(code: int, errors: Sequence[tuple[str, str, int]], *, wrapped: bool = False) -> Answer:
    """Return the body of a call that did not; a query has it as the only cell of its only row."""
    listed = [
        {"FieldName": field or None, "Message": message, "DIndex": index}
        for field, message, index in errors
    ]
    body = {"Result": {"ResponseStatus": _status(False, listed, [], code)}}
    return json_answer([[body]] if wrapped else body)


def unhandled(text: str) -> Answer:
    """Return what comes when the server itself stumbles: text that only looks like JSON."""
    return text_answer("response_error:" + text)


def _status(
    ok: bool, errors: Sequence[object], entities: Sequence[object], code: int
) -> dict[str, Any]:
    status: dict[str, Any] = {
        "IsSuccess": ok,
        "Errors": list(errors),
        "SuccessEntitys": list(entities),
        "SuccessMessages": [],
        "MsgCode": code,
    }
    return status if ok else {"ErrorCode": 500, **status}
