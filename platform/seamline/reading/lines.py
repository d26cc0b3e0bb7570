"""Words put into lines, and lines into running text, so that each sign leads back to its word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .pages import Page, Word
from .typed import plain


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand on one line, from left to right; `top` grows from page to page."""

    words: tuple[Word, ...]
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def text(self) -> str:
        """Its words with two blanks between them."""
        return "  ".join(word.text for word in self.words)


def stacked(pages: Iterable[Page]) -> list[Word]:
    """Return the words of all pages as if the pages hung one below another, in plain signs."""
    found: list[Word] = []
    top = 0.0
    for page in pages:
        for word in page.words:
            left, high, right, low = word.box
            box = (left, high + top, right, low + top)
            text = plain(word.text)
            if text.strip():
                found.append(replace(word, text=text, box=box))
        top += page.height
    return upright(spaced(found))


def spaced(words: list[Word]) -> list[Word]:
    """Return words with a character put before the rest of its label: `品　名: ...`."""
    rests = [w for w in words if re.match("[\u4e00-\u9fff]{1,2} ?:", w.text)]
    used: set[int] = set()
    joined: list[Word] = []
    for word in words:
        if len(word.text) != 1 or not "\u4e00" <= word.text <= "\u9fff":
            continue
        near = [
            rest
            for rest in rests
            if abs(rest.middle - word.middle) < 0.4 * word.height
            and 0 < rest.box[0] - word.box[2] < 3.2 * word.height
        ]
        if near and id(near[0]) not in used:
            used |= {id(word), id(near[0])}
            joined.append(_label(word, near[0]))
    return [word for word in words if id(word) not in used] + joined


def _label(word: Word, rest: Word) -> Word:
    box = (word.box[0], rest.box[1], rest.box[2], rest.box[3])
    spot = (word.spot[0], rest.spot[1], rest.spot[2], rest.spot[3])
    score = min(word.score, rest.score)
    return Word(word.text + rest.text, box, spot, (*word.edges, *rest.edges), score, rest.page)


def upright(words: list[Word]) -> list[Word]:
    """Return words with single characters that stand one below another joined to one word."""
    single = sorted((w for w in words if len(w.text) == 1 and "\u4e00" <= w.text <= "\u9fff"),
                    key=lambda w: (w.box[1], w.box[0]))  # fmt: skip
    used: set[int] = set()
    joined: list[Word] = []
    for first in single:
        if id(first) in used:
            continue
        run = [first]
        for word in single:
            last = run[-1]
            below = word.box[1] - last.box[3]
            step = run[1].box[1] - run[0].box[3] if len(run) > 1 else below
            if abs(below - step) > 0.2 * last.height:  # a wider gap: the next cell
                continue
            if (
                id(word) not in used
                and word is not last
                and (
                    abs(word.centre - last.centre) < 0.5 * last.height
                    and -0.3 * last.height < below < 0.6 * last.height
                )
            ):
                run.append(word)
        if len(run) >= 2 and not any(_beside(w, words, run) for w in run):
            used |= {id(word) for word in run}
            joined.append(_joined(run))
    return [word for word in words if id(word) not in used] + joined


def _beside(word: Word, words: list[Word], run: list[Word]) -> bool:
    """Say whether a character is part of a letter-spaced word on its own line."""
    return any(
        other is not word and other not in run and len(other.text) == 1
        and "\u4e00" <= other.text <= "\u9fff"
        and abs(other.middle - word.middle) < 0.4 * word.height
        and min(abs(other.box[0] - word.box[2]), abs(word.box[0] - other.box[2])) < 2.2 * word.height  # noqa: E501
        for other in words
    )  # fmt: skip


def _joined(run: list[Word]) -> Word:
    box = (min(w.box[0] for w in run), run[0].box[1], max(w.box[2] for w in run), run[-1].box[3])
    middle = (box[1] + box[3]) / 2
    half = run[0].height / 2
    level = (box[0], middle - half, box[2], middle + half)
    spot = (box[0], run[0].spot[1], box[2], run[-1].spot[3])
    step = (box[2] - box[0]) / len(run)
    edges = tuple(box[0] + step * n for n in range(len(run)))
    return Word(
        "".join(w.text for w in run), level, spot, edges, min(w.score for w in run), run[0].page
    )


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Return the lines that words form, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.middle):
        best: list[Word] | None = None
        for row in rows[-6:]:
            near = min(row, key=lambda other: abs(other.centre - word.centre))
            high = min(near.height, word.height)
            if abs(near.middle - word.middle) < 0.5 * high and not _over(row, word):
                best = row
        if best is None:
            rows.append([word])
        else:
            best.append(word)
    found = []
    for row in rows:
        row.sort(key=lambda one: one.box[0])
        top = sum(w.box[1] for w in row) / len(row)
        found.append(Line(tuple(row), top, sum(w.box[3] for w in row) / len(row)))
    return sorted(found, key=lambda line: line.middle)


def _over(row: list[Word], word: Word) -> bool:
    """Say whether a word would stand over another of the row."""
    return any(
        min(other.box[2], word.box[2]) - max(other.box[0], word.box[0])
        > 0.5 * min(other.box[2] - other.box[0], word.box[2] - word.box[0])
        for other in row
    )


@dataclass(frozen=True, slots=True)
class Running:
    """Lines as one text: `owner` gives for each sign the word and the place in it."""

    text: str
    owner: tuple[tuple[Word, int] | None, ...]

    def words(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the parts of words that hold a stretch of the text."""
        found: list[Word] = []
        held: tuple[Word, int, int] | None = None
        for place in self.owner[start:end]:
            if place is None:
                continue
            word, index = place
            if held is not None and held[0] is word and index >= held[1]:
                held = (word, held[1], index + 1)
                continue
            if held is not None:
                found.append(held[0].part(held[1], held[2]))
            held = (word, index, index + 1)
        if held is not None:
            found.append(held[0].part(held[1], held[2]))
        return tuple(found)


def running(lines: list[Line]) -> Running:
    """Return lines as running text: a line that goes on in the next is joined without a break."""
    signs: list[str] = []
    owner: list[tuple[Word, int] | None] = []
    right = max((line.words[-1].box[2] for line in lines), default=0.0)
    for number, line in enumerate(lines):
        for index, word in enumerate(line.words):
            if index:
                signs += "  "
                owner += [None, None]
            signs += word.text
            owner += [(word, place) for place in range(len(word.text))]
        following = lines[number + 1] if number + 1 < len(lines) else None
        last = line.words[-1]
        full = (
            last.box[2] > right - 3 * last.height and len(line.words) == 1 and len(last.text) > 15
        )
        goes_on = full and following is not None and len(following.words) == 1
        if goes_on and last.text[-1] >= "\u2e80":
            continue
        signs.append(" " if goes_on else "\n")
        owner.append(None)
    return Running("".join(signs), tuple(owner))
