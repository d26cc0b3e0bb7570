"""Forms learned from confirmed papers: what their labels mean, where their columns stand.

A form is a few words of metadata, not a model: labels with the role each has there, which way of
reading fits, columns by place where no label tells them. It is adopted only where it reads its own
papers better and no other paper on record worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from . import tables
from .columns import Column, Heading
from .dayorder import DAY, MONTH, day_first, first
from .extract import Reading, read_lines
from .found import Found, Item, Known, Table, bare
from .lines import Line, lines_of, stacked
from .pages import Page, Word
from .pairs import pairs
from .parties import similar
from .typed import days, numbers, same_name
from .vocabulary import Told, Vocabulary, key_of

ALIKE = 0.5  # of a form's marks that a paper must show to be one of it
_SAME = 0.6  # how alike a name on paper and the one on record are at least
_HEADS = ("customer", "vendor", "po_number", "delivery_date", "signing_date", "total")
_LINES = ("material_code", "quantity", "unit_price", "amount", "line_date")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person confirmed that a paper says, by role."""

    head: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Mapping[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"head": dict(self.head), "items": [dict(item) for item in self.items]}

    @staticmethod
    def of(data: Mapping[str, Any]) -> Truth:
        """Return what `as_json` wrote."""
        return Truth(dict(data["head"]), tuple(dict(item) for item in data["items"]))


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was confirmed: its marks, and what was learned of it."""

    id: str
    marks: frozenset[str]
    labels: Mapping[str, str] = field(default_factory=dict)  # `line:` or `head:` label -> role
    way: str = ""
    grid: tuple[tuple[str, float, float], ...] = ()  # role, left, right
    shape: str = ""  # of its order numbers
    papers: int = 1
    told: Mapping[str, str] = field(default_factory=dict)  # by which words each value was right
    lines: tuple[str, ...] = ()  # what was right in every line, as `read` read it
    read: str = ""
    names: Mapping[str, str] = field(default_factory=dict)  # as it writes a name -> on record
    days: str = ""  # what comes first in its days as 05/06/2026: day or month

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"id": self.id, "marks": sorted(self.marks), "labels": dict(self.labels),
                "way": self.way, "grid": [list(one) for one in self.grid], "shape": self.shape,
                "papers": self.papers, "told": dict(self.told), "lines": list(self.lines),
                "read": self.read, "names": dict(self.names), "days": self.days}  # fmt: skip

    @staticmethod
    def of(data: Mapping[str, Any]) -> Form:
        """Return what `as_json` wrote."""
        grid = tuple((str(one[0]), float(one[1]), float(one[2])) for one in data["grid"])
        return Form(
            data["id"], frozenset(data["marks"]), dict(data["labels"]), data["way"], grid,
            data["shape"], data["papers"], dict(data.get("told", {})),
            tuple(data.get("lines", ())), data.get("read", ""), dict(data.get("names", {})),
            data.get("days", ""),
        )  # fmt: skip


def marks_of(lines: Iterable[Line]) -> frozenset[str]:
    """Return what a form is known again by: its words without figures, in runs of three signs."""
    marks = set()
    for line in lines:
        for word in line.words:
            text = re.sub(r"[\s\d.,:;()/-]+", "", word.text.lower())
            marks |= {text[n : n + 3] for n in range(len(text) - 2)}
            if len(text) == 2:
                marks.add(text)
    return frozenset(marks)


def form_of(lines: list[Line], forms: Iterable[Form]) -> Form | None:
    """Return the form that a paper is one of; None where it is like none."""
    marks = marks_of(lines)
    ranked = [(len(form.marks & marks) / max(len(form.marks), 1), form) for form in forms]
    best = max(ranked, key=lambda one: one[0], default=None)
    return best[1] if best is not None and best[0] >= ALIKE else None


def shape_of(number: str) -> str:
    """Return the shape of an order number: digits as 9, letters as they are."""
    return re.sub(r"9+", "9", re.sub(r"\d", "9", number))


def read_with(
    pages: Sequence[Page], known: Known, words: Vocabulary, forms: Iterable[Form]
) -> Reading:
    """Return the order that pages say, read by the form they are one of where that is known."""
    lines = lines_of(stacked(pages))
    form = form_of(lines, forms)
    return _by_form(lines, known, words, form) if form else read_lines(lines, known, words)


def _by_form(lines: list[Line], known: Known, words: Vocabulary, form: Form) -> Reading:
    vocabulary = replace(words, learned=form.labels)
    lines = day_first(lines, form.days)
    more = _by_grid(lines, known, form) if form.grid else None
    reading = read_lines(lines, known, vocabulary, form.way, more, form.read)
    head = dict(reading.head)
    for role, found in head.items():
        if found.by and form.told.get(role) == found.by:
            found = found.with_reasons("learned")
        if role == "po_number" and form.shape and shape_of(found.value) == form.shape:
            found = found.with_reasons("shape")
        if role in ("customer", "vendor") and same_name(found.value) in form.names:
            name = form.names[same_name(found.value)]
            found = replace(found, value=name).with_reasons("named")
        head[role] = found
    items = reading.items
    if reading.way == form.read:
        items = tuple(
            {role: one.with_reasons("learned") if role in form.lines else one
             for role, one in item.items()}
            for item in items
        )  # fmt: skip
    return replace(reading, head=head, items=items, form=form.id)


def _by_grid(lines: list[Line], known: Known, form: Form) -> Table | None:
    columns = tuple(Column(role, Told(role, 0.8), left, right) for role, left, right in form.grid)
    items = tables.body(lines, Heading(columns, -1, -1), known)
    return Table("grid", tuple(items)) if items else None


def right(reading: Reading, truth: Truth) -> int:
    """Return how many of the confirmed values a reading has."""
    count = sum(
        role in reading.head and alike(role, reading.head[role].value, value)
        for role, value in truth.head.items()
    )
    for item, wanted in zip(reading.items, truth.items, strict=False):
        count += sum(
            role in item and alike(role, item[role].value, v) for role, v in wanted.items()
        )
    return count - 2 * abs(len(reading.items) - len(truth.items))


def alike(role: str, one: str, two: str) -> bool:
    """Say whether two values of a role are the same."""
    if role in ("customer", "vendor", "name"):
        return same_name(one) == same_name(two)
    if role in ("total", "quantity", "unit_price", "amount"):
        try:
            return Decimal(one) == Decimal(two)
        except InvalidOperation:
            return False
    return bare(one) == bare(two)


def learned(
    pages: Sequence[Page],
    truth: Truth,
    known: Known,
    words: Vocabulary,
    name: str,
    old: Form | None,
) -> Form:
    """Return the form that a confirmed paper teaches, each lesson kept only where it helps."""
    lines = lines_of(stacked(pages))
    marks = marks_of(lines)
    form = Form(name, marks, papers=1)
    if old is not None:
        form = replace(old, marks=_common(old.marks, marks), papers=old.papers + 1)
    shape = shape_of(truth.head.get("po_number", ""))
    form = replace(form, shape=shape if not old or old.shape == shape else "")
    form = replace(form, days=form.days or first(lines))
    best = right(_by_form(lines, known, words, form), truth)
    for tried in _lessons(lines, truth, known, words, form):
        merged = tried(form)
        score = right(_by_form(lines, known, words, merged), truth)
        if score > best:
            form, best = merged, score
    return _proven(form, _by_form(lines, known, words, form), truth)


def _proven(form: Form, reading: Reading, truth: Truth) -> Form:
    """Return a form with what it was confirmed to read right, and by which words."""
    told = {
        role: reading.head[role].by
        for role, value in truth.head.items()
        if _has(reading, role, value) and reading.head[role].by
    }
    roles = {role for item in truth.items for role in item}
    pairs_ = list(zip(reading.items, truth.items, strict=False))
    whole = len(reading.items) == len(truth.items)
    lines = tuple(
        role
        for role in sorted(roles)
        if whole
        and all(_says(item, role, wanted[role]) for item, wanted in pairs_ if role in wanted)
    )
    names = dict(form.names)
    for role in ("customer", "vendor"):
        found, wanted = reading.head.get(role), truth.head.get(role)
        if found is not None and wanted and similar(found.value, wanted) >= _SAME:
            names[same_name(found.value)] = wanted
    return replace(form, told=told, lines=lines, read=reading.way, names=names)


def _says(item: Item, role: str, wanted: str) -> bool:
    return role in item and alike(role, item[role].value, wanted)


def _common(old: frozenset[str], new: frozenset[str]) -> frozenset[str]:
    both = old & new
    return both if len(both) >= 20 else old


Lesson = Any  # from a form to the form that knows one thing more


def _lessons(
    lines: list[Line], truth: Truth, known: Known, words: Vocabulary, form: Form
) -> Iterator[Lesson]:
    """Yield what might be learned: labels of head values and columns, the way, columns by place."""
    reading = _by_form(lines, known, words, form)
    for role, value in truth.head.items():
        if role in _HEADS and not _has(reading, role, value):
            meant = list(_labels_before(lines, role, value))
            found = reading.head.get(role)
            wrong = list(_labels_before(lines, role, found.value)) if found is not None else []
            for label in meant:
                yield _with_labels({f"head:{label}": role})
            for label in wrong:
                yield _with_labels({f"head:{label}": "other"})
            for one, other in product(meant, wrong):  # both may be needed for either to help
                if one != other:
                    yield _with_labels({f"head:{one}": role, f"head:{other}": "other"})
    for role, place in _columns_of(lines, truth).items():
        for label in _headings_over(lines, place):
            yield _with_labels({f"line:{label}": role})
    for order in (MONTH, DAY):
        yield lambda form, order=order: replace(form, days=order)
    for way in ("table", "halves", "beside", "cards", "prose", "rows"):
        yield lambda form, way=way: replace(form, way=way)
    grid = tuple((r, p[0], p[2]) for r, p in _columns_of(lines, truth).items())
    if len(grid) >= 2:
        yield lambda form: replace(form, grid=grid, way="grid")


def _with_labels(more: Mapping[str, str]) -> Lesson:
    return lambda form: replace(form, labels={**form.labels, **more})


def _has(reading: Reading, role: str, value: str) -> bool:
    return role in reading.head and alike(role, reading.head[role].value, value)


def says(role: str, text: str, value: str) -> bool:
    """Say whether a text contains a value of a role."""
    if role in ("delivery_date", "signing_date", "line_date"):
        return any(day.day.isoformat() == value for day in days(text))
    if role in ("total", "quantity", "unit_price", "amount"):
        wanted = Decimal(value)
        figures = re.findall(r"\d[\d,]*(?:\.\d+)?", text)
        return any(wanted in numbers(one.rstrip(",")) for one in figures)
    return bool(value) and same_name(value) in same_name(text)


def _labels_before(lines: list[Line], role: str, value: str) -> Iterator[str]:
    """Yield what stands before a value: in its own word, on its left, above it."""
    for number, line in enumerate(lines):
        for index, word in enumerate(line.words):
            if not says(role, word.text, value):
                continue
            before, colon, _ = word.text.partition(":")
            if colon and not says(role, before, value):
                yield key_of(re.split(r"\s{2,}", before)[-1])
            if index:
                yield key_of(line.words[index - 1].text.rstrip(":"))
            for above in lines[max(0, number - 2) : number]:
                yield from (key_of(w.text) for w in above.words if abs(w.box[0] - word.box[0]) < 20)


def _columns_of(lines: list[Line], truth: Truth) -> dict[str, tuple[float, float, float]]:
    """Return where the values of items stand: left, top of the first, right, by role."""
    found: dict[str, tuple[float, float, float]] = {}
    for role in _LINES:
        values = [item[role] for item in truth.items if item.get(role)]
        hits: list[Word] = []
        for value in values[:6]:
            hits += [
                w
                for line in lines
                for w in line.words
                if len(w.text) < 30 and says(role, w.text, value)
            ]
        if not hits:
            continue
        centre = max(hits, key=lambda w: sum(abs(w.centre - o.centre) < 30 for o in hits)).centre
        near = [w for w in hits if abs(w.centre - centre) < 40]
        if len(near) >= max(1, len(values[:6]) // 2):
            found[role] = (
                min(w.box[0] for w in near),
                min(w.box[1] for w in near),
                max(w.box[2] for w in near),
            )
    return found


def _headings_over(lines: list[Line], place: tuple[float, float, float]) -> Iterator[str]:
    """Yield the headings right over a column, the nearest first, and two of them as one."""
    left, top, right_ = place
    over = [
        word for line in lines for word in line.words
        if word.box[3] <= top + 2 and min(word.box[2], right_) - max(word.box[0], left) > 0
        and not re.search(r"\d{2}", word.text) and len(word.text) <= 16
    ]  # fmt: skip
    over.sort(key=lambda w: -w.box[3])
    for word in over[:2]:
        yield key_of(word.text)
    if len(over) >= 2:
        yield key_of(over[1].text + over[0].text)


def labels_in(lines: list[Line], words: Vocabulary) -> list[str]:
    """Return the labels that are known on a paper, for showing what a form consists of."""
    return [pair.label.text for pair in pairs(lines, words)]


def found_of(value: str, words: tuple[Word, ...]) -> Found:
    """Return a value that a person gave."""
    return Found(value, words, 1.0)
