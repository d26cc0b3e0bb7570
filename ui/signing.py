"""Words that a page sends along and gets back: signed, so that they come back as they went."""

from __future__ import annotations

from flask import current_app
from itsdangerous import URLSafeSerializer


def signer(purpose: str) -> URLSafeSerializer:
    """Return what signs and reads words for a purpose; those of another one are refused.

    Reading raises BadSignature for what was not signed here.
    """
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"seamline.{purpose}")
