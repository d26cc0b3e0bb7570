"""What can still be done to a message: call it back, or change what a card says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from seamline.connector import Context, Entity, GiveUp, Member, Receipt, Write
from seamline.problems import Problem
from seamline.text import Text

from . import codes
from .calling import Interface, Refusal, stop

_REMEMBERED = timedelta(days=3)  # a response code serves for 72 hours

ENTITIES = (
    Entity(
        "message",
        Text("应用消息", "Message of the app"),
        ("msgid",),
        (Member("msgid", "text", Text("消息 ID", "Message id"), required=True),),
        readable=False,
        operations=("recall",),
    ),
    Entity(
        "card",
        Text("卡片", "Card"),
        ("response",),
        (
            Member("response", "text", Text("回应码", "Response code"), required=True),
            Member("replace", "text", Text("按钮改为", "Words on the button"), writable=True),
            Member("people", "json", Text("成员", "Members"), writable=True),
        ),
        readable=False,
        operations=("update",),
    ),
)


def write(order: Write, context: Context, api: Interface, agent: int) -> Receipt:
    """Recall a message or update a card, once; asked again, say what came of it."""
    kept: Mapping[str, Any] | None = context.memory.get(f"done:{order.key}")
    if kept is not None:
        return Receipt(order.target, context.now(), repeated=True, values=kept)
    act = _ACTS.get((order.entity, order.operation))
    if act is None:
        say = Text("企业微信连接不能做这个操作。", "The WeCom connection cannot do that.")
        raise GiveUp(Problem("wecom_operation", say, got=f"{order.entity}.{order.operation}"))
    values = act(order, context, api, agent)
    context.memory.put(f"done:{order.key}", values, _REMEMBERED)
    return Receipt(order.target, context.now(), values=values)


def _recall(order: Write, _context: Context, api: Interface, _agent: int) -> dict[str, Any]:
    api.call("POST", "/cgi-bin/message/recall", None, {"msgid": order.target})
    return {}


def _update(order: Write, context: Context, api: Interface, agent: int) -> dict[str, Any]:
    """Change what a card says; its code serves once, so one used up was used by us."""
    people = order.values.get("people") or ()
    body = {
        "agentid": agent,
        "response_code": order.target,
        "button": {"replace_name": str(order.values.get("replace", ""))},
        **({"userids": list(people)} if people else {"atall": 1}),
    }
    mark = f"trying:{order.key}"
    tried = context.memory.get(mark) is not None
    context.memory.put(mark, True, _REMEMBERED)
    try:
        data = api.tried("POST", "/cgi-bin/message/update_template_card", None, body)
    except Refusal as refusal:
        if tried and refusal.code == codes.CODE_USED:
            return {"invaliduser": []}  # an earlier attempt came through
        if not tried:
            context.memory.drop(mark)  # it did nothing
        stop(refusal)
    return {"invaliduser": data.get("invaliduser", [])}


_ACTS = {("message", "recall"): _recall, ("card", "update"): _update}
