"""What a message looks like to WeCom: text, markdown, a card with a link, a card with buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from seamline.connector import GiveUp, Message
from seamline.problems import Problem
from seamline.text import Text

KINDS = ("text", "markdown", "textcard", "template_card")
_MOST_TEXT = 2048
_MOST_TITLE = 128
_MOST_WORDS = 512
_MARKS = ("\u200b", "\u200c", "\u200d", "\u2060")


def kind_of(message: Message) -> str:
    """Return the kind a message asks for: a card where it has a link, else plain text."""
    kind = str(message.options.get("kind") or "")
    if not kind:
        kind = "template_card" if message.options.get("buttons") else ""
    return kind or ("textcard" if message.link else "text")


def body(message: Message) -> dict[str, Any]:
    """Return the kind and the words of a message as WeCom takes them."""
    kind = kind_of(message)
    if kind not in KINDS:
        say = Text(f"企业微信没有消息类型“{kind}”。", f"WeCom has no kind of message '{kind}'.")
        raise GiveUp(Problem("wecom_kind", say))
    return {"msgtype": kind, kind: _PARTS[kind](message)}


def _text(message: Message) -> dict[str, Any]:
    lines = [part for part in (message.title, message.text, message.link) if part]
    return {"content": _told_apart("\n".join(lines), _MOST_TEXT, message.key)}


def _markdown(message: Message) -> dict[str, Any]:
    lines = [f"**{message.title}**"] if message.title else []
    lines += [message.text] if message.text else []
    lines += [f"[{message.link}]({message.link})"] if message.link else []
    return {"content": _told_apart("\n".join(lines), _MOST_TEXT, message.key)}


def _textcard(message: Message) -> dict[str, Any]:
    text = message.text or message.title
    return {
        "title": cut(message.title or text, _MOST_TITLE),
        "description": _told_apart(text, _MOST_WORDS, message.key),
        "url": message.link,
        "btntxt": str(message.options.get("button", "详情")),
    }


def _card(message: Message) -> dict[str, Any]:
    given = message.options.get("card")
    found: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    buttons = message.options.get("buttons") or ()
    found.setdefault("card_type", "button_interaction" if buttons else "text_notice")
    found.setdefault("main_title", {"title": message.title, "desc": message.text})
    if message.link:
        found.setdefault("card_action", {"type": 1, "url": message.link})
    if buttons:
        found.setdefault("button_list", [{"style": 1, **button} for button in buttons])
    return {**found, "task_id": task_id(message.key)}


_PARTS = {"text": _text, "markdown": _markdown, "textcard": _textcard, "template_card": _card}


def robot(message: Message) -> dict[str, Any]:
    """Return a message as a robot of a group chat says it, with the members it mentions."""
    kind = kind_of(message)
    if kind in ("markdown", "template_card"):
        found = body(message)
        found.get("template_card", {}).pop("task_id", None)
        return found
    words = _text(message)["content"]
    mentioned: Sequence[str] = message.options.get("mention", ())
    return {"msgtype": "text", "text": {"content": words, "mentioned_list": list(mentioned)}}


def task_id(key: str) -> str:
    """Return the id of a card: the same for every attempt at one message, of no other."""
    word = re.sub(r"[^0-9A-Za-z_@-]", "-", key)
    return word if word == key and len(key) <= 64 else f"k-{sha256(key.encode()).hexdigest()[:40]}"


def cut(words: str, most: int) -> str:
    """Return words of at most so many bytes of UTF-8."""
    raw = words.encode()
    return words if len(raw) <= most else raw[: most - 3].decode(errors="ignore") + "…"


def _told_apart(words: str, most: int, key: str) -> str:
    """Return the words with an invisible mark of the key.

    WeCom takes what repeats the same words for a repetition and drops it. So must it be with a
    second attempt, but not with a second message, say the same reminder an hour later.
    """
    number = int.from_bytes(sha256(key.encode()).digest()[:2])
    mark = "".join(_MARKS[number >> shift & 3] for shift in range(0, 16, 2))
    return cut(words, most - len(mark.encode())) + mark
