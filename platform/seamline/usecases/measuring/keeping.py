"""Figures of periods that are over: kept, and reckoned anew where something has moved them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from seamline.measures import FORMULAS, Sample, Span
from seamline.metadata import Measure
from seamline.store import Unit, plain
from seamline.store.figures import Kept

from .history import JournalHistory
from .reliance import Reliance, touches

WHOLE = 2_000  # entries after which it is worth writing down that figures still hold


@dataclass(frozen=True, slots=True)
class Drawn:
    """Figures by period, and those of them that are to be kept as they stand after `seq`."""

    samples: Mapping[str, Sample]
    keep: Mapping[str, Sample]
    seq: int


def reckoned(history: JournalHistory, measure: Measure, span: Span) -> Sample:
    """Return the figure of a period, reckoned afresh."""
    return FORMULAS[measure.formula].reckon(measure.settings, history, span)


def drawn(
    history: JournalHistory,
    measure: Measure,
    rests: Reliance,
    spans: Sequence[Span],
    now: datetime,
) -> Drawn:
    """Return the figures of some periods: kept ones where they hold, else reckoned."""
    seq = history.unit.journal.head()[0]
    over = [span for span in spans if span.until <= now] if rests.told else []
    kept = history.unit.figures.of(measure.id, rests.definition) if over else {}
    here = {span.word: kept[span.word] for span in over if span.word in kept}
    moved = _moved(history.unit, rests, over, here)
    held = {word: _read(one.sample) for word, one in here.items() if word not in moved}
    made = {span.word: reckoned(history, measure, span) for span in spans if span.word not in held}
    closed = {span.word for span in over}
    keep = {word: sample for word, sample in made.items() if word in closed}
    if keep or any(seq - one.seq > WHOLE for one in here.values()):
        keep |= held  # they are proven to hold up to here: the next look begins there
    return Drawn(held | made, keep, seq)


def standing(unit: Unit, measure: Measure, rests: Reliance, over: Sequence[Span]) -> set[str]:
    """Return the periods whose kept figures hold."""
    wanted = {span.word for span in over}
    kept = unit.figures.of(measure.id, rests.definition)
    here = {word: one for word, one in kept.items() if word in wanted}
    return here.keys() - _moved(unit, rests, over, here)


def written(sample: Sample) -> str:
    """Return a figure as JSON that gives it back to the last digit."""
    return plain.dump(_document(sample))


def _document(sample: Sample) -> dict[str, Any]:
    return {
        "value": None if sample.value is None else str(sample.value),
        "count": sample.count,
        "missing": sample.missing,
        "parts": {name: _document(part) for name, part in sample.parts.items()},
    }


def _read(text: str) -> Sample:
    return _sample(plain.load(text))


def _sample(data: Mapping[str, Any]) -> Sample:
    value = data["value"]
    parts = {name: _sample(part) for name, part in data["parts"].items()}
    return Sample(None if value is None else Decimal(value), data["count"], data["missing"], parts)


def _moved(
    unit: Unit, rests: Reliance, over: Sequence[Span], kept: Mapping[str, Kept]
) -> Collection[str]:
    """Return the periods whose kept figures what was written since may have moved.

    An entry that is dated back moves its own period and those after it. A change to a field that
    is read of a record moves every period with an entry about it, or about what follows from it.
    """
    if not kept:
        return ()
    there = [span for span in over if span.word in kept]
    late = max(span.until for span in there)
    moved: set[str] = set()
    records: set[str] = set()
    trackings: set[str] = set()
    first = min(one.seq for one in kept.values())
    for entry in unit.figures.since(first, rests.forms, late, rests.standing):
        if touches(entry.body, rests.reached.get(entry.form, frozenset())):
            return kept.keys()
        if entry.form in rests.forms and entry.at < late:
            moved.update(span.word for span in there if span.until > entry.at)
        if touches(entry.body, rests.own.get(entry.form, frozenset())):
            records.add(entry.record)
            trackings.add(entry.tracking)
    for at in unit.figures.moments(records, trackings - {""}, late):
        moved.update(span.word for span in there if span.since <= at < span.until)
    return moved
