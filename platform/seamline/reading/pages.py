"""Pages of words: what any paper becomes before its meaning is looked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

Box = tuple[float, float, float, float]  # left, top, right, bottom; the page is 1000 wide


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text on one line, nothing but it between its ends.

    `box` is where it stands once the lines are level, `spot` where it stands in the picture;
    both in thousandths of the page's width. `edges` are the left edges of its signs, `score` how
    sure the engine was (1 for a text layer).
    """

    text: str
    box: Box
    spot: Box
    edges: tuple[float, ...] = ()
    score: float = 1.0
    page: int = 0

    @property
    def height(self) -> float:
        """How high the line is."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """The height at which its middle stands."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def centre(self) -> float:
        """How far right its middle stands."""
        return (self.box[0] + self.box[2]) / 2

    def part(self, start: int, end: int) -> Word:
        """Return the signs from `start` to before `end` as a word of their own."""
        edges = (*self.edges, self.box[2])
        left, right = edges[start], edges[end] if end < len(edges) else self.box[2]
        shift = self.spot[0] - self.box[0]
        box = (left, self.box[1], right, self.box[3])
        spot = (left + shift, self.spot[1], right + shift, self.spot[3])
        return replace(
            self, text=self.text[start:end], box=box, spot=spot, edges=self.edges[start:end]
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its words, how high it is for 1000 of width, and where they come from."""

    words: tuple[Word, ...]
    height: float
    source: str  # text (the file's own), an engine's name, or `none`


@dataclass(frozen=True, slots=True)
class Sign:
    """One character and where it stands, before signs are put together to words."""

    text: str
    box: Box
    spot: Box
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a picture: the quarter turns clockwise that make it upright, its skew then in
    degrees, and its lines sign by sign with boxes in pixels of the turned picture."""

    turns: int
    skew: float
    lines: list[list[Sign]]


def words_of(line: Iterable[Sign], page: int, gap: float = 0.9) -> list[Word]:
    """Put the signs of one line together; a gap wider than `gap` heights starts a new word."""
    found: list[Word] = []
    run: list[Sign] = []
    blank = False
    for sign in line:
        if not sign.text.strip():
            blank = True
            continue
        if run:
            high = max(sign.box[3] - sign.box[1], run[-1].box[3] - run[-1].box[1], 1e-6)
            space = (sign.box[0] - run[-1].box[2]) / high
            if space > gap or space < -3:
                found.append(_word(run, page))
                run = []
            elif (space > 0.25 or blank) and not (_wide(sign.text) and _wide(run[-1].text)):
                middle = (run[-1].box[2], sign.box[1], sign.box[0], sign.box[3])
                run.append(Sign(" ", middle, middle, sign.score))
        run.append(sign)
        blank = False
    if run:
        found.append(_word(run, page))
    return found


def _word(run: list[Sign], page: int) -> Word:
    text = "".join(sign.text[:1] for sign in run)
    score = min((sign.score for sign in run), default=1.0)
    mean = sum(sign.score for sign in run) / len(run)
    return Word(
        text, _around([sign.box for sign in run]), _around([s.spot for s in run if s.text != " "]),
        tuple(sign.box[0] for sign in run), round((score + mean) / 2, 4), page,
    )  # fmt: skip


def _around(boxes: list[Box]) -> Box:
    return (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip


def _wide(text: str) -> bool:
    return unicodedata.east_asian_width(text[0]) in "WF"


def to_json(pages: Iterable[Page]) -> list[dict[str, Any]]:
    """Return pages as plain data, rounded to what matters."""
    return [
        {
            "height": round(page.height, 1),
            "source": page.source,
            "words": [
                [word.text, *(round(x, 1) for x in (*word.box, *word.spot)),
                 round(word.score, 3), [round(x, 1) for x in word.edges]]
                for word in page.words
            ],
        }
        for page in pages
    ]  # fmt: skip


def from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Page, ...]:
    """Return the pages that `to_json` wrote."""
    return tuple(
        Page(
            tuple(
                Word(w[0], tuple(w[1:5]), tuple(w[5:9]), tuple(w[10]), w[9], number)
                for w in one["words"]
            ),
            one["height"],
            one["source"],
        )
        for number, one in enumerate(data)
    )
