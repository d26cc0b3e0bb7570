"""What every answer carries: a strict content policy, no sniffing, no framing, compression."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'self'",
    )
)
# Below this many bytes the gzip header costs more than it saves.
WORTH_ZIPPING = 1000
# What pages are made of, of which a page of today has two dozen.
_PARTS = ("text/javascript", "text/css")
_ZIPPABLE = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def install(app: Flask) -> None:
    """Add the headers and the compression to every answer of `app`."""
    app.after_request(_compressed)
    app.after_request(_guarded)


def _guarded(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if response.mimetype in _PARTS and request.endpoint == "assets.static":
        return response  # a script or a style sheet is no page: these say nothing of it
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    # A page shows what its reader may see; no cache on the way may keep it for another.
    headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _compressed(response: Response) -> Response:
    if response.direct_passthrough or response.is_streamed:
        return response
    if "Content-Encoding" in response.headers or not (response.mimetype or "").startswith(
        _ZIPPABLE
    ):
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    body = response.get_data()
    if len(body) >= WORTH_ZIPPING:
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    # The entity tag stays strong: it names the version of a record, which If-Match sends back.
    return response
