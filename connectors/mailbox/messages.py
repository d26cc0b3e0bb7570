"""One message as it came: who, when, what it says, which files are attached."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, cast

MOST_TEXT = 100_000  # characters


def values_of(raw: bytes, uid: int) -> dict[str, Any]:
    """Return what a message says; what is malformed in it is left empty."""
    message = message_from_bytes(raw, policy=policy.default)
    sender = (getaddresses([_header(message, "from")]) or [("", "")])[0]
    return {
        "uid": uid,
        "message_id": _header(message, "message-id"),
        "from": sender[1],
        "from_name": sender[0],
        "to": ", ".join(one for _, one in getaddresses([_header(message, "to")]) if one),
        "subject": _header(message, "subject"),
        "date": _moment(_header(message, "date")),
        "text": _text(message),
        "attachments": [_attached(part) for part in message.iter_attachments()],
    }


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, "")).strip()
    except (ValueError, IndexError, AttributeError):  # what the parser makes of nonsense
        return ""


def _moment(word: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(word)
    except (ValueError, TypeError, IndexError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    return _decoded(cast("EmailMessage", body))[:MOST_TEXT]


def _decoded(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    try:
        return raw.decode(charset, "replace") if isinstance(raw, bytes) else ""
    except LookupError:
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _attached(part: Any) -> dict[str, Any]:
    content = part.get_payload(decode=True)
    return {
        "name": part.get_filename() or "",
        "type": part.get_content_type(),
        "content": content if isinstance(content, bytes) else b"",
    }
