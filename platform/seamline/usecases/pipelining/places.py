"""Where in its pipeline a run did something: at which step, and of which kind that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seamline.pipelines import STEPS, StepKind
from seamline.registry import chosen


def id_of(place: str) -> str:
    """Return the step that a place of a run is of: `enough/then/lack.send` is of `lack`."""
    return place.rpartition("/")[2].partition(".")[0]


def kinds_of(document: Mapping[str, Any]) -> Mapping[str, StepKind]:
    """Return the kinds of a pipeline's steps by their ids, wherever they lie."""
    return dict(_kinds(document.get("steps", ())))


def _kinds(steps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, StepKind]]:
    for step in steps:
        kind = chosen(STEPS, step)
        yield step["id"], STEPS[kind]
        for key in ("then", "else", "steps"):
            inner = step[kind].get(key)
            yield from _kinds(inner) if isinstance(inner, (list, tuple)) else ()
