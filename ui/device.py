"""The number of the device at which somebody sits: given by us, kept by its browser.

It tells devices apart and proves nothing: whoever has the browser can change it.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import cast

from flask import Response, after_this_request, g, request

COOKIE = "seamline_device"
KEPT = timedelta(days=5 * 365)
_NUMBER = re.compile(r"D-[0-9A-F]{6}")


def number() -> str:
    """Return the number of the device of this request, a new one where it has none yet."""
    if "device" not in g:
        kept = request.cookies.get(COOKIE, "")
        g.device = kept if _NUMBER.fullmatch(kept) else _given()
    return cast(str, g.device)


def _given() -> str:
    made = f"D-{secrets.token_hex(3).upper()}"

    @after_this_request
    def remember(response: Response) -> Response:
        response.set_cookie(
            COOKIE, made, max_age=KEPT, httponly=True, samesite="Lax", secure=request.is_secure
        )
        return response

    return made
