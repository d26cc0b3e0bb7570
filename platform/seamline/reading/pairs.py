"""Labels and what stands beside, behind or below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .lines import Line
from .pages import Word
from .typed import days, number
from .vocabulary import Told, Vocabulary, key_of

_LABEL = re.compile(r"([A-Za-z\u4e00-\u9fff][A-Za-z\u4e00-\u9fff()./# ]{0,23}?)\s*[:]\s*")
_LONGEST = 24
_WORDS = 4  # of the longest label
_NUMBERED = r"[A-Z0-9][A-Z0-9/_.-]{2,}\d[A-Z0-9/_.-]*"  # what an unknown label names a number
_NEAR = {"inline": 1.0, "right": 0.9, "aside": 0.8, "above": 0.8, "below": 0.7}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with the words of its values: on its right, or below it."""

    told: Told
    label: Word
    values: tuple[Word, ...]
    where: str  # inline, right, aside (of a label of two lines), below, above

    @property
    def near(self) -> float:
        """How surely a value that stands there is meant."""
        return _NEAR[self.where]

    @property
    def by(self) -> str:
        """By what it tells its values: the label, and on which side they stand."""
        return f"{self.where}:{key_of(self.label.text)}"

    @property
    def text(self) -> str:
        """What the first value says."""
        return self.values[0].text.strip() if self.values else ""


def pairs(lines: list[Line], words: Vocabulary, line: bool = False) -> list[Pair]:
    """Return every label that is known, with its values, in the order of reading."""
    found: list[Pair] = []
    for number_, one in enumerate(lines):
        cells = [cell for word in one.words for cell in _cells(word, words, line)]
        for index, (label, value, told) in enumerate(cells):
            if label is None or told is None:
                continue
            if value is not None:
                found.append(Pair(told, label, (value,), "inline"))
                continue
            right = tuple(_until_label(cells[index + 1 :]))
            if right:
                found.append(Pair(told, label, right, "right"))
            elif (aside := _aside(lines, number_, label, words, line)) is not None:
                found.append(Pair(told, label, (aside,), "aside"))
            below = _below(lines, number_, label, words, line)
            above = _above(lines, number_, label, words, line)
            if above is not None:
                found.append(Pair(told, label, (above,), "above"))
            elif below is not None:
                found.append(Pair(told, label, (below,), "below"))
    return found


Cell = tuple[Word | None, Word | None, Told | None]


def _until_label(cells: Iterable[Cell]) -> Iterator[Word]:
    for label, value, _ in cells:
        if label is not None:
            return
        if value is not None:
            yield value


def _cells(word: Word, words: Vocabulary, line: bool) -> list[Cell]:
    """Return a word as labels and values: `a: b  c: d` has two of each."""
    text = word.text
    marks = [m for m in _LABEL.finditer(text) if not _clock(text, m)]
    if marks:
        found: list[Cell] = []
        if marks[0].start() > 0 and text[: marks[0].start()].strip():
            found.append((None, word.part(0, marks[0].start()), None))
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            end = after.start() if after else len(text)
            label, told = _nearest_label(word, mark, words, line)
            value = word.part(mark.end(), end) if text[mark.end() : end].strip() else None
            if value is None and len(text[: mark.end()].split()) > _WORDS:
                found.append((None, word, None))  # a sentence that ends before what it names
            else:
                found.append((label, value, told))
        return found
    told = words.told(text, line) if len(text) <= _LONGEST else None
    if told is not None and not re.search(r"\d", text):
        return [(word, None, told)]
    return [_spoken(word, words, line) or (None, word, None)]


def _clock(text: str, mark: re.Match[str]) -> bool:
    return mark[1][-1:].isdigit()


def _nearest_label(
    word: Word, mark: re.Match[str], words: Vocabulary, line: bool
) -> tuple[Word, Told | None]:
    """Return the label before a colon: the whole of it, or its last part where that is known."""
    whole = mark[1]
    told = words.told(whole, line)
    if told is None or told.weight < 1:
        for gap in re.finditer(r"\s+", whole):
            rest = whole[gap.end() :]
            late = words.told(rest, line) if re.search(r"[^\W\d_]", rest) else None
            if late is not None and (told is None or late.weight > told.weight):
                return word.part(mark.start(1) + gap.end(), mark.end(1)), late
    return word.part(mark.start(1), mark.end(1)), told


def _spoken(word: Word, words: Vocabulary, line: bool) -> Cell | None:
    """Return a label without a colon and its value: `买方 某某公司`, `No. 4711`, `数量500`."""
    text = word.text
    for cut in sorted({m.start() for m in re.finditer(r"\s|(?<=[\u4e00-\u9fff.#)])(?=[A-Z0-9¥])", text)},  # noqa: E501
                      reverse=True):  # fmt: skip
        head, rest = text[:cut].strip(), text[cut:].strip()
        if not head or not rest or len(head) > _LONGEST or re.search(r"\d", head):
            continue
        told = words.told(head, line)
        number_ = told is not None and told.weight < 1 and re.fullmatch(_NUMBERED, rest)
        if told is not None and (told.weight >= 1 or (number_ and told.role == "po_number")):
            start = text.index(rest, cut)
            return word.part(0, cut), word.part(start, len(text)), told
    return None


def _aside(
    lines: list[Line], number_: int, label: Word, words: Vocabulary, line: bool
) -> Word | None:
    """Return the word on the right of a label that takes two lines, half a line up or down."""
    near: list[tuple[float, Word]] = []
    for other in (*lines[max(0, number_ - 1) : number_], *lines[number_ + 1 : number_ + 2]):
        if abs(other.middle - label.middle) > 1.3 * label.height:
            continue
        for index, word in enumerate(other.words):
            before = other.words[index - 1] if index else None
            own = before is not None and before.box[0] > label.box[0] - label.height
            gap = word.box[0] - label.box[2]
            if 0 < gap < 12 * label.height and not own and words.told(word.text, line) is None:
                near.append((gap, word))
    return min(near, key=lambda one: one[0])[1] if near else None


def _below(
    lines: list[Line], number_: int, label: Word, words: Vocabulary, line: bool
) -> Word | None:
    """Return the word right below a label, where that is no label itself."""
    for under in lines[number_ + 1 : number_ + 3]:
        if under.top - label.box[3] > 1.6 * label.height:
            return None
        for word in under.words:
            shared = min(word.box[2], label.box[2]) - max(word.box[0], label.box[0])
            near = abs(word.box[0] - label.box[0]) < label.height
            if shared > 0.3 * min(label.box[2] - label.box[0], word.box[2] - word.box[0]) or near:
                is_label = words.told(word.text, line) is not None and not _valued(word.text)
                return None if is_label or ":" in word.text else word
    return None


def _above(
    lines: list[Line], number_: int, label: Word, words: Vocabulary, line: bool
) -> Word | None:
    """Return the value that stands on a label, where its whole line is labels closer to it."""
    own = lines[number_]
    if line or number_ == 0 or len(own.words) < 2 or not _labels(own, words):
        return None
    over = lines[number_ - 1]
    under = lines[number_ + 1] if number_ + 1 < len(lines) else None
    gap = label.box[1] - over.bottom
    if gap > 1.2 * label.height or _labels(over, words) or ":" in over.text:
        return None
    if under is not None and under.top - label.box[3] < gap + 0.3 * label.height:
        return None
    for word in over.words:
        if min(word.box[2], label.box[2]) - max(word.box[0], label.box[0]) > 0:
            return word
    return None


def _labels(line: Line, words: Vocabulary) -> bool:
    told = [words.told(word.text) is not None and not _valued(word.text) for word in line.words]
    return sum(told) > 0.6 * len(told)


def _valued(text: str) -> bool:
    return number(text) is not None or bool(days(text))
