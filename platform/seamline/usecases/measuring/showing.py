"""A measure as plain data, for programs."""

from __future__ import annotations

from typing import Any

from seamline.measures import Sample
from seamline.metadata import Measure
from seamline.text import Text

from .found import Measured, Point


def as_json(found: Measured) -> dict[str, Any]:
    """Return a measure as plain data, with both languages."""
    measure = found.measure
    return {
        "measure": measure.id,
        "title": _both(measure.title),
        "unit": _both(measure.unit),
        "method": _both(found.method),
        "source": _both(measure.source),
        "owner": measure.owner,
        "better": measure.better,
        "period": measure.period,
        "baseline": _baseline_json(found),
        "target": _target_json(measure),
        "achieved": None if found.achieved is None else _point(found.achieved),
        "points": [_point(point) for point in found.points],
        "marks": [mark.as_json() for mark in found.marks],
        "at": found.at.isoformat(),
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _baseline_json(found: Measured) -> dict[str, Any] | None:
    if found.baseline is None:
        return None
    frozen, stated = found.frozen, found.measure.baseline
    period = frozen.period if frozen is not None else (stated.period if stated else "")
    return {
        "value": format(found.baseline, "f"),
        "period": period,
        "frozen": frozen is not None,
    }


def _target_json(measure: Measure) -> dict[str, Any] | None:
    if measure.target is None:
        return None
    return {"value": format(measure.target.value, "f"), "by": measure.target.by}


def _point(point: Point) -> dict[str, Any]:
    return {"period": point.period, "running": point.running, **_sample_json(point.sample)}


def _sample_json(sample: Sample) -> dict[str, Any]:
    return {
        "value": None if sample.value is None else format(round(sample.value, 6), "f"),
        "count": sample.count,
        "missing": sample.missing,
        "parts": {name: _sample_json(part) for name, part in sample.parts.items()},
    }
