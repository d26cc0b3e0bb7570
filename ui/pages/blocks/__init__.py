"""How each kind of block is shown: one file each, found by lying in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from ..face import BlockFace

BLOCK_FACES: Mapping[str, BlockFace] = found(__name__, BlockFace)
