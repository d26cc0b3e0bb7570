"""What the stand-in tells the product, signed and encrypted by code of its own."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .company import CALLBACK_KEY, CALLBACK_TOKEN, CORP


def sealed(message: bytes, receiver: str = CORP) -> str:
    """Return a message encrypted for a receiver."""
    key = base64.b64decode(CALLBACK_KEY + "=")
    raw = secrets.token_bytes(16) + len(message).to_bytes(4) + message + receiver.encode()
    pad = 32 - len(raw) % 32
    machine = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(machine.update(raw + bytes([pad]) * pad) + machine.finalize()).decode()


def opened(sealed_words: str) -> bytes:
    """Return what was encrypted."""
    key = base64.b64decode(CALLBACK_KEY + "=")
    machine = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = machine.update(base64.b64decode(sealed_words)) + machine.finalize()
    return plain[20 : 20 + int.from_bytes(plain[16:20])]


def signed(url: str, sealed_words: str, now: datetime, echo: bool = False) -> str:
    """Return the address with the signature of what is sent there."""
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    parts = sorted((CALLBACK_TOKEN, stamp, nonce, sealed_words))
    mark = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - as WeCom does
    asked = {"msg_signature": mark, "timestamp": stamp, "nonce": nonce}
    if echo:
        asked["echostr"] = sealed_words
    return f"{url}?{urlencode(asked)}"


def envelope(sealed_words: str, agent: int) -> bytes:
    """Return the XML around what is encrypted."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName>"
        f"<Encrypt><![CDATA[{sealed_words}]]></Encrypt>"
        f"<AgentID><![CDATA[{agent}]]></AgentID></xml>"
    ).encode()


def xml(**words: str) -> bytes:
    """Return words as the XML of a message."""
    parts = "".join(f"<{name}>{escape(word)}</{name}>" for name, word in words.items())
    return f"<xml>{parts}</xml>".encode()
