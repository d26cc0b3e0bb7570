"""Values kept so that the database alone gives nothing away: sealed with the workspace's key."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seamline.problems import Refused
from seamline.text import Text

_NONCE = 12  # bytes, as AES-GCM wants them
_PURPOSE = b"seamline: sealed values"


class Seal:
    """Seals texts with a key derived from the workspace's, each to what it is about."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key)
        self._cipher = AESGCM(derived)

    def seal(self, text: str, about: str) -> str:
        """Return `text` sealed; it opens only with what it is about."""
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode(), about.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, about: str) -> str:
        """Return what was sealed; raises Refused where the key is another or it was changed."""
        raw = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except InvalidTag:
            raise Refused.one(
                "sealed_otherwise",
                Text(
                    "密文不是用本工作区的密钥封存的。",
                    "This was not sealed with the key of this workspace.",
                ),
                status=409,
                hint=Text(
                    "恢复原来的 secret.key，或用 seamline secret set 重新写入。",
                    "Bring the former secret.key back, or write it anew: seamline secret set.",
                ),
            ) from None
