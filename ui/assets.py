"""Static files: addressed by a hash of their content, cached for ever, compressed once."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".css": "text/css"}
_DROPPED = (
    re.compile(r"^\s*/\*\*.*?\*/\n", re.M | re.S),
    re.compile(r"^[ \t]*//.*\n", re.M),
    re.compile(r"^[ \t]+", re.M),
)
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"')

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire, plain and (where that is smaller) gzipped."""

    media_type: str
    plain: bytes
    zipped: bytes


def _lean(script: str) -> str:
    """Return one of our own scripts without its comments and indentation: a sixth less to send.

    Only whole lines go, so that nothing inside an expression is touched; no text of ours spans
    lines (a test holds that).
    """
    for dropped in _DROPPED:
        script = dropped.sub("", script)
    return script


@lru_cache(maxsize=1)
def version() -> str:
    """Return a hash over every static file; it stands in their addresses.

    One hash for all, in the path: modules that import each other by relative names stay together.
    """
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=256)
def _asset(name: str) -> Asset | None:
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        return None
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    plain = path.read_bytes()
    if name.startswith("js/"):
        plain = _lean(plain.decode()).encode()
    zipped = gzip.compress(plain, 9, mtime=0)
    return Asset(guessed or "application/octet-stream", plain, zipped)


def address(name: str) -> str:
    """Return the address of a static file, which changes when its content does."""
    return f"/static/{version()}/{name}"


@blueprint.get("/static/<stamp>/<path:name>")
def static(stamp: str, name: str) -> Response:
    """Serve one static file; an outdated stamp gets the present file, uncached."""
    asset = _asset(name)
    if asset is None:
        abort(404)
    smaller = len(asset.zipped) < len(asset.plain)
    zipped = smaller and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(asset.zipped if zipped else asset.plain, mimetype=asset.media_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    current = stamp == version()
    response.headers["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if current else "no-cache"
    )
    return response


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Return the names of the icons in the sprite."""
    return frozenset(_SYMBOL.findall((FOLDER / "icons.svg").read_text("utf-8")))


@lru_cache(maxsize=256)
def icon(name: str) -> Markup:
    """Return an icon as SVG, hidden from screen readers; `file` where the name is unknown."""
    known = name if name in icon_names() else "file"
    href = escape(f"{address('icons.svg')}#{known}")
    return Markup('<svg class="i" aria-hidden="true"><use href="{}"/></svg>').format(href)
