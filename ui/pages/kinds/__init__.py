"""How each kind of page is shown: one file each, found by lying in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from ..face import PageFace

PAGE_FACES: Mapping[str, PageFace] = found(__name__, PageFace)
