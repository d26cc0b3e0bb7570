"""The two providers' signatures: ACS3-HMAC-SHA256 and TC3-HMAC-SHA256, by the standard library."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def query_of(params: Mapping[str, str]) -> str:
    """Return parameters as Aliyun signs them, and as they have to be sent."""
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(word, safe='-_.~')}"
        for name, word in sorted(params.items())
    )


def acs3(
    host: str, action: str, version: str, query: str, now: datetime, key_id: str, key: str
) -> dict[str, str]:
    """Return the headers of a POST without a body to Aliyun."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": _digest(b""),
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": version,
    }
    signed = ";".join(headers)
    lines = "".join(f"{name}:{word}\n" for name, word in headers.items())
    canonical = f"POST\n/\n{query}\n{lines}\n{signed}\n{headers['x-acs-content-sha256']}"
    words = f"ACS3-HMAC-SHA256\n{_digest(canonical.encode())}"
    mark = hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={signed},Signature={mark}"
    )
    return headers


def tc3(
    host: str, service: str, action: str, body: bytes, now: datetime, key_id: str, key: str
) -> dict[str, str]:
    """Return the headers of a POST of JSON to Tencent."""
    stamp, day = str(int(now.timestamp())), now.astimezone(UTC).strftime("%Y-%m-%d")
    signed = {
        "content-type": "application/json; charset=utf-8",
        "host": host,
        "x-tc-action": action.lower(),
    }
    names = ";".join(signed)
    lines = "".join(f"{name}:{word}\n" for name, word in signed.items())
    canonical = f"POST\n/\n\n{lines}\n{names}\n{_digest(body)}"
    scope = f"{day}/{service}/tc3_request"
    words = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{_digest(canonical.encode())}"
    secret = f"TC3{key}".encode()
    for part in (day, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    mark = hmac.new(secret, words.encode(), hashlib.sha256).hexdigest()
    return {
        "host": host,
        "content-type": signed["content-type"],
        "x-tc-action": action,
        "x-tc-timestamp": stamp,
        "authorization": (
            f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={mark}"
        ),
    }
