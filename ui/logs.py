"""Structured logs: one JSON object per line for machines, a short line for people."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from seamline.settings import Settings

REQUESTS = logging.getLogger("seamline.requests")
# What a request id from a proxy may look like; anything else is replaced by our own.
_ID_LENGTH = 64
IDLE = "/news"  # asked by every open page all the time; answered 204 while nothing happens
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message and the facts given with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """One short line per entry, for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as `12:30:59 info message (fact=value ...)`."""
        at = time.strftime("%H:%M:%S", time.localtime(record.created))
        facts = " ".join(f"{key}={value}" for key, value in getattr(record, "facts", {}).items())
        line = f"{at} {record.levelname.lower():7} {record.getMessage()} {facts}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def configure(settings: Settings) -> None:
    """Send every log entry of the process to standard error in the form the settings ask for."""
    as_json = settings.log == "json" or (settings.log == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    # A full queue is told by /metrics; one warning per waiting request would only feed the flood.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # A tick that takes longer than its turn is not begun twice: that is meant, and no news.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    # Nor is it that a second has passed: two entries for each would bury everything else.
    logging.getLogger("apscheduler.executors").setLevel(logging.WARNING)


def logged(application: Application) -> Application:
    """Return `application` with one log entry per request and an X-Request-ID in each answer.

    The path is logged without its query, which may hold what a person searched for.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun = time.perf_counter()
        request = _request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        environ["seamline.request_id"] = request

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            facts = {
                "request": request,
                "method": environ["REQUEST_METHOD"],
                "path": environ.get("PATH_INFO", ""),
                "status": int(status[:3]),
                "ms": round((time.perf_counter() - begun) * 1000, 1),
                "from": environ.get("REMOTE_ADDR", ""),
            }
            idle = facts["status"] == 204 and facts["path"] == IDLE
            REQUESTS.log(logging.DEBUG if idle else logging.INFO, "request", extra={"facts": facts})
            return start_response(status, [*headers, ("X-Request-ID", request)], exc_info)

        return application(environ, start)

    return answer


def _request_id(given: str) -> str:
    plain = given.replace("-", "").replace("_", "")
    if 0 < len(given) <= _ID_LENGTH and plain.isascii() and plain.isalnum():
        return given
    return secrets.token_hex(8)
