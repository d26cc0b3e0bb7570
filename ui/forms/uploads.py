"""Files sent with a form: stored at once, remembered in the page by a signed token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from itsdangerous import BadSignature
from werkzeug.datastructures import FileStorage

from seamline.facts import FileRef
from seamline.usecases.files import keep as keep_file

from ..session import actor, desk
from ..signing import signer
from .words import size_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file as the page remembers it; `capture` is what came with a photo, as sent."""

    ref: FileRef
    capture: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name the file was sent with."""
        return self.ref.name

    @property
    def size(self) -> str:
        """Return its size as people read it."""
        return size_of(self.ref.size)

    @property
    def token(self) -> str:
        """Return the signed token that stands for the file when the form is sent again."""
        ref = self.ref
        return signer("file").dumps(
            [ref.sha256, ref.name, ref.media_type, ref.size, dict(self.capture)]
        )

    def told(self, capture: Mapping[str, str]) -> Kept:
        """Return the file with what has come with it, or has come since."""
        return replace(self, capture={**self.capture, **capture})

    def as_json(self) -> dict[str, Any]:
        """Return the file as the door reads it."""
        ref = self.ref
        more = {"capture": dict(self.capture)} if self.capture else {}
        return {
            "sha256": ref.sha256,
            "name": ref.name,
            "media_type": ref.media_type,
            "size": ref.size,
            **more,
        }


def keep(sent: FileStorage) -> Kept:
    """Store one sent file."""
    name = (sent.filename or "file").replace("\\", "/").rpartition("/")[2]
    media_type = sent.mimetype or "application/octet-stream"
    return Kept(keep_file(desk(), actor(), sent.read(), name, media_type))


def read_token(word: str) -> Kept | None:
    """Return the file a token stands for; None where it is not one of ours."""
    try:
        sha256, name, media_type, size, capture = signer("file").loads(word)
    except (BadSignature, ValueError):
        return None
    return Kept(FileRef(sha256, name, media_type, size), capture)
