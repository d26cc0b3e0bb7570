"""What is found of a measure: its points, what they are held against, what changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from seamline.measures import Sample
from seamline.metadata import Measure
from seamline.store.baselines import Frozen
from seamline.store.marks import Mark
from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Point:
    """One period with what was found for it; `running` while it is not over."""

    period: str
    sample: Sample
    running: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure as it stands: its points (oldest first), what they are held against, the marks.

    `baseline` is what the document says, or what was frozen; `achieved` is the last period that
    is over and has a figure (of a measure without periods, the present figure).
    """

    measure: Measure
    method: Text
    points: tuple[Point, ...]
    baseline: Decimal | None
    frozen: Frozen | None
    achieved: Point | None
    marks: tuple[Mark, ...]
    at: datetime
    may_freeze: bool
