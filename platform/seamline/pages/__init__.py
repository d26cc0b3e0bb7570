"""The kinds of pages a package can describe: one file each, found by lying in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from .kind import BlockKind as BlockKind, Data as Data, Names as Names, PageKind as PageKind

PAGE_KINDS: Mapping[str, PageKind] = found(__name__, PageKind)
