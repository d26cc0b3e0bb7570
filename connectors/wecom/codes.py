"""What WeCom's error codes mean, and what is to be done next."""

from __future__ import annotations

import re
from datetime import timedelta

from seamline.connector import AskPerson, GiveUp, Retry, Setback, Skip
from seamline.problems import Problem, shorten
from seamline.text import Text

OK = 0
ALL_INVALID = 81013  # of the receivers
CARD_REPEATED = 42014
CODE_USED = 42012  # the response code of a card, or too old
TOKEN_GONE = frozenset({40014, 41001, 42001})
_BLOCKED = timedelta(seconds=60)  # how long the shortest block of WeCom lasts
_BUSY = timedelta(seconds=3)
_ADDRESS = re.compile(r"from ip:\s*([0-9A-Fa-f.:]+)")

_RETRY: dict[int, tuple[timedelta, Text]] = {
    -1: (_BUSY, Text("企业微信系统繁忙。", "WeCom is busy.")),
    40014: (_BUSY, Text("访问令牌已失效。", "The access token is no longer valid.")),
    41001: (_BUSY, Text("缺少访问令牌。", "The access token is missing.")),
    42001: (_BUSY, Text("访问令牌已过期。", "The access token has expired.")),
    45009: (_BLOCKED, Text("调用次数超过企业微信的限制。", "WeCom's limit of calls is reached.")),
    45033: (_BUSY, Text("同时进行的调用过多。", "Too many calls at the same time.")),
}

_ASK: dict[int, tuple[Text, Text]] = {
    40001: (
        Text("应用密钥(Secret)不对。", "The secret of the app is wrong."),
        Text(
            "请在管理后台“应用管理”查看 Secret，并更新连接的密钥。",
            "Look the secret up in the admin console under Apps and update the connection.",
        ),
    ),
    40013: (
        Text("企业 ID(corpid)不对。", "The company id (corpid) is wrong."),
        Text("在管理后台“我的企业”页底查看。", "It stands at the foot of 'My company'."),
    ),
    40056: (
        Text("应用 ID(agentid)不对。", "The app id (agentid) is wrong."),
        Text("在管理后台的应用详情页查看。", "It stands on the page of the app."),
    ),
    48002: (
        Text("应用没有调用此接口的权限。", "The app has no right to this interface."),
        Text("请在管理后台为应用开通该接口。", "Grant it to the app in the admin console."),
    ),
    50001: (
        Text("域名未登记为应用的可信域名。", "The domain is not a trusted one of the app."),
        Text(
            "请在应用详情的“网页授权及JS-SDK”登记本系统的域名(须已备案)。",
            "Register the domain of this system for web authorisation and JS-SDK of the app.",
        ),
    ),
    60011: (
        Text("应用无权访问该成员或部门。", "The app may not see that member or department."),
        Text("请把其加入应用的可见范围。", "Add them to the visible range of the app."),
    ),
    301002: (
        Text("此密钥无权使用该应用。", "This secret is of another app."),
        Text(
            "请核对 agentid 与 Secret 是否同属一个应用。", "App id and secret must belong together."
        ),
    ),
    84061: (
        Text("该客户不是此成员的外部联系人。", "The customer is no contact of this member."),
        Text("请先由成员添加客户。", "Let the member add the customer first."),
    ),
    84074: (
        Text("没有客户联系权限。", "There is no right to customer contact."),
        Text("请在“客户联系”中授权该应用。", "Grant it to the app under Customer contact."),
    ),
    93000: (
        Text("群机器人的 key 不对。", "The key of the robot is wrong."),
        Text("请从群聊的机器人详情复制 Webhook 地址。", "Copy the webhook address from the chat."),
    ),
}

_GIVE_UP: dict[int, Text] = {
    40029: Text("登录码无效或已使用。", "The code is not valid or was used already."),
    40058: Text("请求参数不合要求。", "A parameter of the request is not as it must be."),
    40078: Text("登录码已使用。", "The code was used already."),
    45002: Text("消息内容超长。", "The message is too long."),
    60111: Text("企业微信没有这个成员。", "WeCom knows no such member."),
    82001: Text("没有指定接收人。", "No receiver is named."),
    ALL_INVALID: Text("所有接收人都无效。", "None of the receivers is valid."),
}

_SKIP = {CARD_REPEATED: Text("这张卡片已经发过。", "This card was sent already.")}


def setback(code: int, message: str) -> Setback:
    """Return what an error code amounts to; WeCom did nothing where it answers with one."""
    name = f"wecom_{code}".replace("-", "minus_")
    if code in _RETRY:
        after, say = _RETRY[code]
        return Retry(Problem(name, say), after)
    if code in _GIVE_UP:
        return GiveUp(Problem(name, _GIVE_UP[code]))
    if code in _SKIP:
        return Skip(Problem(name, _SKIP[code]))
    if code == 60020:
        return AskPerson(_not_allowed_from_here(name, message))
    if code in _ASK:
        say, hint = _ASK[code]
        return AskPerson(Problem(name, say, hint=hint))
    return AskPerson(_unknown(name, code, message))


def _not_allowed_from_here(name: str, message: str) -> Problem:
    """Tell the address that WeCom saw: it is the one to be entered there."""
    found = _ADDRESS.search(message)
    address = found.group(1).rstrip(".:") if found else "?"
    return Problem(
        name,
        Text(
            f"企业微信不接受来自 {address} 的调用。",
            f"WeCom takes no calls from our address {address}.",
        ),
        hint=Text(
            f"请在管理后台该应用的“企业可信IP”中加入 {address}。",
            f"Add {address} to the trusted addresses of the app in the admin console.",
        ),
        got=address,
    )


def _unknown(name: str, code: int, message: str) -> Problem:
    return Problem(
        name,
        Text(f"企业微信返回错误 {code}。", f"WeCom answered with error {code}."),
        hint=Text(
            f"含义见 https://developer.work.weixin.qq.com/devtool/query?e={code}。",
            f"See https://developer.work.weixin.qq.com/devtool/query?e={code} for its meaning.",
        ),
        got=shorten(message),
    )
