"""How well papers are read: by field, layout and degradation, before and after one correction."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seamline.problems import Refused

from .confidence import Doubt, doubts
from .extract import Reading
from .found import Found, Known
from .labelled import Labelled
from .learning import Form, alike, learned, read_with
from .pages import Page, from_json, to_json
from .process import Reader
from .vocabulary import Vocabulary

FOUR = ("customer", "quantity", "unit_price", "delivery_date")
SEVEN = (*FOUR, "po_number", "total", "material_code")
_SECTIONS = ("field", "layout", "degradation")
BINS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)


@dataclass(slots=True)
class Count:
    """Right of how many."""

    right: int = 0
    of: int = 0

    def add(self, is_right: bool) -> None:
        """Count one more."""
        self.right += is_right
        self.of += 1

    @property
    def share(self) -> float:
        """Return the share that is right, in percent; 100 of nothing."""
        return 100 * self.right / self.of if self.of else 100.0


Counts = dict[str, Count]


@dataclass(slots=True)
class Report:
    """What was counted: `first` reads every paper as if its form were new, `after` as if one paper
    of its form had been confirmed before."""

    counts: dict[str, Counts] = field(default_factory=dict)
    pages: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def count(self, section: str, name: str, is_right: bool) -> None:
        """Count one value in a section."""
        self.counts.setdefault(section, {}).setdefault(name, Count()).add(is_right)

    def share(self, section: str, name: str) -> float:
        """Return the share of a section, in percent."""
        return self.counts.get(section, {}).get(name, Count()).share

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        counts = {
            section: {
                name: [one.right, one.of, round(one.share, 2)]
                for name, one in sorted(counts.items())
            }
            for section, counts in self.counts.items()
        }
        speed = round(self.pages / self.seconds, 3) if self.seconds else 0.0
        return {"counts": counts, "pages": self.pages, "pages_per_second": speed,
                "refused": self.refused, "wrong": self.wrong}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """One value that a paper should have given, and what was read instead."""

    role: str
    wanted: str
    found: Found | None
    doubt: Doubt | None

    @property
    def right(self) -> bool:
        """Whether it was read right."""
        return self.found is not None and alike(self.role, self.found.value, self.wanted)


def values(paper: Labelled, reading: Reading, source: str) -> Iterator[Value]:
    """Yield each value that a paper should give; a missing line loses all of its values."""
    head_doubts, item_doubts = doubts(reading, source)
    for role, wanted in paper.truth.head.items():
        yield Value(role, wanted, reading.head.get(role), head_doubts.get(role))
    for number, item in enumerate(paper.truth.items):
        read = reading.items[number] if number < len(reading.items) else {}
        told = item_doubts[number] if number < len(item_doubts) else {}
        for role, wanted in item.items():
            found, doubt = read.get(role), told.get(role)
            if role == "line_date":
                if found is None:
                    found, doubt = (
                        reading.head.get("delivery_date"),
                        head_doubts.get("delivery_date"),
                    )
                yield Value("delivery_date", wanted, found, doubt)
            elif role != "amount":
                yield Value(role, wanted, found, doubt)


def measure(
    papers: list[Labelled],
    known: Known,
    cache: Path | None = None,
    told: Callable[[str], None] | None = None,
) -> Report:
    """Read every paper and count; `cache` keeps the words, so that a second run is quick."""
    report, words, reader = Report(), Vocabulary.of(), Reader()
    forms: dict[str, Form] = {}
    try:
        for paper in papers:
            pages = _pages(paper, reader, cache, report)
            if pages is None:
                continue
            if told is not None:
                told(paper.id)
            source = _source(pages)
            reading = read_with(pages, known, words, ())
            _count(report, "first", paper, reading, source)
            if paper.template in forms:
                after = read_with(pages, known, words, tuple(forms.values()))
                _count(report, "after", paper, after, source)
            elif paper.template:
                forms[paper.template] = learned(
                    pages, paper.truth, known, words, paper.template, None
                )
    finally:
        reader.close()
    return report


def _source(pages: tuple[Page, ...]) -> str:
    """Return where the words come from; the least trusted source of all pages counts."""
    names = [page.source for page in pages]
    return next((name for name in names if name not in ("text", "rapidocr")), names[0])


def _pages(
    paper: Labelled, reader: Reader, cache: Path | None, report: Report
) -> tuple[Page, ...] | None:
    kept = cache / f"{paper.id}.json" if cache is not None else None
    if kept is not None and kept.is_file():
        return from_json(json.loads(kept.read_text(encoding="utf-8")))
    started = time.perf_counter()
    try:
        pages = reader.read(paper.path).pages
    except Refused as refused:
        report.refused.append(f"{paper.id}: {refused.problems[0].code}")
        return None
    report.seconds += time.perf_counter() - started
    report.pages += len(pages)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(".part")
        draft.write_text(json.dumps(to_json(pages), ensure_ascii=False), encoding="utf-8")
        os.replace(draft, kept)
    return pages


def _count(report: Report, stage: str, paper: Labelled, reading: Reading, source: str) -> None:
    for value in values(paper, reading, source):
        is_right = value.right
        names = {"field": value.role, "layout": paper.layout, "degradation": paper.degradation}
        groups = [("seven", SEVEN), *([("four", FOUR)] if value.role in FOUR else [])]
        for group, _ in groups:
            report.count(stage, group, is_right)
            for section in _SECTIONS:
                report.count(f"{stage} {group} by {section}", names[section], is_right)
        if value.doubt is not None:
            report.count(f"{stage} calibration", _bin(value.doubt.chance), is_right)
        accepted = value.doubt is not None and value.doubt.accepted
        report.count(f"{stage} accepted", "share", accepted)
        if accepted:
            report.count(f"{stage} accepted", "right", is_right)
        if not is_right:
            got = value.found.value if value.found is not None else "-"
            mark = " ACCEPTED" if accepted else ""
            report.wrong.append(f"{stage} {paper.id} {value.role}: {got} != {value.wanted}{mark}")


def _bin(chance: float) -> str:
    top = next(one for one in BINS if chance < one)
    return f"< {min(top, 1.0):.2f}"
