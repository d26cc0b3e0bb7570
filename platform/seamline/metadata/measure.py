"""A measure: a contract about a figure: how it is reckoned, from what, by whom, against what."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from seamline.text import Text

Period = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the figure was before; without `value` it is taken from the journal and then frozen.

    `period` reads `2025-10`, `2025-W40`, `2025-Q4` or `2025-10-31`, as the measure's periods do.
    """

    period: str
    value: Decimal | None = None
    source: Text | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What the figure is to become, and (as a period) until when."""

    value: Decimal
    by: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; `formula` is a kind (`seamline.measures`), `settings` what that makes of it.

    `owner` is the role that answers for it. `scale` counts the decimals that are shown.
    """

    id: str
    title: Text
    formula: str
    settings: Any
    unit: Text
    owner: str
    source: Text
    better: Literal["lower", "higher"] = "higher"
    period: Period = "month"
    scale: int = 1
    group: Text | None = None
    help: Text | None = None
    baseline: Baseline | None = None
    target: Target | None = None
