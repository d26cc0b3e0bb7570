"""Sending: to members by the app, to group chats by their robots, per address exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from seamline.connector import AskPerson, Context, Delivery, Message, Retry
from seamline.problems import Problem
from seamline.text import Text

from . import codes, wording
from .calling import Interface, Refusal, stop
from .pace import MEMBER, ROBOT, Pace, keep_off_the_hour

ROBOTS = "robot:"  # before the name of a robot in an address
_MOST_MEMBERS = 1_000  # in one call
_REMEMBERED = timedelta(days=3)
_REPEATED_WITHIN = 4 * 3600  # seconds in which WeCom drops a repetition, the most there is
_LATER = Text("发送过快，稍后继续。", "Sending too fast; it goes on later.")

_UNREACHED: Mapping[str, Text] = {
    "invaliduser": Text(
        "企业微信没有这个成员，或应用对其不可见。",
        "WeCom knows no such member, or the app is not visible to them.",
    ),
    "unlicenseduser": Text(
        "该成员没有可用的接口许可。", "The member has no licence for messages by interface."
    ),
}


class Sending:
    """What sends the messages of a connection."""

    def __init__(self, context: Context, api: Interface, pace: Pace, agent: int) -> None:
        self._context = context
        self._api = api
        self._pace = pace
        self._agent = agent

    def send(self, message: Message, robots: Mapping[str, str]) -> Sequence[Delivery]:
        """Send to each address that has not had the message yet.

        Raises Retry where some have to wait; asked again, only those are left.
        """
        done = self._remembered(message.key)
        left = [one for one in dict.fromkeys(message.to) if one not in done]
        if left and message.options.get("spread"):
            keep_off_the_hour(message.key, self._context.now())
        members = [one for one in left if not one.startswith(ROBOTS)]
        waits = [self._to_members(message, members, done)] if members else []
        for address in left:
            if address.startswith(ROBOTS):
                waits.append(self._to_robot(message, address, robots, done))
        if any(waits):
            raise Retry(Problem("wecom_pace", _LATER), max(waits))
        return [done[address] for address in dict.fromkeys(message.to)]

    def _to_members(
        self, message: Message, members: Sequence[str], done: dict[str, Delivery]
    ) -> timedelta:
        free, wait = self._pace.room([f"{self._agent}:{one}" for one in members], MEMBER)
        named = [name.partition(":")[2] for name in free]
        for start in range(0, len(named), _MOST_MEMBERS):
            part = named[start : start + _MOST_MEMBERS]
            done |= self._handed_over(message, part)
            self._remember(message.key, done)
        return wait

    def _handed_over(self, message: Message, members: Sequence[str]) -> dict[str, Delivery]:
        body = {
            "touser": "|".join(members),
            "agentid": self._agent,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _REPEATED_WITHIN,
            **wording.body(message),
        }
        now = self._context.now()
        try:
            data = self._api.tried("POST", "/cgi-bin/message/send", None, body)
        except Refusal as refusal:
            if refusal.code == codes.CARD_REPEATED:  # an earlier attempt came through
                return {one: Delivery(one, "accepted", at=now) for one in members}
            if refusal.code != codes.ALL_INVALID:
                stop(refusal)
            data = {"invaliduser": "|".join(members), **refusal.data}
        reference = str(data.get("msgid", ""))
        return {one: _reached(one, data, reference, now) for one in members}

    def _to_robot(
        self, message: Message, address: str, robots: Mapping[str, str], done: dict[str, Delivery]
    ) -> timedelta:
        name = address.removeprefix(ROBOTS)
        if name not in robots:
            say = Text(f"连接没有机器人“{name}”。", f"The connection has no robot '{name}'.")
            raise AskPerson(Problem("wecom_robot", say))
        free, wait = self._pace.room([address], ROBOT)
        if free:
            mark = f"trying:{message.key}:{name}"
            if self._context.memory.get(mark):
                # A robot has no check of repetitions: what got lost is for a person to look at.
                if message.options.get("ask"):
                    self._context.memory.drop(mark)  # whoever resumes it has looked: it is sent
                    raise AskPerson(_unsure(name), effect="unknown")
                why = Text("上次的回答丢失，是否已发出未知。", "Whether it was said is not known.")
                done[address] = Delivery(address, "unknown", why=why, at=self._context.now())
            else:
                self._by_robot(message, robots[name], mark)
                done[address] = Delivery(address, "accepted", at=self._context.now())
            self._remember(message.key, done)
        return wait

    def _by_robot(self, message: Message, key: str, mark: str) -> None:
        memory = self._context.memory
        memory.put(mark, True, _REMEMBERED)
        try:
            self._api.robot(key, wording.robot(message))
        except Retry as setback:
            if setback.effect == "none":
                memory.drop(mark)
            raise
        except Exception:
            memory.drop(mark)
            raise

    def _remembered(self, key: str) -> dict[str, Delivery]:
        kept: Mapping[str, Any] = self._context.memory.get(f"sent:{key}") or {}
        return {
            to: Delivery(to, state, reference, Text(*why) if why else None, self._context.now())
            for to, (state, reference, why) in kept.items()
        }

    def _remember(self, key: str, done: Mapping[str, Delivery]) -> None:
        kept = {
            one.to: [one.state, one.reference, [one.why.zh, one.why.en] if one.why else None]
            for one in done.values()
        }
        self._context.memory.put(f"sent:{key}", kept, _REMEMBERED)


def _unsure(robot: str) -> Problem:
    say = Text(
        f"机器人“{robot}”的回答丢失，群里是否已有这条消息未知。",
        f"The answer of the robot '{robot}' got lost: whether it spoke is not known.",
    )
    hint = Text(
        "请到群里看：已有则跳过这一步，没有则继续，会再发一次。",
        "Look in the chat: where it is there, skip the step; where not, go on and it is sent.",
    )
    return Problem("wecom_robot_unsure", say, hint=hint)


def _reached(member: str, data: Mapping[str, Any], reference: str, now: datetime) -> Delivery:
    """Return how far a message got to a member: errcode 0 does not mean that everybody has it."""
    for name, why in _UNREACHED.items():
        if member.lower() in str(data.get(name) or "").lower().split("|"):
            return Delivery(member, "failed", reference, why, now)
    return Delivery(member, "accepted", reference, at=now)
