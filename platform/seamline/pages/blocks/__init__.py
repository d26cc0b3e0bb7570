"""The kinds of blocks on a dashboard: one file each, found by lying in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from ..kind import BlockKind

BLOCK_KINDS: Mapping[str, BlockKind] = found(__name__, BlockKind)
