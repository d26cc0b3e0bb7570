"""Stored files over HTTP: shown in place only where that is safe, in parts where asked for."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal
from urllib.parse import quote

from flask import Response, request

from seamline.facts import FileRef
from seamline.usecases import files

from .session import desk

PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
CLIPS = ("video/mp4", "video/webm")
# Anything else could run as a page of ours.
SHOWN = (*PICTURES, *CLIPS, "application/pdf")


def served(found: FileRef) -> Response:
    """Return a file; whoever calls has made sure that it may be seen.

    A browser that plays a clip asks for parts of it (RFC 9110, section 14).
    """
    response = Response(files.content(desk(), found.sha256), mimetype=found.media_type)
    name_file(response, found.name, "inline" if found.media_type in SHOWN else "attachment")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.set_etag(found.sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=found.size)
    return response


def name_file(
    response: Response, name: str, way: Literal["attachment", "inline"] = "attachment"
) -> None:
    """Say how the file in a response is called, in any language (RFC 6266): headers are ASCII."""
    if name.isascii():
        response.headers.set("Content-Disposition", way, filename=name)
        return
    plain = f"file{PurePath(name).suffix}"
    told = {"filename": plain if plain.isascii() else "file"}
    told["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers.set("Content-Disposition", way, **told)
