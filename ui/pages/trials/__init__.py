"""What stands beside a document in Studio to try it out: one file for each kind that has one."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from .trial import Trial

TRIALS: Mapping[str, Trial] = found(__name__, Trial)
