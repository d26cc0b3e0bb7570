"""Engines for text recognition: one protocol, found by what is installed, never by the network."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Any, Protocol

from seamline.reading.pages import Sheet

Picture = Any  # an array of bytes: rows, columns, blue-green-red


class Engine(Protocol):
    """What reads a picture: `trusted` engines may be believed where the sums agree."""

    name: str
    trusted: bool

    def sheet(self, picture: Picture) -> Sheet:
        """Return what stands on a picture, whichever way up it lies."""
        ...


def available() -> tuple[str, ...]:
    """Return the names of the engines that can be started here, the best first."""
    found = []
    if all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime", "cv2")):
        found.append("rapidocr")
    if all(importlib.util.find_spec(name) for name in ("pytesseract", "cv2")) and shutil.which(
        "tesseract"
    ):
        found.append("tesseract")
    return tuple(found)


def trusted(source: str) -> bool:
    """Say whether words of this source may be taken without a person at all."""
    return source in ("text", "rapidocr")


def start(name: str) -> Engine:
    """Start an engine by its name."""
    if name == "rapidocr":
        from .rapid import Rapid

        return Rapid()
    from .tesseract import Tesseract

    return Tesseract()
