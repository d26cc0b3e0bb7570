"""The signatures Kingdee asks for: of every request, or of one sign-in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

# Mixed into the second half of an application id it gives the secret of the first signature; the
# vendor publishes it with each of its SDKs.
_MIX = b"0054f397c6234378b09ca7d3e5debce7"


def client_secret(app_id: str) -> tuple[str, str]:
    """Return the client id of an application id and the secret that hides in it."""
    client, _, hidden = app_id.partition("_")
    if len(hidden) != 32:
        return client, ""
    try:
        raw = base64.b64decode(hidden, validate=True)
    except ValueError:
        return client, ""
    mixed = bytes(one ^ other for one, other in zip(raw, _MIX, strict=False))
    return client, base64.b64encode(mixed).decode()


def headers(
    url: str, app_id: str, app_secret: str, app_data: str, at: datetime, nonce: str
) -> Mapping[str, str]:
    """Return the headers that sign one request; `app_data` is `account,user,language,org`."""
    client, hidden = client_secret(app_id)
    stamp = str(int(at.timestamp()))
    path = quote(urlsplit(url).path, safe="")
    text = f"POST\n{path}\n\nx-api-nonce:{nonce}\nx-api-timestamp:{stamp}\n"
    return {
        "X-Api-ClientID": client,
        "X-Api-Auth-Version": "2.0",
        "x-api-timestamp": stamp,
        "x-api-nonce": nonce,
        "x-api-signheaders": "x-api-timestamp,x-api-nonce",
        "X-Api-Signature": _signature(text, hidden),
        "X-Kd-Appkey": app_id,
        "X-Kd-Appdata": base64.b64encode(app_data.encode()).decode(),
        "X-Kd-Signature": _signature(app_id + app_data, app_secret),
    }


def _signature(text: str, secret: str) -> str:
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return base64.b64encode(made.encode()).decode()


def login_sign(account: str, user: str, app_id: str, app_secret: str, stamp: str) -> str:
    """Return the signature of a sign-in: over its words, sorted."""
    words = "".join(sorted([account, user, app_id, app_secret, stamp]))
    return hashlib.sha256(words.encode()).hexdigest()
