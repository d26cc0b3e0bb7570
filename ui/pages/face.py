"""How a kind of page, or of block on one, is shown: the counterpart of `seamline.pages`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from seamline.metadata import Page


@dataclass(frozen=True)
class PageFace:
    """How pages of one kind are shown; `blueprint` has what they need beside `/p/<page>`."""

    name: str
    show: Callable[[Page], Any]
    blueprint: Blueprint | None = None


@dataclass(frozen=True)
class BlockFace:
    """How blocks of one kind are shown; nothing where the reader may see nothing of it."""

    name: str
    show: Callable[[Any], Markup]
