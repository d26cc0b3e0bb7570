"""How measures are reckoned: one kind of formula per file, found by lying in this folder."""

from __future__ import annotations

from collections.abc import Mapping

from seamline.registry import found

from .kind import (
    Counted as Counted,
    FormulaKind as FormulaKind,
    Happening as Happening,
    History as History,
    RuleFigures as RuleFigures,
    Sample as Sample,
    Words as Words,
)
from .periods import (
    Span as Span,
    ending as ending,
    of_day as of_day,
    parsed as parsed,
    span_of as span_of,
)
from .selection import Selection as Selection

FORMULAS: Mapping[str, FormulaKind] = found(__name__, FormulaKind)
