"""What reaches whom: unlicensed and unseen members, drops without a word, repetitions, cards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .company import PEOPLE, ROBOTS

MEMBER_LIMITS = ((60, 30), (3600, 1_000))
ROBOT_MINUTE = 20
_CARD_LASTS = 72 * 3600
_RECALL_WITHIN = 24 * 3600


@dataclass
class Card:
    """A card that went out; its response codes serve once each."""

    task: str
    members: Sequence[str]
    codes: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Sent:
    """One message with those whom it reached."""

    id: str
    at: datetime
    members: list[str]
    recalled: bool = False


class Chats:
    """All that was said by the app and by the robots."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self.cards: dict[str, Card] = {}
        self._heard: dict[tuple[str, str], datetime] = {}
        self._moments: dict[str, list[datetime]] = defaultdict(list)
        self._number = 0

    def sort(self, data: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
        """Return the members named in a message: reachable, invalid, without a licence."""
        named = [one for one in str(data.get("touser", "")).split("|") if one]
        known = [PEOPLE.get(one) for one in named]
        invalid = [n for n, one in zip(named, known, strict=True) if not (one and one.visible)]
        bare = [one.id for one in known if one and one.visible and not one.licensed]
        good = [one.id for one in known if one and one.visible and one.licensed]
        return good, invalid, bare

    def post(self, data: dict[str, Any], members: Sequence[str], now: datetime, drop: bool) -> Sent:
        """Let a message reach members, but not those who have had too many or this one already."""
        self._number += 1
        kind = str(data["msgtype"])
        words = json.dumps([kind, data.get(kind)], sort_keys=True)
        span = int(data.get("duplicate_check_interval", 1800))
        checked = bool(data.get("enable_duplicate_check"))
        reached = []
        for member in members:
            before = self._heard.get((member, words))
            if checked and before and (now - before).total_seconds() < span:
                continue
            if drop or self._crowded(member, now):
                continue
            self._heard[member, words] = now
            reached.append(member)
        sent = Sent(f"msg-{self._number:06d}", now, reached)
        self.sent[sent.id] = sent
        if kind == "template_card" and data[kind].get("task_id"):
            self.cards[data[kind]["task_id"]] = Card(data[kind]["task_id"], members)
        return sent

    def _crowded(self, name: str, now: datetime) -> bool:
        """Count one more, and return whether it is dropped without a word."""
        moments = self._moments[name]
        for span, most in MEMBER_LIMITS:
            if sum((now - at).total_seconds() < span for at in moments) >= most:
                return True
        moments.append(now)
        return False

    def by_robot(self, key: str, now: datetime) -> int:
        """Count a message of a robot; return the error code."""
        if key not in ROBOTS.values():
            return 93000
        moments = self._moments[key]
        if sum((now - at).total_seconds() < 60 for at in moments) >= ROBOT_MINUTE:
            return 45009
        moments.append(now)
        return 0

    def recall(self, message: str, now: datetime) -> int:
        """Take a message back, or find that it is taken back; return the error code."""
        sent = self.sent.get(message)
        if sent is None or (now - sent.at).total_seconds() > _RECALL_WITHIN:
            return 40058
        sent.recalled = True
        return 0

    def response_code(self, card: Card, now: datetime) -> str:
        """Return a new code by which a card may be changed once."""
        code = f"{card.task}-response-{len(card.codes) + 1}"
        card.codes[code] = now
        return code

    def change(self, code: str, now: datetime) -> int:
        """Use a response code up; return the error code."""
        for card in self.cards.values():
            given = card.codes.pop(code, None)
            if given is not None and (now - given).total_seconds() < _CARD_LASTS:
                return 0
        return 42012
