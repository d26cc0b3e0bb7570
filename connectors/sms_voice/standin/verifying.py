"""Whether a request is signed as the provider wants it: by code apart from the connector's."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime
from urllib.parse import quote

from seamline.standins.service import Request

from .approved import KEY_ID, KEY_SECRET

WINDOW = 900
_ACS3 = re.compile(r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=(\w+)")
_TC3 = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/([^/]+)/(\w+)/tc3_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=(\w+)"
)


def _lines(request: Request, names: str) -> str:
    return "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in names.split(";"))


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def aliyun(request: Request, nonces: set[str]) -> str:
    """Return the code of what is wrong with a request to Aliyun, nothing where it is right."""
    found = _ACS3.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        return "MissingAuthorization"
    key, names, mark = found.groups()
    if key != KEY_ID:
        return "InvalidAccessKeyId.NotFound"
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(word, safe='-_.~')}"
        for name, word in sorted(request.query.items())
    )
    body_hash = request.headers.get("x-acs-content-sha256", "")
    canonical = f"{request.method}\n/\n{query}\n{_lines(request, names)}\n{names}\n{body_hash}"
    words = f"ACS3-HMAC-SHA256\n{_sha(canonical.encode())}"
    wanted = hmac.new(KEY_SECRET.encode(), words.encode(), hashlib.sha256).hexdigest()
    if body_hash != _sha(request.body) or not hmac.compare_digest(mark, wanted):
        return "SignatureDoesNotMatch"
    date = datetime.strptime(request.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ")
    if abs((request.at - date.replace(tzinfo=UTC)).total_seconds()) > WINDOW:
        return "InvalidTimeStamp.Expired"
    nonce = request.headers.get("x-acs-signature-nonce", "")
    if nonce in nonces:
        return "SignatureNonceUsed"
    nonces.add(nonce)
    return ""


def tencent(request: Request) -> str:
    """Return the code of what is wrong with a request to Tencent, nothing where it is right."""
    found = _TC3.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        return "AuthFailure.InvalidAuthorization"
    key, day, service, names, mark = found.groups()
    if key != KEY_ID:
        return "AuthFailure.SecretIdNotFound"
    stamp = request.headers.get("x-tc-timestamp", "0")
    if abs(request.at.timestamp() - int(stamp)) > WINDOW:
        return "AuthFailure.SignatureExpire"
    canonical = f"POST\n/\n\n{_signed(request, names)}\n{names}\n{_sha(request.body)}"
    scope = f"{day}/{service}/tc3_request"
    words = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{_sha(canonical.encode())}"
    secret = f"TC3{KEY_SECRET}".encode()
    for part in (day, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    wanted = hmac.new(secret, words.encode(), hashlib.sha256).hexdigest()
    return "" if hmac.compare_digest(mark, wanted) else "AuthFailure.SignatureFailure"


def _signed(request: Request, names: str) -> str:
    """Return the signed headers, the action in lower case as TC3 has it."""
    found = _lines(request, names).splitlines()
    return "".join(
        (line.lower() if line.startswith("x-tc-action:") else line) + "\n" for line in found
    )
