"""What WeCom sends to us: signed, encrypted, and each happening once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from seamline.connector import GiveUp, Happening, Incoming, Taken
from seamline.problems import Problem
from seamline.text import Text

_BLOCK = 32  # WeCom pads to it, twice the block of AES
_FRESH = 900  # seconds by which the moment of a request may lie off
_SEALED = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]+)\s*(?:\]\]>)?\s*</Encrypt>")
_FOREIGN = Text("请求不是来自企业微信的这个应用。", "The request is not from this app of WeCom.")


def foreign(why: str) -> GiveUp:
    """Return the refusal of a request that is not WeCom's, saying why in `code` alone."""
    return GiveUp(Problem(f"wecom_callback_{why}", _FOREIGN))


def signature(token: str, *parts: str) -> str:
    """Return WeCom's signature over the token and some words."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()  # noqa: S324


def key_of(word: str) -> bytes:
    """Return the key that an EncodingAESKey of 43 letters stands for."""
    try:
        key = base64.b64decode(word + "=", validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise foreign("key")
    return key


def opened(sealed: str, key: bytes, receiver: str) -> bytes:
    """Return what was encrypted for `receiver`; raises GiveUp where it was not."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        machine = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = machine.update(raw) + machine.finalize()
    except ValueError as error:
        raise foreign("cipher") from error
    pad = plain[-1] if plain else 0
    length = int.from_bytes(plain[16:20])
    message, tail = plain[20 : 20 + length], plain[20 + length : len(plain) - pad]
    if not 1 <= pad <= _BLOCK or tail != receiver.encode():
        raise foreign("receiver")
    return message


def received(request: Incoming, token: str, key: bytes, corp: str, now: datetime) -> Taken:
    """Return what a request amounts to: the echo that verifies our address, or a happening."""
    echo = request.query.get("echostr", "")
    if request.method == "GET":
        sealed = echo
    else:
        found = _SEALED.search(request.body)
        sealed = found.group(1).decode() if found else ""
    _check(request, token, sealed, now)
    message = opened(sealed, key, corp)
    if request.method == "GET":
        return Taken(body=message)
    return Taken(_happenings(message), body=b"success")


def _check(request: Incoming, token: str, sealed: str, now: datetime) -> None:
    stamp = request.query.get("timestamp", "")
    nonce = request.query.get("nonce", "")
    wanted = signature(token, stamp, nonce, sealed)
    if not sealed or not hmac.compare_digest(request.query.get("msg_signature", ""), wanted):
        raise foreign("signature")
    if not stamp.isdecimal() or abs(now.timestamp() - int(stamp)) > _FRESH:
        raise foreign("time")


def _happenings(message: bytes) -> tuple[Happening, ...]:
    if b"<!DOCTYPE" in message or b"<!ENTITY" in message:
        raise foreign("xml")
    try:
        root = ElementTree.fromstring(message)  # noqa: S314 - signed, and without entities
    except ElementTree.ParseError as error:
        raise foreign("xml") from error
    words = {child.tag: (child.text or "").strip() for child in root}
    values: dict[str, Any] = {
        "from": words.get("FromUserName", ""),
        # The same where formulas name it: `from` is a word of theirs.
        "sender": words.get("FromUserName", ""),
        "agent": words.get("AgentID", ""),
        "at": words.get("CreateTime", ""),
    }
    if words.get("MsgType") == "event":
        return (_event(root, words, values),)
    values |= {
        "kind": words.get("MsgType", ""),
        "text": words.get("Content", ""),
        "media": words.get("MediaId", ""),
        "picture": words.get("PicUrl", ""),
    }
    return (Happening("message", f"message:{words.get('MsgId', '')}", values),)


def _event(root: ElementTree.Element, words: dict[str, str], values: dict[str, Any]) -> Happening:
    name = words.get("Event", "")
    marks = (name, values["from"], values["at"], words.get("EventKey", ""), words.get("TaskId", ""))
    key = ":".join(marks)
    if name not in ("template_card_event", "template_card_menu_event"):
        return Happening("event", key, {**values, "event": name, "key": words.get("EventKey", "")})
    card = {
        "task": words.get("TaskId", ""),
        "key": words.get("EventKey", ""),
        # The same where pipelines name it: their `key` is that of the happening.
        "button": words.get("EventKey", ""),
        "response": words.get("ResponseCode", ""),
        "kind": words.get("CardType", ""),
        "choices": _choices(root),
    }
    return Happening("card", key, {**values, **card})


def _choices(root: ElementTree.Element) -> dict[str, Sequence[str]]:
    return {
        item.findtext("QuestionKey", ""): [one.text or "" for one in item.iter("OptionId")]
        for item in root.iter("SelectedItem")
    }
