"""Packages that were found to keep the law already: not looked at again while both stand still.

A workspace opens in half the time where its documents need not be held against their schemas, and
nothing of theirs has changed since they were.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import seamline

MOST = 100  # packages remembered: a workspace has a few


class Lawful:
    """What is known in one workspace, in a file that may be lost at any time.

    Only packages whose documents broke nothing are in it, by a digest of them and of the law.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: list[str] | None = None

    def knows(self, texts: Mapping[str, str]) -> bool:
        """Return whether these documents, by path, were found to keep the law as it stands."""
        return _digest(texts) in self._read()

    def keep(self, texts: Mapping[str, str]) -> None:
        """Remember that these documents keep the law."""
        digest, known = _digest(texts), self._read()
        if digest in known:
            return
        self._known = [*known, digest][-MOST:]
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            beside.write_text(json.dumps(self._known), encoding="utf-8")
            beside.replace(self._file)
        except OSError:
            beside.unlink(missing_ok=True)  # a folder that is read-only: they are checked again

    def _read(self) -> list[str]:
        if self._known is None:
            try:
                found = json.loads(self._file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                found = []
            self._known = [str(one) for one in found] if isinstance(found, list) else []
        return self._known


def _digest(texts: Mapping[str, str]) -> str:
    told = json.dumps([_law(), sorted(texts.items())])
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def _law() -> str:
    """Return a digest of the law that this version of the product ships."""
    made = hashlib.sha256(seamline.__version__.encode())
    for file in sorted(files("seamline.schemas").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".schema.json"):
            made.update(file.read_bytes())
    return made.hexdigest()
